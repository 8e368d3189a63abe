using Parley.Hub.Access;
using Parley.Hub.Admission;
using Parley.Hub.Connections;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Hub.Sync;

/// <summary>
/// Decides where verified changes go and writes a group of them in one transaction: duplicates, home rooms (W14, W22), nodes that
/// are not known yet (W9), rights, quotas. Used by the writer alone.
/// </summary>
internal sealed class ChangeFiling
{
    private readonly IHubStore _store;
    private readonly HubOptions _options;
    private readonly Memberships _memberships;
    private readonly RoomLedger _ledger;
    private readonly RoomRules _rules;
    private readonly WriteAccess _access;
    private readonly WaitingRoom _waiting;
    private readonly OperationFiling _operations;
    private FilingRun _run = new(new(), []);
    private bool _isAhead;

    public ChangeFiling(IHubStore store, HubOptions options, Memberships memberships, Limits.HubClock clock)
    {
        _store = store;
        _options = options;
        _memberships = memberships;
        _ledger = new(store);
        _rules = new(memberships, FindNode, keepsOpen: true, options.Commons);
        _access = new(memberships, _rules, new(options.Limits, clock), node => FindNode(node.Id) is { RootWire.Length: > 0 } known ? ChangeWire.FromTrustedBytes(known.RootWire) : null);
        _waiting = new(store, options.Limits, clock, _ledger, memberships);
        _operations = new(store, options, memberships, clock, _waiting, this);
    }

    /// <summary>Decides on every offer of the group, in order, and commits. Returns what is to be told to subscribers.</summary>
    /// <remarks>Throws <see cref="ParleyException"/> when the store failed; then nothing was kept and nothing decided.</remarks>
    public FilingRun File(IReadOnlyList<ChangeSubmission> group)
    {
        Reload();
        var run = _run = Look(group);
        try
        {
            foreach (var submission in group)
            {
                File(run, submission);
            }

            if (!run.Writes.IsEmpty)
            {
                _ledger.Close(run.Writes);
                _store.Commit(run.Writes);
            }

            _waiting.Committed();
        }
        catch
        {
            Undo();
            throw;
        }

        return run;
    }

    private void File(FilingRun run, ChangeSubmission submission)
    {
        var operations = run.Writes.Operations.Count;
        foreach (var offer in submission.Offers)
        {
            if (offer.Outcome != OfferOutcome.Refused)
            {
                Decide(run, submission, offer);
            }
        }

        // Whoever fills an empty hub sends a log and what hangs on it together, in the order in which it came to them.
        if (run.Writes.Operations.Count > operations)
        {
            foreach (var offer in submission.Offers)
            {
                if (offer is { Outcome: OfferOutcome.Refused, Refusal: Refusal.NotInRoom })
                {
                    offer.Reopen();
                    Decide(run, submission, offer);
                }
            }
        }
    }

    /// <summary>Wipes a room.</summary>
    public long Clear(string room) => _store.Clear(room);

    /// <summary>Files a change in its home, and lists it in its author's room where it was offered there.</summary>
    internal void FileAt(FilingRun run, in Candidate candidate, string home)
    {
        var (offer, change) = (candidate.Offer, candidate.Change);
        if (candidate.Waited is { } waited)
        {
            _waiting.End(run, waited);
        }

        var wire = string.Equals(offer.WireRoom, home, StringComparison.Ordinal) ? offer.Wire : ChangeWire.ToBytes(change, new(home));
        var seq = Append(run, change, home, wire);
        offer.Settle(OfferOutcome.Filed, new(home, seq));
        run.Live.Add(new(candidate.Submission, home, home, seq, wire));
        if (DeviceSignOut.Read(change) is { } signOut && home == RoomNames.Author(change.Author).Value)
        {
            run.Writes.Revoked.Add(new(Revocations.NameOf(signOut.Person, signOut.Device), change.WallTime));
        }

        if (!string.Equals(candidate.Room, home, StringComparison.Ordinal))
        {
            run.Live.Add(new(candidate.Submission, candidate.Room, candidate.Room, List(run, change, candidate.Room), wire));
        }
    }

    /// <summary>Decides anew on the ordinary changes that waited for a node, or for a membership log.</summary>
    internal void Wake(FilingRun run, NodeId waitsFor)
    {
        if (!run.Facts.Held.Remove(waitsFor, out var waiting))
        {
            return;
        }

        waiting.Where(static held => held.IsOperation).ToList().ForEach(held => WaitingRoom.Remember(run, held));
        var candidates = waiting.Where(static held => !held.IsOperation).Select(CandidateOf).ToList();
        LookFor(run, candidates);
        foreach (var candidate in candidates)
        {
            if (run.Gone.Contains(candidate.Change.Hash))
            {
                continue;
            }

            Settle(run, candidate);
            if (candidate.Offer.Outcome == OfferOutcome.Refused)
            {
                _waiting.End(run, candidate.Waited!);
            }
        }
    }

    /// <summary>A change that waited, to be decided anew.</summary>
    internal static Candidate CandidateOf(HeldChange held)
    {
        var change = ChangeWire.FromTrustedBytes(held.Wire);
        return new(Offer.Verified(change, HomeRoom.Of(change)?.Value, held.Wire, wireRoom: ""), held.Room, held.Topic, null, held);
    }

    /// <summary>Makes a change the root of its node where it is the better one.</summary>
    internal void Root(FilingRun run, Change change, string home, bool proves)
    {
        var root = new NodeRoot(change.Hash, change.Author, change.WallTime, change.Lamport, change.SchemaId!, proves);
        if (run.Facts.Nodes.TryGetValue(change.Node, out var known))
        {
            // What a channel's first create says about its people is not displaced by one that proves nothing either.
            if (root.Rank.CompareTo(known.Root.Rank) >= 0 || (!proves && Schemas.Is(known.Root.SchemaId, Schemas.Channel)))
            {
                return;
            }

            if (!string.Equals(home, known.Home, StringComparison.Ordinal) || Schemas.Is(change.SchemaId, Schemas.Channel))
            {
                _rules.Clear();
                run.ReplacedRules = true;
            }
        }
        else
        {
            _rules.Forget(change.Node);
        }

        run.Facts.Nodes[change.Node] = run.Writes.Nodes[change.Node] = new(change.Node, home, root);
    }

    private FilingRun Look(IReadOnlyList<ChangeSubmission> group)
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
                    LookForLogs(offer, change, nodes);
                }
            }
        }

        return new(_store.Look(hashes, nodes), nodes);
    }

    // What is released is of nodes that no change of the group named: they may be here, and more may wait for them in turn.
    private void LookFor(FilingRun run, List<Candidate> released)
    {
        var nodes = released.Select(static candidate => candidate.Change.Node).Where(run.LookedFor.Add).ToList();
        if (nodes.Count == 0)
        {
            return;
        }

        var facts = _store.Look([], nodes);
        foreach (var (id, node) in facts.Nodes)
        {
            run.Facts.Nodes.TryAdd(id, node);
        }

        foreach (var held in facts.Held.Values.SelectMany(static waiting => waiting).Where(held => !run.Writes.Released.Contains(held.Hash)))
        {
            WaitingRoom.Remember(run, held);
        }
    }

    // What waits for a log is decided anew when an operation comes, or the people of a direct message.
    private void LookForLogs(Offer offer, Change change, HashSet<NodeId> nodes)
    {
        if (offer.OperationOf is { } domain)
        {
            nodes.UnionWith(_memberships.Reach(domain).Select(AccessWait.For));
        }
        else if (AccessDomains.KindOf(change.Node) == AccessDomainKind.DirectMessage)
        {
            nodes.Add(AccessWait.For(change.Node));
        }
    }

    private void Undo()
    {
        _ledger.Forget();
        _waiting.Forget();
        _rules.Clear();
        _run = new(new(), []);
        _isAhead = !_options.Open;
        Reload();
    }

    /// <summary>The logs know what was never committed: what is on disk is what counts. Tried again with the next group where the disk fails.</summary>
    private void Reload()
    {
        if (_isAhead)
        {
            _memberships.Load(_store);
            _isAhead = false;
        }
    }

    private void Decide(FilingRun run, ChangeSubmission submission, Offer offer)
    {
        var change = offer.Change!;
        if (run.Facts.Changes.TryGetValue(change.Hash, out var place))
        {
            offer.Settle(OfferOutcome.Duplicate, place);
            return;
        }

        var usage = _ledger.UsageOf(change.Author.Value);
        if (usage.Bytes + offer.Wire.Length > _options.Limits.AuthorBytesMax || usage.Changes + usage.Held >= _options.Limits.AuthorChangesMax)
        {
            offer.Refuse(Refusal.Quota, "The author's storage on this hub is used up.");
            return;
        }

        if (_options.Open)
        {
            FileOpen(run, submission, offer);
            return;
        }

        var candidate = new Candidate(offer, submission.Room, submission.Topic, submission);
        if (offer.IsOperation)
        {
            _operations.Decide(run, candidate);
        }
        else
        {
            Settle(run, candidate);
        }
    }

    private void Settle(FilingRun run, in Candidate candidate)
    {
        var (offer, change) = (candidate.Offer, candidate.Change);
        var answer = _access.Decide(candidate, run.Facts.Nodes.GetValueOrDefault(change.Node));
        if (answer.Home is { } home)
        {
            FileAt(run, candidate, home);
            if (offer.MayCreate)
            {
                Root(run, change, home, offer.Proves);
                Wake(run, change.Node);
                if (AccessDomains.KindOf(change.Node) == AccessDomainKind.DirectMessage)
                {
                    Wake(run, AccessWait.For(change.Node));
                }
            }
        }
        else if (answer.WaitsFor is not { } waitsFor)
        {
            offer.Refuse(answer.Refusal, answer.Why);
        }
        else
        {
            _waiting.Hold(run, candidate, waitsFor, answer.Scope);
        }
    }

    /// <summary>As the reference files: in the room that the sender says, and in the share room that the schema gives.</summary>
    private void FileOpen(FilingRun run, ChangeSubmission submission, Offer offer)
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

    private KnownNode? FindNode(NodeId id) =>
        _run.Writes.Nodes.TryGetValue(id, out var made) ? new(made, _run.RootWire(made) ?? []) : _store.Find(id);

    private long Append(FilingRun run, Change change, string home, byte[] wire)
    {
        var seq = _ledger.TakeSeq(home);
        run.Writes.Filed.Add(new(change, home, seq, wire));
        run.Facts.Changes[change.Hash] = new(home, seq);
        var usage = _ledger.UsageOf(change.Author.Value);
        _ledger.SetUsage(run.Writes, change.Author.Value, usage with { Bytes = usage.Bytes + wire.Length, Changes = usage.Changes + 1 });
        return seq;
    }

    private long List(FilingRun run, Change change, string room)
    {
        var seq = _ledger.TakeSeq(room);
        run.Writes.Listed.Add(new(room, seq, change.Hash, change.Lamport));
        return seq;
    }
}

/// <summary>A filed change to be told to a topic's subscribers.</summary>
/// <param name="Submission">The frame that brought it, or null where it was released from waiting.</param>
/// <param name="Topic">Who is told.</param>
/// <param name="Room">The room whose sequence <paramref name="Seq"/> counts.</param>
/// <param name="Seq">Its place there.</param>
/// <param name="Wire">The change.</param>
internal readonly record struct FiledLive(ChangeSubmission? Submission, string Topic, string Room, long Seq, byte[] Wire);
