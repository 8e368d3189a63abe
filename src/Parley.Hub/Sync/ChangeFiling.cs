using Parley.Access;
using Parley.Hub.Storage;
using Parley.Nodes;

namespace Parley.Hub.Sync;

/// <summary>
/// Decides where verified changes go and writes a group of them in one transaction: duplicates, home rooms (W14, W22), nodes that
/// are not known yet (W9), rights that follow from a proven creator, quotas. Used by the writer alone.
/// </summary>
internal sealed class ChangeFiling(IHubStore store, HubOptions options)
{
    private readonly Dictionary<string, long> _nextSeqs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AuthorUsage> _usage = new(StringComparer.Ordinal);

    /// <summary>Decides on every offer of the group, in order, and commits. Returns what is to be told to subscribers.</summary>
    /// <remarks>Throws <see cref="ParleyException"/> when the store failed; then nothing was kept and nothing decided.</remarks>
    public IReadOnlyList<FiledLive> File(IReadOnlyList<ChangeSubmission> group)
    {
        var run = new Run(Look(group));
        foreach (var submission in group)
        {
            foreach (var offer in submission.Offers)
            {
                if (offer.Outcome != OfferOutcome.Refused)
                {
                    Decide(run, submission, offer);
                }
            }
        }

        if (!run.Writes.IsEmpty)
        {
            Commit(run.Writes);
        }

        return run.Live;
    }

    /// <summary>Wipes a room.</summary>
    public long Clear(string room) => store.Clear(room);

    private StoreFacts Look(IReadOnlyList<ChangeSubmission> group)
    {
        var hashes = new HashSet<ChangeHash>();
        var nodes = new HashSet<NodeId>();
        foreach (var submission in group)
        {
            foreach (var offer in submission.Offers)
            {
                if (offer.Change is { } change)
                {
                    hashes.Add(change.Hash);
                    nodes.Add(change.Node);
                }
            }
        }

        return store.Look(hashes, nodes);
    }

    private void Commit(StoreWrites writes)
    {
        foreach (var filed in writes.Filed)
        {
            writes.NextSeqs[filed.Home] = _nextSeqs[filed.Home];
        }

        foreach (var listing in writes.Listed)
        {
            writes.NextSeqs[listing.Room] = _nextSeqs[listing.Room];
        }

        try
        {
            store.Commit(writes);
        }
        catch
        {
            _nextSeqs.Clear();
            _usage.Clear();
            throw;
        }
    }

    private void Decide(Run run, ChangeSubmission submission, Offer offer)
    {
        var change = offer.Change!;
        if (run.Facts.Changes.TryGetValue(change.Hash, out var place))
        {
            offer.Settle(OfferOutcome.Duplicate, place);
            return;
        }

        var usage = UsageOf(change.Author.Value);
        if (usage.Bytes + offer.Wire.Length > options.Limits.AuthorBytesMax)
        {
            offer.Refuse(Refusal.Quota, "The author's storage on this hub is used up.");
            return;
        }

        if (options.Open)
        {
            FileOpen(run, submission, offer);
            return;
        }

        var node = run.Facts.Nodes.GetValueOrDefault(change.Node);
        var home = HomeOf(node, offer);
        if (home is null)
        {
            Hold(run, submission, offer, usage);
        }
        else if (!IsOfferedAtHome(submission, change, home))
        {
            offer.Refuse(Refusal.Room, "The change does not belong in this room.");
        }
        else if (node is { Root.Proven: true } && !NodeAccess.MayWrite(node.Root, change))
        {
            offer.Refuse(Refusal.Forbidden, "The author may not write this node.");
        }
        else
        {
            File(run, submission, offer, home);
        }
    }

    /// <summary>
    /// A known node's home holds for all its later changes, whatever they say. Only while nothing proves who made the node does a
    /// create of it stand in the room that it names itself: else whoever came first could keep the real one out.
    /// </summary>
    private static string? HomeOf(StoredNode? node, Offer offer) =>
        node is null ? offer.OwnHome
        : offer.OwnHome is not null && offer.MayCreate && (offer.Proves || !node.Root.Proven) ? offer.OwnHome
        : node.Home;

    /// <summary>
    /// In its home room, or in its author's own room as reference clients do (alone, or in the envelope of the channel: tactic C.2).
    /// </summary>
    private static bool IsOfferedAtHome(ChangeSubmission submission, Change change, string home)
    {
        var isHome = string.Equals(submission.Room, home, StringComparison.Ordinal);
        var isAuthors = string.Equals(submission.Room, change.Author.Value, StringComparison.Ordinal);
        return (isHome || isAuthors)
            && (string.Equals(submission.Topic, submission.Room, StringComparison.Ordinal)
                || (isAuthors && string.Equals(submission.Topic, home, StringComparison.Ordinal)));
    }

    private void File(Run run, ChangeSubmission submission, Offer offer, string home)
    {
        var change = offer.Change!;
        var wire = string.Equals(offer.WireRoom, home, StringComparison.Ordinal) ? offer.Wire : ChangeWire.ToBytes(change, new(home));
        var seq = Append(run, change, home, wire);
        offer.Settle(OfferOutcome.Filed, new(home, seq));
        run.Live.Add(new(submission, home, home, seq, wire));
        if (!string.Equals(submission.Room, home, StringComparison.Ordinal))
        {
            run.Live.Add(new(submission, submission.Room, submission.Room, List(run, change, submission.Room), wire));
        }

        if (offer.MayCreate)
        {
            Root(run, change, home, offer.Proves);
            Release(run, change.Node);
        }
    }

    /// <summary>As the reference files: in the room that the sender says, and in the share room that the schema gives.</summary>
    private void FileOpen(Run run, ChangeSubmission submission, Offer offer)
    {
        var change = offer.Change!;
        var seq = Append(run, change, submission.Room, offer.Wire);
        offer.Settle(OfferOutcome.Filed, new(submission.Room, seq));
        run.Live.Add(new(submission, submission.IsBatch ? submission.Room : submission.Topic, submission.Room, seq, offer.Wire));
        if (offer.OwnHome is { } home && !string.Equals(home, submission.Room, StringComparison.Ordinal))
        {
            run.Live.Add(new(submission, home, home, List(run, change, home), offer.Wire));
        }
    }

    private void Hold(Run run, ChangeSubmission submission, Offer offer, in AuthorUsage usage)
    {
        var change = offer.Change!;
        if (usage.Held >= options.Limits.HeldChangesPerAuthorMax)
        {
            offer.Refuse(Refusal.Quota, "Too many changes of this author wait for nodes that are not here.");
            return;
        }

        var held = new HeldChange(change.Hash, change.Node, change.Author.Value, submission.Room, submission.Topic, offer.Wire);
        run.Writes.Held.Add(held);
        run.Facts.Changes[change.Hash] = new(submission.Room, 0);
        if (!run.Facts.Held.TryGetValue(change.Node, out var waiting))
        {
            run.Facts.Held[change.Node] = waiting = [];
        }

        waiting.Add(held);
        SetUsage(run, held.Author, new(usage.Bytes + offer.Wire.Length, usage.Held + 1));
        offer.Settle(OfferOutcome.Held, new(submission.Room, 0));
    }

    /// <summary>Files what waited for a node, now that its home is known. What was offered elsewhere, or is not its author's to write, falls away.</summary>
    private void Release(Run run, NodeId id)
    {
        if (!run.Facts.Held.Remove(id, out var waiting))
        {
            return;
        }

        var node = run.Facts.Nodes[id];
        foreach (var held in waiting)
        {
            if (!run.Writes.Held.Remove(held))
            {
                run.Writes.Released.Add(held.Hash);
            }

            var usage = UsageOf(held.Author);
            SetUsage(run, held.Author, new(usage.Bytes - held.Wire.Length, usage.Held - 1));
            run.Facts.Changes.Remove(held.Hash);

            var change = ChangeWire.FromTrustedBytes(held.Wire);
            var atHome = string.Equals(held.Room, node.Home, StringComparison.Ordinal);
            var atAuthors = string.Equals(held.Room, held.Author, StringComparison.Ordinal);
            if ((!atHome && !atAuthors) || (node.Root.Proven && !NodeAccess.MayWrite(node.Root, change)))
            {
                continue;
            }

            var wire = ChangeWire.ToBytes(change, new(node.Home));
            run.Live.Add(new(null, node.Home, node.Home, Append(run, change, node.Home, wire), wire));
            if (!atHome)
            {
                run.Live.Add(new(null, held.Room, held.Room, List(run, change, held.Room), wire));
            }
        }
    }

    private static void Root(Run run, Change change, string home, bool proves)
    {
        var root = new NodeRoot(change.Hash, change.Author, change.WallTime, change.Lamport, change.SchemaId!, proves);
        if (run.Facts.Nodes.TryGetValue(change.Node, out var known) && !IsBefore(root, known.Root))
        {
            return;
        }

        run.Facts.Nodes[change.Node] = run.Writes.Nodes[change.Node] = new(change.Node, home, root);
    }

    /// <summary>A proven create before any other, then the lowest (lamport, author, hash).</summary>
    private static bool IsBefore(NodeRoot one, NodeRoot other) =>
        one.Proven != other.Proven
            ? one.Proven
            : (one.Lamport, one.Author, one.Hash).CompareTo((other.Lamport, other.Author, other.Hash)) < 0;

    private long Append(Run run, Change change, string home, byte[] wire)
    {
        var seq = TakeSeq(home);
        run.Writes.Filed.Add(new(change, home, seq, wire));
        run.Facts.Changes[change.Hash] = new(home, seq);
        var usage = UsageOf(change.Author.Value);
        SetUsage(run, change.Author.Value, usage with { Bytes = usage.Bytes + wire.Length });
        return seq;
    }

    private long List(Run run, Change change, string room)
    {
        var seq = TakeSeq(room);
        run.Writes.Listed.Add(new(room, seq, change.Hash, change.Lamport));
        return seq;
    }

    private long TakeSeq(string room)
    {
        var seq = _nextSeqs.TryGetValue(room, out var next) ? next : store.NextSeq(room);
        _nextSeqs[room] = seq + 1;
        return seq;
    }

    private AuthorUsage UsageOf(string author) =>
        _usage.TryGetValue(author, out var usage) ? usage : _usage[author] = store.Usage(author);

    private void SetUsage(Run run, string author, in AuthorUsage usage) => _usage[author] = run.Writes.Usage[author] = usage;

    /// <summary>One group on its way: what was known, and what is to be written and told.</summary>
    private sealed class Run(StoreFacts facts)
    {
        public StoreFacts Facts { get; } = facts;

        public StoreWrites Writes { get; } = new();

        public List<FiledLive> Live { get; } = [];
    }
}

/// <summary>A filed change to be told to a topic's subscribers.</summary>
/// <param name="Submission">The frame that brought it, or null where it was released from waiting.</param>
/// <param name="Topic">Who is told.</param>
/// <param name="Room">The room whose sequence <paramref name="Seq"/> counts.</param>
/// <param name="Seq">Its place there.</param>
/// <param name="Wire">The change.</param>
internal readonly record struct FiledLive(ChangeSubmission? Submission, string Topic, string Room, long Seq, byte[] Wire);
