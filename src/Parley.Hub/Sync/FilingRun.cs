using Parley.Hub.Connections;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Hub.Sync;

/// <summary>One group on its way: what was known, what is to be written and told, and whose rights changed.</summary>
/// <param name="facts">What is known of the group's changes and of <paramref name="lookedFor"/>.</param>
/// <param name="lookedFor">The nodes that the store was asked about.</param>
internal sealed class FilingRun(StoreFacts facts, HashSet<NodeId> lookedFor)
{
    /// <summary>What is known; it follows what the run files.</summary>
    public StoreFacts Facts { get; } = facts;

    /// <summary>The nodes of which <see cref="Facts"/> tells, also by silence.</summary>
    public HashSet<NodeId> LookedFor { get; } = lookedFor;

    /// <summary>What is to be written.</summary>
    public StoreWrites Writes { get; } = new();

    /// <summary>What waited and was pushed out.</summary>
    public HashSet<ChangeHash> Gone { get; } = [];

    /// <summary>What subscribers are to be told.</summary>
    public List<FiledLive> Live { get; } = [];

    /// <summary>Whose access to which domain may have changed.</summary>
    public Dictionary<NodeId, HashSet<PersonId>> Touched { get; } = [];

    /// <summary>True where a node that was known got a root elsewhere.</summary>
    public bool ReplacedRules { get; set; }

    /// <summary>The change that made a node in this run, or null.</summary>
    public byte[]? RootWire(StoredNode node)
    {
        foreach (var filed in Writes.Filed)
        {
            if (filed.Change.Hash == node.Root.Hash)
            {
                return filed.Wire;
            }
        }

        return null;
    }
}

/// <summary>A change that is decided on: as a socket offered it, or as it waited.</summary>
/// <param name="Offer">The change and its fate.</param>
/// <param name="Room">The room in which it was offered.</param>
/// <param name="Topic">The envelope's topic.</param>
/// <param name="Submission">The frame that brought it; null where it waited.</param>
/// <param name="Waited">The row that it waited as.</param>
internal readonly record struct Candidate(Offer Offer, string Room, string Topic, ChangeSubmission? Submission, HeldChange? Waited = null)
{
    /// <summary>The change.</summary>
    public Change Change => Offer.Change!;

    /// <summary>Whose connection brings it, or brought it where it waited: where that does not say, the author's.</summary>
    public PersonId Sender => (Waited?.Payer ?? Submission?.From.Session.Did) is { } did ? PersonId.FromTrusted(did) : Change.Author;

    /// <summary>True where the sender keeps what is refused for now, and offers it again.</summary>
    public bool IsOfferedAgain => Submission?.From.Session.TakesAcks == true;

    /// <summary>
    /// True in its home room, or in its author's own room as reference clients do (alone, or in the envelope of the channel: tactic C.2).
    /// </summary>
    public bool IsOfferedAt(string home)
    {
        var isHome = string.Equals(Room, home, StringComparison.Ordinal);
        var isAuthors = string.Equals(Room, Change.Author.Value, StringComparison.Ordinal);
        return (isHome || isAuthors)
            && (string.Equals(Topic, Room, StringComparison.Ordinal) || (isAuthors && string.Equals(Topic, home, StringComparison.Ordinal)));
    }
}
