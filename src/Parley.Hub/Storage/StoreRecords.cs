using Parley.Ids;
using Parley.Nodes;

namespace Parley.Hub.Storage;

/// <summary>Where a change stands: its home room and its sequence number there. Held changes have no place yet: seq 0.</summary>
internal readonly record struct StoredPlace(string Room, long Seq);

/// <summary>What routes and guards later changes of a node (W4, W10).</summary>
internal sealed record StoredNode(NodeId Id, string Home, NodeRoot Root);

/// <summary>A change to be filed in its home room.</summary>
internal sealed record FiledChange(Change Change, string Home, long Seq, byte[] Wire);

/// <summary>A change listed in one more room than its home.</summary>
internal readonly record struct Listing(string Room, long Seq, ChangeHash Hash, long Lamport);

/// <summary>A change that waits, with the room and topic in which it was offered.</summary>
/// <param name="Hash">Its name.</param>
/// <param name="WaitsFor">The node whose create is missing (W9), or <see cref="AccessWait"/>'s name for a membership log.</param>
/// <param name="Payer">Whose connection brought it.</param>
/// <param name="Scope">With whose changes it waits, as <see cref="Access.SenderRule.ScopeOf"/> says it.</param>
/// <param name="WallMs">Since when.</param>
/// <param name="Room">The room in which it was offered.</param>
/// <param name="Topic">The envelope's topic.</param>
/// <param name="Wire">Its bytes.</param>
/// <param name="IsOperation">True for a membership operation.</param>
internal sealed record HeldChange(
    ChangeHash Hash, NodeId WaitsFor, string Payer, string Scope, long WallMs, string Room, string Topic, byte[] Wire, bool IsOperation = false);

/// <summary>A node with the bytes of the change that made it.</summary>
internal sealed record KnownNode(StoredNode Node, byte[] RootWire);

/// <summary>What of a change that waits is asked to see what is too much.</summary>
internal readonly record struct WaitingRow(ChangeHash Hash, string Payer, long Bytes);

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

/// <summary>Answers of <see cref="IHubStore.Look"/>. What is not in them is not known.</summary>
internal sealed class StoreFacts
{
    public Dictionary<ChangeHash, StoredPlace> Changes { get; } = [];

    public Dictionary<NodeId, StoredNode> Nodes { get; } = [];

    public Dictionary<NodeId, List<HeldChange>> Held { get; } = [];
}

/// <summary>A token's id, a signer's DID or a person's device that is good no more, and since when.</summary>
internal readonly record struct Revocation(string Name, long WallMs);

/// <summary>One transaction's writes.</summary>
internal sealed class StoreWrites
{
    public List<FiledChange> Filed { get; } = [];

    public List<Listing> Listed { get; } = [];

    /// <summary>New nodes, and nodes whose root changed.</summary>
    public Dictionary<NodeId, StoredNode> Nodes { get; } = [];

    /// <summary>Which of <see cref="Filed"/> are membership operations.</summary>
    public List<ChangeHash> Operations { get; } = [];

    public List<HeldChange> Held { get; } = [];

    /// <summary>Held changes that were filed or fell away.</summary>
    public HashSet<ChangeHash> Released { get; } = [];

    /// <summary>Devices that their person signs out.</summary>
    public List<Revocation> Revoked { get; } = [];

    /// <summary>Next sequence numbers of the rooms that were written.</summary>
    public Dictionary<string, long> NextSeqs { get; } = new(StringComparer.Ordinal);

    /// <summary>New usage of the authors that were written.</summary>
    public Dictionary<string, AuthorUsage> Usage { get; } = new(StringComparer.Ordinal);

    public bool IsEmpty => Filed.Count == 0 && Listed.Count == 0 && Nodes.Count == 0 && Held.Count == 0 && Released.Count == 0;
}
