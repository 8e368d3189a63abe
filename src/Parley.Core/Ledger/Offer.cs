using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>How a change came here.</summary>
internal enum Way : byte
{
    /// <summary>Written here, by this person.</summary>
    Own,

    /// <summary>In a live frame.</summary>
    Live,

    /// <summary>On a page of a catch-up.</summary>
    Page,

    /// <summary>Out of a file.</summary>
    Import,

    /// <summary>It waited here, and what it waited for has come.</summary>
    Waited,
}

/// <summary>What a change says about itself, read from its signed fields alone.</summary>
/// <param name="MayCreate">It may be the root of its node (<see cref="NodeAccess.MayCreate(Change)"/>).</param>
/// <param name="Proves">It also proves that its author made the node.</param>
/// <param name="OwnHome">The home room that its own fields give; null if they give none.</param>
/// <param name="IsOperation">It carries a membership operation.</param>
/// <param name="OperationOf">The access scope that the operation names; null if it names none.</param>
/// <param name="ThreadTarget">Of a thread's Channel: the node that the thread hangs on, if the id proves it.</param>
internal sealed record ChangeShape(bool MayCreate, bool Proves, RoomId? OwnHome, bool IsOperation, NodeId? OperationOf, NodeId? ThreadTarget)
{
    /// <summary>Reads it.</summary>
    public static ChangeShape Of(Change change)
    {
        var isOperation = MembershipOpReader.IsCarrier(change);
        var mayCreate = NodeAccess.MayCreate(change, out var proves);
        return new(
            mayCreate,
            mayCreate && proves,
            HomeRoom.Of(change),
            isOperation,
            isOperation && NodeId.TryParse(change.Properties["channel"]?.Text, out var scope) ? scope : null,
            ThreadTargetOf(change));
    }

    /// <summary>Of a thread's Channel: the node that the thread hangs on, if the id proves it.</summary>
    public static NodeId? ThreadTargetOf(Change change) =>
        RoomNames.IsThread(change.Node.Value) && Schemas.Is(change.SchemaId, Schemas.Channel)
            && NodeId.TryParse(change.Properties["target"]?.Text, out var target) && RoomNames.ThreadOf(target) == change.Node
            ? target
            : null;
}

/// <summary>One verified change and who brought it. Made by <see cref="IntakePlan"/> on any thread; never changed.</summary>
/// <param name="Change">The change: shape, hash and signature hold.</param>
/// <param name="Room">The room in which it was offered; null for an own write, which belongs wherever it says.</param>
/// <param name="Sender">The person whose connection handed it in; null if there is nobody to ask (own, relayed by a hub, released on a replica).</param>
/// <param name="Way">How it came.</param>
internal sealed record Offer(Change Change, RoomId? Room, PersonId? Sender, Way Way)
{
    private ChangeShape? _shape;
    private (RoomId Room, byte[] Bytes)? _wire;

    /// <summary>What the change says about itself. Computed when first asked for: most updates are settled without it.</summary>
    public ChangeShape Shape => _shape ??= ChangeShape.Of(Change);

    /// <summary>The sender offers it again if it is refused for now: its client keeps what no hub has (<c>parley.ack/1</c>).</summary>
    public bool IsOfferedAgain { get; init; }

    /// <summary>The hub's number of it in the room in which it was offered; null if it gave none.</summary>
    public long? Number { get; init; }

    /// <summary>Also offered in its author's own room, in the envelope of its home: it is listed there too (docs/protocol.md, rooms).</summary>
    public bool IsListed { get; init; }

    /// <summary>The wire form that names this home room.</summary>
    public byte[] WireIn(RoomId home)
    {
        if (_wire is not { } wire || wire.Room != home)
        {
            _wire = wire = (home, ChangeWire.ToBytes(Change, home));
        }

        return wire.Bytes;
    }

    /// <summary>Writes the wire form ahead, on the thread of the intake, for the home that the change itself gives.</summary>
    public void WriteAhead(RoomId room) => WireIn(Shape.OwnHome ?? room);
}

/// <summary>What became of one change in the intake: an offer, or the reason why it is none.</summary>
/// <param name="Offer">The verified change; null if it was refused.</param>
/// <param name="Hash">The hash that it names, if that is readable.</param>
/// <param name="Refused">The verdict, if it was refused.</param>
internal readonly record struct Offered(Offer? Offer, ChangeHash? Hash, Verdict.Refused? Refused)
{
    /// <summary>A verified change.</summary>
    public static Offered Of(Offer offer) => new(offer, offer.Change.Hash, null);
}
