using Parley.Ids;
using Parley.Nodes;
using Parley.Store;

namespace Parley.Replica;

// Nodes of rooms in which not everybody may write (docs/access.md, decide).
internal sealed partial class ApplyBatch
{
    /// <summary>Verdicts that operations may still change: the change, the domain that decides, and what it is now.</summary>
    public List<(Change Change, NodeId Domain, RightVerdict Verdict)> Governed { get; } = [];

    /// <summary>Nodes that were hidden and are shown from now on.</summary>
    public List<NodeId> Shown { get; } = [];

    private void AddGoverned(NodeRow row, RoomRights rights, List<Candidate> group)
    {
        var state = row.State;
        var refused = row.Refused;
        foreach (var candidate in group)
        {
            var change = candidate.Change;
            var verdict = IsStray(state.Root, row.Room, candidate) ? (RightVerdict?)null : NodeJudgement.DecideLater(rights, state, change);
            if (verdict is not { } right)
            {
                Refuse(candidate, Refusal.Room);
            }
            else if (!Settle(candidate, right, row.Room, rights))
            {
                continue;
            }
            else if (right.IsAccepted)
            {
                state = Merge.AddAccepted(state, change);
            }
            else if (change.Author == memberships.Me)
            {
                refused = right.Refusal?.ToCode();
            }
        }

        if (!ReferenceEquals(state, row.State) || refused != row.Refused)
        {
            Rows[row.State.Id] = row with { State = state, Refused = refused };
        }
    }

    private void FoldGoverned(NodeId node, NodeRow? row, IReadOnlyList<Change> logged, List<Candidate> candidates)
    {
        NodeJudgement? judged;
        while (true)
        {
            judged = NodeJudgement.Of([.. logged, .. candidates.Select(c => c.Change)], memberships.Rights, memberships.Me);
            if (judged is null)
            {
                candidates.ForEach(c => Hold(c, HoldReason.UnknownNode));
                return;
            }

            // Without them the root may be another one, so the rest is judged again.
            var lost = candidates.FindAll(c => IsStray(judged.State.Root, judged.Home, c) || judged[c.Change] is { Refusal: not null, IsFinal: true });
            if (lost.Count == 0)
            {
                break;
            }

            lost.ForEach(c => Refuse(c, IsStray(judged.State.Root, judged.Home, c) ? Refusal.Room : Refusal.Forbidden));
            candidates.RemoveAll(lost.Contains);
        }

        if (judged[judged.Root].WaitsFor is { } waitsFor && logged.Count == 0)
        {
            // Nobody knows yet whether there is such a node.
            candidates.ForEach(c => Hold(c, HoldReason.UnknownMember, waitsFor));
            return;
        }

        candidates.ForEach(c => Settle(c, judged[c.Change], judged.Home, judged.Rights));
        if (judged.Rights?.Domain is { } domain)
        {
            Governed.AddRange(logged.Select(change => (change, domain, judged[change])));
        }

        Place(node, row, judged);
    }

    private void Place(NodeId node, NodeRow? row, NodeJudgement judged)
    {
        var isSame = row is not null && row.State.Root.Hash == judged.Root.Hash;
        var placed = isSame
            ? row!
            : new(judged.State, judged.Home, judged.Root.Fields.Batch?.Index ?? 0, judged.Root.WallTime, null, null, row?.Late ?? false);
        if (!isSame)
        {
            ToPlace.Add(judged.Root);
        }

        Rows[node] = placed with { State = judged.State, Hidden = judged.IsHidden, Refused = judged.Refused?.ToCode() };
        if (row is { Hidden: true } && !judged.IsHidden)
        {
            Shown.Add(node);
        }
    }

    // True where the change is in the log from now on, whether it counts or not.
    private bool Settle(Candidate candidate, RightVerdict verdict, RoomId home, RoomRights? rights)
    {
        if (verdict.WaitsFor is { } waitsFor)
        {
            Hold(candidate, HoldReason.UnknownMember, waitsFor);
            return false;
        }

        if (verdict is { Refusal: not null, IsFinal: true })
        {
            Refuse(candidate, Refusal.Forbidden);
            return false;
        }

        Log.Add((candidate.Change, home));
        if (rights?.Domain is { } domain)
        {
            Governed.Add((candidate.Change, domain, verdict));
        }

        Settle(candidate, verdict.IsAccepted ? NodeVerdict.Accept : new NodeVerdict.Refused(Refusal.Forbidden));
        return true;
    }
}
