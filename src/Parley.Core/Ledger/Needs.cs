using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>Nodes with changes whose verdict may have turned with a membership log.</summary>
/// <param name="Domain">The access scope.</param>
/// <param name="People">Whose changes; null for everybody's.</param>
/// <param name="LamportMin">Only changes at or above this Lamport time.</param>
internal sealed record Regoverned(NodeId Domain, IReadOnlySet<PersonId>? People, long LamportMin);

/// <summary>A question about what waited for its time: the first rows, by Lamport time, that may be believed now.</summary>
/// <param name="LamportMax">Up to this Lamport time.</param>
/// <param name="WallMsMax">Up to this wall time, ms since the Unix epoch.</param>
/// <param name="RowsMax">At most so many.</param>
internal sealed record FutureQuestion(long LamportMax, long WallMsMax, int RowsMax);

/// <summary>The answer to it.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="LamportMin">If there are none: the lowest Lamport time that waits and whose wall time has come; null if none does.</param>
/// <param name="Any">True if anything else waits for its time.</param>
internal sealed record FutureRows(IReadOnlyList<WaitingRow> Rows, long? LamportMin, bool Any);

/// <summary>A question about how much waits.</summary>
/// <param name="Pool">In which pool.</param>
/// <param name="Room">In which room, or access scope of a hub (<see cref="WaitingRow.Scope"/>); null for all.</param>
/// <param name="Payer">Whose; null for all, of whom those with the most rows are named first.</param>
/// <param name="OldestMax">How many of the oldest rows are wanted.</param>
internal readonly record struct CrowdQuestion(Pool Pool, RoomId? Room, PersonId? Payer, int OldestMax);

/// <summary>The answer to it.</summary>
/// <param name="Count">How many rows wait.</param>
/// <param name="Bytes">Their size; 0 if nobody counts it.</param>
/// <param name="Payers">If the oldest are asked for: how much each of their payers has.</param>
/// <param name="Oldest">
/// As many as were asked for of those with the most rows, and as many of those with the most bytes; of each payer what waits longest first.
/// </param>
internal sealed record Crowd(long Count, long Bytes, IReadOnlyDictionary<PersonId, Share> Payers, IReadOnlyList<WaitingRow> Oldest)
{
    /// <summary>Nobody waits.</summary>
    public static Crowd Empty { get; } = new(0, 0, new Dictionary<PersonId, Share>(), []);
}

/// <summary>What waits of one payer.</summary>
internal readonly record struct Share(long Count, long Bytes);

/// <summary>What a transaction asks its host next. Every member is a batch; an empty one costs nothing.</summary>
internal sealed class Needs
{
    /// <summary>Changes: filed at which place, waiting as which row, or unknown.</summary>
    public HashSet<ChangeHash> Changes { get; } = [];

    /// <summary>Nodes as they stand.</summary>
    public HashSet<NodeId> Nodes { get; } = [];

    /// <summary>The first changes of nodes, for the properties that route them.</summary>
    public HashSet<NodeId> Roots { get; } = [];

    /// <summary>All filed changes of nodes.</summary>
    public HashSet<NodeId> Histories { get; } = [];

    /// <summary>What waits under these names.</summary>
    public HashSet<WaitKey> Waiting { get; } = [];

    /// <summary>What waited for its time; null asks nothing.</summary>
    public FutureQuestion? Future { get; set; }

    /// <summary>The logs of these spaces, private channels and direct messages, each as a family: a space with its private channels, or a direct message.</summary>
    public HashSet<NodeId> Logs { get; } = [];

    /// <summary>Nodes whose changes are to be judged anew.</summary>
    public List<Regoverned> Governed { get; } = [];

    /// <summary>Nodes that name these as their channel.</summary>
    public HashSet<NodeId> NodesIn { get; } = [];

    /// <summary>What is kept of these authors.</summary>
    public HashSet<PersonId> Usage { get; } = [];

    /// <summary>How many spaces these people made.</summary>
    public HashSet<PersonId> SpacesMade { get; } = [];

    /// <summary>How much waits.</summary>
    public HashSet<CrowdQuestion> Crowds { get; } = [];

    /// <summary>Proofs of admissions to check.</summary>
    public ReadOnlyMemory<SignatureCheck> Proofs { get; set; }

    /// <summary>True if nothing is asked.</summary>
    public bool IsEmpty =>
        Changes.Count + Nodes.Count + Roots.Count + Histories.Count + Waiting.Count + Logs.Count + Governed.Count + NodesIn.Count
            + Usage.Count + SpacesMade.Count + Crowds.Count + Proofs.Length == 0 && Future is null;
}

/// <summary>What the host knows of a change.</summary>
/// <param name="Place">Where it is; number 0 if it waits.</param>
/// <param name="Waiting">The row as which it waits; null if it is filed.</param>
internal readonly record struct KnownChange(Place Place, WaitingRow? Waiting);

/// <summary>What is kept of one author: bytes and changes that count against quotas.</summary>
internal readonly record struct Usage(long Bytes, long Changes);

/// <summary>The answers to <see cref="Needs"/>. A key that is absent is known to be absent.</summary>
internal sealed class Known
{
    public Dictionary<ChangeHash, KnownChange> Changes { get; } = [];

    public Dictionary<NodeId, NodeFacts> Nodes { get; } = [];

    public Dictionary<NodeId, Change> Roots { get; } = [];

    public Dictionary<NodeId, List<Change>> Histories { get; } = [];

    public Dictionary<WaitKey, List<WaitingRow>> Waiting { get; } = [];

    public FutureRows? Future { get; set; }

    /// <summary>By the id that was asked for: the operations of the whole family as they were filed.</summary>
    public Dictionary<NodeId, IReadOnlyList<Change>> Logs { get; } = [];

    /// <summary>All nodes that <see cref="Needs.Governed"/> asks for.</summary>
    public HashSet<NodeId> Governed { get; } = [];

    /// <summary>All nodes that <see cref="Needs.NodesIn"/> asks for.</summary>
    public HashSet<NodeId> NodesIn { get; } = [];

    public Dictionary<PersonId, Usage> Usage { get; } = [];

    public Dictionary<PersonId, int> SpacesMade { get; } = [];

    public Dictionary<CrowdQuestion, Crowd> Crowds { get; } = [];

    public bool[] ProofsHold { get; set; } = [];
}
