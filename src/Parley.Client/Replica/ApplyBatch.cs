using Parley.Ids;
using Parley.Nodes;
using Parley.Store;

namespace Parley.Replica;

/// <summary>
/// Judges and merges one batch of verified changes against what the store knows. Pure but for the Lamport clock: the result is what is to
/// be written.
/// </summary>
internal sealed partial class ApplyBatch(ApplySnapshot snapshot, LamportClock clock, MembershipBook memberships, long nowMs, bool own)
{
    private readonly Dictionary<NodeId, List<Candidate>> _groups = [];
    private readonly List<NodeId> _order = [];

    /// <summary>One verdict per offered change.</summary>
    public NodeVerdict[] Verdicts { get; private set; } = [];

    /// <summary>Changes for the log, with their home room.</summary>
    public List<(Change Change, RoomId Room)> Log { get; } = [];

    /// <summary>The nodes to write, with a new root or not.</summary>
    public Dictionary<NodeId, NodeRow> Rows { get; } = [];

    /// <summary>Those of <see cref="Rows"/> whose place in the timeline has to be found (their creates).</summary>
    public List<Change> ToPlace { get; } = [];

    /// <summary>Changes that wait from now on.</summary>
    public List<HeldChange> NewlyHeld { get; } = [];

    /// <summary>Changes that wait no longer.</summary>
    public List<ChangeHash> Released { get; } = [];

    /// <summary>Changes that had to go for a bound.</summary>
    public List<DroppedChange> Dropped { get; } = [];

    /// <summary>Rooms in which something that waited does not wait any more, so that there is a place.</summary>
    public HashSet<string> Freed { get; } = new(StringComparer.Ordinal);

    /// <summary>A change under judgement; Index is its place in the batch, −1 where it waited on disk.</summary>
    private readonly record struct Candidate(Change Change, RoomId? Room, long? Number, int Index);

    /// <summary>Judges the offered changes, and as a whole the nodes that the snapshot was asked to judge anew.</summary>
    public void Judge(IReadOnlyList<OfferedChange> offered, IReadOnlyCollection<string> again)
    {
        Verdicts = new NodeVerdict[offered.Count];
        var seen = new HashSet<ChangeHash>();

        // Lamport order lets an honest history carry the window along as it is read.
        foreach (var index in Enumerable.Range(0, offered.Count).OrderBy(i => offered[i].Change.Lamport))
        {
            var (change, room, number) = offered[index];
            if (!seen.Add(change.Hash) || snapshot.Logged.Contains(change.Hash))
            {
                Verdicts[index] = NodeVerdict.AlreadyHere;
            }
            else if (!own && !clock.Allows(change.Lamport, change.WallTime, nowMs))
            {
                Hold(new(change, room, number, index), HoldReason.Future);
            }
            else
            {
                Group(new(change, room, number, index));
            }
        }

        foreach (var node in again.Select(id => new NodeId(id)))
        {
            if (_groups.TryAdd(node, []))
            {
                _order.Add(node);
            }
        }

        foreach (var node in _order)
        {
            MergeNode(node, _groups[node]);
        }
    }

    /// <summary>Marks the new messages that stand above one that was shown before, in rooms that were read to their end.</summary>
    public void MarkLate(Func<string, bool> caughtUp)
    {
        foreach (var create in ToPlace)
        {
            var row = Rows[create.Node];
            if (!snapshot.Rows.ContainsKey(create.Node) && caughtUp(row.Room.Value)
                && row.Channel is { } channel && snapshot.Newest.TryGetValue(channel, out var newest)
                && row.Position.CompareTo(newest) < 0)
            {
                Rows[create.Node] = row with { Late = true };
            }
        }
    }

    private void Group(Candidate candidate)
    {
        var change = candidate.Change;
        clock.See(change.Lamport);
        if (!_groups.TryGetValue(change.Node, out var group))
        {
            _groups[change.Node] = group = [];
            _order.Add(change.Node);
        }

        group.Add(candidate);
    }

    private void MergeNode(NodeId node, List<Candidate> group)
    {
        if (snapshot.Rows.TryGetValue(node, out var row) && !snapshot.Logs.ContainsKey(node))
        {
            if (memberships.Rights.Of(row.Room) is { } rights)
            {
                AddGoverned(row, rights, group);
            }
            else
            {
                AddTo(row, group);
            }

            return;
        }

        // What waits for this node's create is judged together with what may be that create.
        var inBatch = group.Select(c => c.Change.Hash).ToHashSet();
        var waiting = snapshot.Held.Values
            .Where(h => h.Change.Node == node && h.Why == HoldReason.UnknownNode && !inBatch.Contains(h.Change.Hash))
            .Select(h => new Candidate(h.Change, h.Room, h.Number, -1));
        Fold(node, row, [.. group, .. waiting]);
    }

    private void AddTo(NodeRow row, List<Candidate> group)
    {
        var state = row.State;
        foreach (var candidate in group)
        {
            if (Fault(state.Root, row.Room, candidate) is { } refusal)
            {
                Refuse(candidate, refusal);
                continue;
            }

            state = Merge.Add(state, candidate.Change);
            Accept(candidate, row.Room);
        }

        if (!ReferenceEquals(state, row.State))
        {
            Rows[row.State.Id] = row with { State = state };
        }
    }

    private void Fold(NodeId node, NodeRow? row, List<Candidate> candidates)
    {
        IReadOnlyList<Change> logged = snapshot.Logs.GetValueOrDefault(node) ?? [];
        while (true)
        {
            List<Change> set = [.. logged, .. candidates.Select(c => c.Change)];
            if (Merge.Fold(node, set) is not { } state)
            {
                candidates.ForEach(c => Hold(c, HoldReason.UnknownNode));
                return;
            }

            var root = set.Find(c => c.Hash == state.Root.Hash)!;
            var home = HomeRoom.Of(root) ?? RoomNames.Author(root.Author);
            if (row is { Hidden: true } || memberships.Rights.Of(home) is not null)
            {
                FoldGoverned(node, row, logged, candidates);
                return;
            }

            var refused = candidates.FindAll(c => Fault(state.Root, home, c) is not null);
            if (refused.Count > 0)
            {
                // Without them the root may be another one, so the rest is judged again.
                refused.ForEach(c => Refuse(c, Fault(state.Root, home, c)!.Value));
                candidates.RemoveAll(refused.Contains);
                continue;
            }

            candidates.ForEach(c => Accept(c, home));
            var unchanged = row is not null && row.State.Root.Hash == root.Hash;
            if (!unchanged)
            {
                ToPlace.Add(root);
            }

            Rows[node] = unchanged ? row! with { State = state } : new(state, home, root.Fields.Batch?.Index ?? 0, root.WallTime, null, null, row?.Late ?? false);
            return;
        }
    }

    private static Refusal? Fault(NodeRoot root, RoomId home, Candidate candidate)
    {
        var change = candidate.Change;
        if (IsStray(root, home, candidate))
        {
            return Refusal.Room;
        }

        // Where the root proves itself a stranger's change can never count. Elsewhere another root may still come and allow it:
        // it is kept, and the fold leaves it out.
        return root.Proven && change.Hash != root.Hash && !NodeAccess.MayWrite(root, change) ? Refusal.Forbidden : null;
    }

    private static bool IsStray(NodeRoot root, RoomId home, Candidate candidate) =>
        candidate.Room is { } room && room != home && room != RoomNames.Author(candidate.Change.Author) && !IsHint(root, candidate.Change.Node, room);

    // A hub may attach copies of a channel and of profiles to the rooms in which they are needed (docs/protocol.md, home rooms).
    private static bool IsHint(NodeRoot root, NodeId node, RoomId room) =>
        Schemas.Is(root.SchemaId, Schemas.Profile) || (Schemas.Is(root.SchemaId, Schemas.Channel) && room == RoomNames.Channel(node));

    private void Accept(Candidate candidate, RoomId home)
    {
        Log.Add((candidate.Change, home));
        Settle(candidate, NodeVerdict.Accept);
    }

    private void Refuse(Candidate candidate, Refusal why) => Settle(candidate, new NodeVerdict.Refused(why));

    private void Hold(Candidate candidate, HoldReason why, NodeId? waitsFor = null)
    {
        var known = snapshot.Held.TryGetValue(candidate.Change.Hash, out var held);
        if (candidate.Index >= 0)
        {
            Verdicts[candidate.Index] = new NodeVerdict.Held(why);
        }

        // Where it waited already, the room of its first arrival stays; its number there may only be known now.
        var room = known ? held.Room : candidate.Room ?? RoomNames.Author(candidate.Change.Author);
        var number = (known ? held.Number : null) ?? (room == candidate.Room ? candidate.Number : null);
        if (known && held.Why == why && held.WaitsFor == waitsFor && held.Number == number)
        {
            return;
        }

        if (known)
        {
            Released.Add(candidate.Change.Hash);
        }

        NewlyHeld.Add(new(candidate.Change, room, why, waitsFor, Number: number));
    }

    private void Settle(Candidate candidate, NodeVerdict verdict)
    {
        if (candidate.Index >= 0)
        {
            Verdicts[candidate.Index] = verdict;
        }

        if (snapshot.Held.TryGetValue(candidate.Change.Hash, out var held))
        {
            Released.Add(candidate.Change.Hash);
            Freed.Add(held.Room.Value);
        }
    }
}
