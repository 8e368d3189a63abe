using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Hub.Storage;

/// <summary>What routes and guards later changes of a node (W4, W10).</summary>
internal sealed record StoredNode(NodeId Id, string Home, NodeRoot Root);

/// <summary>A change that waits, with the room and topic in which it was offered.</summary>
/// <param name="Hash">Its name.</param>
/// <param name="WaitsFor">The name of what it waits for (<see cref="NameOf"/>): a node's first change (W9), or an access scope.</param>
/// <param name="Payer">Whose connection brought it.</param>
/// <param name="Scope">With whose changes it waits (<see cref="ScopeOf"/>).</param>
/// <param name="WallMs">Since when.</param>
/// <param name="Room">The room in which it was offered.</param>
/// <param name="Topic">The envelope's topic.</param>
/// <param name="Wire">Its bytes.</param>
/// <param name="IsOperation">True for a membership operation.</param>
internal sealed record HeldChange(
    ChangeHash Hash, NodeId WaitsFor, string Payer, string Scope, long WallMs, string Room, string Topic, byte[] Wire, bool IsOperation = false)
{
    // Two kinds of things may have the same id, so what is no node has a prefix.
    private const string DomainPrefix = "access:", OperationPrefix = "operation:", SeatPrefix = "seat:";

    /// <summary>The name under which rows wait.</summary>
    public static string NameOf(WaitKey key) => key.Kind switch
    {
        WaitKind.Node => key.Id.Value,
        WaitKind.Domain => DomainPrefix + key.Id.Value,
        WaitKind.Operation => OperationPrefix + key.Id.Value,
        WaitKind.Seat => $"{SeatPrefix}{key.Person!.Value.Value} {key.Id.Value}",
        _ => throw new ArgumentOutOfRangeException(nameof(key), "At a hub nothing waits for its time."),
    };

    /// <summary>What a name stands for.</summary>
    public static WaitKey KeyOf(string name)
    {
        return Rest(DomainPrefix) is { } domain ? WaitKey.Domain(new(domain))
            : Rest(OperationPrefix) is { } operation ? new(WaitKind.Operation, new(operation))
            : Rest(SeatPrefix)?.Split(' ', 2) is [var person, var scope] ? WaitKey.Seat(new(scope), PersonId.FromTrusted(person))
            : WaitKey.Node(new(name));

        string? Rest(string prefix) => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;
    }

    /// <summary>With whose changes those of a pool wait: with those of one access scope or room, or with everybody's.</summary>
    public static string ScopeOf(Pool pool, RoomId? scope) => pool == Pool.Member ? scope!.Value.Value : "";

    /// <summary>The row that keeps what the ledger keeps.</summary>
    public static HeldChange Of(WaitingRow row, long wallMs)
    {
        var author = row.Change.Author.Value;
        return new(
            row.Change.Hash, new(NameOf(row.For)), row.Payer.Value, ScopeOf(row.Pool, row.Scope), wallMs, row.IsListed ? author : row.Room.Value, row.Room.Value,
            ChangeWire.ToBytes(row.Change, row.Room), row.IsOperation);
    }

    /// <summary>What the ledger keeps.</summary>
    public WaitingRow ToRow()
    {
        var change = ChangeWire.FromTrustedBytes(Wire);
        var waitsFor = KeyOf(WaitsFor.Value);
        var isListed = Room == change.Author.Value && Topic != Room;
        return new(
            change, new(isListed ? Topic : Room), waitsFor, waitsFor.Kind == WaitKind.Node ? HoldReason.UnknownNode : HoldReason.UnknownMember,
            PersonId.FromTrusted(Payer), Scope.Length == 0 ? Pool.Others : Pool.Member, IsOperation)
        {
            IsListed = isListed,
            Scope = Scope.Length == 0 ? default : new(Scope),
        };
    }
}

/// <summary>A node with the bytes of the change that made it.</summary>
internal sealed record KnownNode(StoredNode Node, byte[] RootWire);

/// <summary>What is kept of one person: what they signed, and what waits because they brought it.</summary>
internal readonly record struct AuthorUsage(long Bytes, long Held, long Changes = 0);

/// <summary>The same with its author.</summary>
internal readonly record struct AuthorTotal(string Did, AuthorUsage Usage);

/// <summary>What has its home in one room.</summary>
internal readonly record struct RoomTotal(string Room, long Changes, long Bytes);

/// <summary>What the hub's owner said about a person.</summary>
internal enum Standing
{
    /// <summary>Listed: may always come in.</summary>
    Allowed = 1,

    /// <summary>Never comes in.</summary>
    Banned = 2,
}

/// <summary>A person with a standing, and since when.</summary>
internal readonly record struct StoredStanding(string Did, Standing Standing, long WallMs);

/// <summary>A token's id, a signer's DID or a person's device that is good no more, and since when.</summary>
internal readonly record struct Revocation(string Name, long WallMs);
