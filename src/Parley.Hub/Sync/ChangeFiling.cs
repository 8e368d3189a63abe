using Parley.Hub.Access;
using Parley.Hub.Storage;
using Parley.Identity;
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
    private readonly Limits.HubClock _clock;
    private readonly Memberships _memberships;
    private readonly RoomLedger _ledger;
    private readonly RoomRules _rules;
    private readonly WriteAccess _access;
    private readonly OperationFiling _operations;
    private FilingRun _run = new(new(), []);
    private bool _isAhead;

    public ChangeFiling(IHubStore store, HubOptions options, Memberships memberships, Limits.HubClock clock)
    {
        _store = store;
        _options = options;
        _clock = clock;
        _memberships = memberships;
        _ledger = new(store);
        _rules = new(memberships, FindNode, keepsOpen: true, options.Commons);
        _access = new(memberships, _rules, new(options.Limits, clock), node => FindNode(node.Id) is { RootWire.Length: > 0 } known ? ChangeWire.FromTrustedBytes(known.RootWire) : null);
        _operations = new(store, options, memberships, clock, this);
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
        Release(run, candidate);
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

    /// <summary>Keeps a change until what it waits for is here. False where its sender has too many waiting; then it is refused.</summary>
    internal bool Hold(FilingRun run, in Candidate candidate, NodeId waitsFor, string scope, bool isOperation = false)
    {
        var (offer, payer) = (candidate.Offer, candidate.Sender);
        if (candidate.Waited is { } waited)
        {
            if (waited.WaitsFor == waitsFor && string.Equals(waited.Scope, scope, StringComparison.Ordinal))
            {
                Remember(run, waited);
                offer.Settle(OfferOutcome.Held, new(waited.Room, 0));
                return true;
            }

            Release(run, candidate);
        }

        var usage = _ledger.UsageOf(payer.Value);
        if (!MayHold(payer))
        {
            offer.Refuse(Refusal.Quota, "Too much of what this sender brought waits for something that is not here.");
            return false;
        }

        var held = new HeldChange(
            candidate.Change.Hash, waitsFor, payer.Value, scope, candidate.Waited?.WallMs ?? _clock.WallMs, candidate.Room, candidate.Topic, offer.Wire, isOperation);
        run.Writes.Held.Add(held);
        Remember(run, held);
        _ledger.SetUsage(run.Writes, held.Payer, usage with { Bytes = usage.Bytes + offer.Wire.Length, Held = usage.Held + 1 });
        offer.Settle(OfferOutcome.Held, new(candidate.Room, 0));
        return true;
    }

    /// <summary>True where something more that this person brings may wait.</summary>
    internal bool MayHold(PersonId payer) => _ledger.UsageOf(payer.Value).Held < _options.Limits.HeldChangesPerAuthorMax;

    /// <summary>Ends a change's waiting, whatever becomes of it.</summary>
    internal void Release(FilingRun run, in Candidate candidate)
    {
        if (candidate.Waited is { } held)
        {
            if (!run.Writes.Held.Remove(held))
            {
                run.Writes.Released.Add(held.Hash);
            }

            var usage = _ledger.UsageOf(held.Payer);
            _ledger.SetUsage(run.Writes, held.Payer, usage with { Bytes = usage.Bytes - held.Wire.Length, Held = usage.Held - 1 });
            run.Facts.Changes.Remove(held.Hash);
        }
    }

    /// <summary>Decides anew on the ordinary changes that waited for a node, or for a membership log.</summary>
    internal void Wake(FilingRun run, NodeId waitsFor)
    {
        if (!run.Facts.Held.Remove(waitsFor, out var waiting))
        {
            return;
        }

        waiting.Where(static held => held.IsOperation).ToList().ForEach(held => Remember(run, held));
        var candidates = waiting.Where(static held => !held.IsOperation).Select(CandidateOf).ToList();
        LookFor(run, candidates);
        foreach (var candidate in candidates)
        {
            Settle(run, candidate);
            if (candidate.Offer.Outcome == OfferOutcome.Refused)
            {
                Release(run, candidate);
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

        foreach (var held in facts.Held.Values.SelectMany(static waiting => waiting))
        {
            Remember(run, held);
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
        else if (answer.IsForAccess && candidate.Waited?.WaitsFor != waitsFor && !HasRoomToWait(run, waitsFor, candidate.Sender.Value))
        {
            offer.Refuse(Refusal.Quota, "Too many changes wait for the memberships of this room.");
        }
        else
        {
            Hold(run, candidate, waitsFor, answer.Scope);
        }
    }

    private bool HasRoomToWait(FilingRun run, NodeId waitsFor, string payer)
    {
        var (all, ofPayer) = WaitingFor(run, waitsFor, payer);
        return all < _options.Limits.HeldForAccessMax && ofPayer < _options.Limits.HeldForAccessPerAuthorMax;
    }

    /// <summary>How many changes wait for the same, those of this run included.</summary>
    internal WaitingCount WaitingFor(FilingRun run, NodeId waitsFor, string payer)
    {
        var (all, ofPayer) = _store.Waiting(waitsFor, payer);
        foreach (var held in run.Writes.Held)
        {
            if (held.WaitsFor == waitsFor)
            {
                all++;
                ofPayer += string.Equals(held.Payer, payer, StringComparison.Ordinal) ? 1 : 0;
            }
        }

        return new(all, ofPayer);
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

    private static void Remember(FilingRun run, HeldChange held)
    {
        run.Facts.Changes[held.Hash] = new(held.Room, 0);
        if (!run.Facts.Held.TryGetValue(held.WaitsFor, out var waiting))
        {
            run.Facts.Held[held.WaitsFor] = waiting = [];
        }

        waiting.Add(held);
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
