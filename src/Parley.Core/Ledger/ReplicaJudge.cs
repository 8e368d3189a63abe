using Parley.Ids;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>
/// The judge of a replica: folds each node from the changes that count, keeps what does not count for now, and judges nodes anew when a
/// membership log or a channel's first change may have turned a verdict.
/// </summary>
internal sealed class ReplicaJudge(LedgerTransaction transaction) : Judge(transaction)
{
    private readonly Dictionary<NodeId, List<Candidate>> _open = [];
    private readonly HashSet<NodeId> _again = [];
    private readonly HashSet<NodeId> _channels = [];
    private readonly List<Regoverned> _turned = [];

    private Facts Facts => Transaction.Facts;

    /// <inheritdoc/>
    public override void Turned(Regoverned change) => _turned.Add(change);

    /// <inheritdoc/>
    public override void Opened(NodeId domain)
    {
        Turned(new(domain, null, 0));
        Regovern(domain);
        Regovern(RoomNames.ThreadOf(domain));
    }

    /// <inheritdoc/>
    public override IEnumerable<Needs> Run(List<Candidate> candidates)
    {
        candidates.ForEach(Add);
        while (true)
        {
            foreach (var needs in Gather())
            {
                yield return needs;
            }

            if (_open.Count + _again.Count == 0)
            {
                yield break;
            }

            // Channels first: they tell whose the messages of the same batch are.
            List<NodeId> nodes = [.. _open.Keys.Union(_again)];
            List<NodeId> channels = nodes.FindAll(IsChannel);
            nodes = channels.Count > 0 ? channels : nodes;
            foreach (var needs in Prepare(nodes))
            {
                yield return needs;
            }

            foreach (var node in nodes)
            {
                // What the ones before came to may have turned a rule.
                foreach (var needs in Prepare([node]))
                {
                    yield return needs;
                }

                _open.Remove(node, out var offered);
                JudgeNode(node, offered ?? [], _again.Remove(node));
            }
        }
    }

    private void Add(Candidate candidate)
    {
        if (!_open.TryGetValue(candidate.Change.Node, out var group))
        {
            _open[candidate.Change.Node] = group = [];
        }

        if (!group.Exists(other => other.Change.Hash == candidate.Change.Hash))
        {
            group.Add(candidate);
        }
    }

    private bool IsChannel(NodeId node) =>
        (_open.TryGetValue(node, out var group) && group.Exists(candidate => Schemas.Is(candidate.Change.SchemaId, Schemas.Channel)))
        || (Facts.TryNode(node, out var known) && known is not null && Schemas.Is(known.Root.SchemaId, Schemas.Channel));

    // What was set free, and what is to be judged anew, down to threads that hang on what turned.
    private IEnumerable<Needs> Gather()
    {
        while (true)
        {
            Facts.Needs.Governed.AddRange(_turned);
            Facts.Needs.NodesIn.UnionWith(_channels);
            List<NodeId> channels = [.. _channels];
            channels.ForEach(channel => Facts.TryNode(channel, out _));
            _turned.Clear();
            _channels.Clear();
            TakeDue().ForEach(Add);
            if (!Facts.HasNeeds)
            {
                yield break;
            }

            yield return Facts.TakeNeeds();

            // A channel that lives in its own room is judged by its own rule, and so is a first change of a thread that would make it live there.
            _again.UnionWith(channels.Where(channel =>
                Facts.TryNode(channel, out var node) && node is not null && (node.Home == RoomNames.Channel(channel) || RoomNames.IsThread(channel.Value))));
            var inside = Facts.NodesIn;
            _again.UnionWith(Facts.Governed);
            _again.UnionWith(inside);

            // A thread has the rights of what it hangs on.
            List<NodeId> threads = [.. inside.Select(RoomNames.ThreadOf)];
            threads.ForEach(thread => Facts.TryNode(thread, out _));
            if (Facts.HasNeeds)
            {
                yield return Facts.TakeNeeds();
            }

            threads.FindAll(thread => Facts.TryNode(thread, out var channel) && channel is not null).ForEach(Regovern);
        }
    }

    // Everything that the verdicts on these nodes rest on.
    private IEnumerable<Needs> Prepare(List<NodeId> nodes)
    {
        do
        {
            if (Facts.HasNeeds)
            {
                yield return Facts.TakeNeeds();
            }

            foreach (var node in nodes)
            {
                PrepareNode(node);
            }
        }
        while (Facts.HasNeeds);
    }

    private void PrepareNode(NodeId id)
    {
        if (!Facts.TryNode(id, out var node) | !Facts.TryWaiting(WaitKey.Node(id), out var waiting))
        {
            return;
        }

        var group = _open.GetValueOrDefault(id) ?? [];
        if (node is not null && !NeedsFold(node, group, _again.Contains(id)))
        {
            RulingOf(node.Home);
            return;
        }

        IReadOnlyList<Change> history = [];
        if (node is not null && !Facts.TryHistory(id, out history))
        {
            return;
        }

        foreach (var (root, _) in Merge.Roots([.. history, .. group.Select(candidate => candidate.Change), .. waiting.Select(row => row.Change)]))
        {
            Transaction.RulingOfRoot(root);
        }
    }

    // A person's own node shows even if its root is not accepted: another first change may be the root then.
    private bool NeedsFold(NodeFacts node, List<Candidate> group, bool again) =>
        again || node.IsHidden || node.Refused is not null || group.Exists(candidate => Merge.NeedsRefold(node.State!, candidate.Change)
            || (node.Root.Author == Transaction.Policy.Me && candidate.Offer.Shape.MayCreate));

    private void JudgeNode(NodeId id, List<Candidate> group, bool again)
    {
        Facts.TryNode(id, out var node);
        if (node is not null && !NeedsFold(node, group, again))
        {
            AddTo(node, group);
        }
        else
        {
            Facts.TryWaiting(WaitKey.Node(id), out var waiting);
            var offered = group.Select(candidate => candidate.Change.Hash).ToHashSet();
            group.AddRange(waiting.Where(row => !offered.Contains(row.Change.Hash)).Select(row => Candidate.Of(row, isHub: false)).ToList());
            Fold(id, node, group);
        }
    }

    private void AddTo(NodeFacts node, List<Candidate> group)
    {
        var ruling = RulingOf(node.Home)!.Value;
        var state = node.State!;
        var refused = node.Refused;
        foreach (var candidate in group)
        {
            if (IsStray(node.Root, node.Home, candidate))
            {
                Transaction.Refuse(candidate, Verdict.NotInTheRoom);
                continue;
            }

            var right = ruling.OfLater(state.Root, name => state[name], candidate.Change);
            if (!Settle(candidate, right, node.Home, ruling))
            {
                continue;
            }

            if (right.IsAccepted)
            {
                state = Merge.AddAccepted(state, candidate.Change);
            }
            else if (candidate.Change.Author == Transaction.Policy.Me)
            {
                refused = right.Refused;
            }
        }

        if (!ReferenceEquals(state, node.State) || refused != node.Refused)
        {
            Set(node, node with { State = state, Refused = refused }, null);
        }
    }

    private void Fold(NodeId id, NodeFacts? node, List<Candidate> group)
    {
        IReadOnlyList<Change> history = [];
        if (node is not null)
        {
            Facts.TryHistory(id, out history);
        }

        NodeFold? fold;
        while (true)
        {
            fold = NodeFold.Of([.. history, .. group.Select(candidate => candidate.Change)], root => Transaction.RulingOfRoot(root)!.Value, Transaction.Policy.Me);
            if (fold is null)
            {
                group.ForEach(candidate => Hold(candidate, WaitKey.Node(id)));
                return;
            }

            // Without them the root may be another one, so the rest is judged again.
            var lost = group.FindAll(candidate => IsStray(fold.State.Root, fold.Home, candidate) || fold[candidate.Change].IsLost);
            if (lost.Count == 0)
            {
                break;
            }

            foreach (var candidate in lost)
            {
                if (IsStray(fold.State.Root, fold.Home, candidate))
                {
                    Transaction.Refuse(candidate, Verdict.NotInTheRoom);
                }
                else
                {
                    Transaction.Refuse(candidate, new(Refusal.Forbidden, fold[candidate.Change].Refused!.Value));
                }
            }

            group.RemoveAll(lost.Contains);
        }

        if (history.Count == 0 && fold[fold.Root].WaitsFor is { } key)
        {
            // Nobody knows yet whether there is such a node.
            group.ForEach(candidate => Hold(candidate, fold[candidate.Change].WaitsFor ?? key));
            return;
        }

        group.ForEach(candidate => Settle(candidate, fold[candidate.Change], fold.Home, fold.Ruling));
        if (fold.Ruling.Scope is { } scope)
        {
            foreach (var change in history)
            {
                Note(change, scope, fold[change]);
            }
        }

        foreach (var (change, elsewhere) in fold.RootsElsewhere)
        {
            Note(change, elsewhere, fold[change]);
        }

        var isSame = node?.Root.Hash == fold.Root.Hash;
        Set(node, new(id, fold.Home, fold.State.Root, fold.State, fold.IsHidden, fold.Refused), isSame ? null : fold.Root);
    }

    // True if the change is in the log from now on, whether it counts or not.
    private bool Settle(Candidate candidate, Right right, RoomId home, Ruling ruling)
    {
        if (right.WaitsFor is { } key)
        {
            Hold(candidate, key);
            return false;
        }

        if (right.IsLost)
        {
            Transaction.Refuse(candidate, new(Refusal.Forbidden, right.Refused!.Value));
            return false;
        }

        Transaction.File(candidate, home);
        if (ruling.Scope is { } scope)
        {
            Note(candidate.Change, scope, right);
        }

        // Nothing is written here that does not count.
        Transaction.Settle(candidate, right.Refused is { } reason && (right.Term == RefusalTerm.ForNow || candidate.Offer.Way == Way.Own)
            ? new Verdict.Refused(Refusal.Forbidden, reason, isFinal: false)
            : new Verdict.Accepted());
        return true;
    }

    private void Note(Change change, NodeId scope, Right right)
    {
        Facts.Judge(change.Node, scope);
        Transaction.Add(new Transition.Judged(change, scope, right.Refused, right.WaitsFor is not null));
    }

    private void Set(NodeFacts? before, NodeFacts after, Change? newRoot)
    {
        Facts.Set(after, newRoot);
        Transaction.Add(new Transition.NodeSet(before, after, newRoot));
        var isMoved = before is null || newRoot is not null || before.Home != after.Home || before.IsHidden != after.IsHidden;
        if (!isMoved)
        {
            return;
        }

        foreach (var (room, _) in Transaction.ForgetRules(after.Id))
        {
            if (RoomNames.SubjectOfChannelRoom(room) is { } channel)
            {
                Regovern(new(channel));
            }
        }

        if (RoomNames.IsThread(after.Id.Value) && NodeId.TryParse(after.State!["target"]?.Text, out var target))
        {
            Transaction.AwaitTarget(target);
        }

        if (Schemas.Is(after.Root.SchemaId, Schemas.Channel) || (before is not null && Schemas.Is(before.Root.SchemaId, Schemas.Channel)))
        {
            Regovern(after.Id);
        }
        else if (before is not null || Transaction.IsAwaitedTarget(after.Id))
        {
            Regovern(RoomNames.ThreadOf(after.Id));
        }
    }

    // Other rights hold in this channel from now on: what waited for it is judged, and what was taken before is judged again.
    private void Regovern(NodeId channel)
    {
        Transaction.ForgetRules(channel);
        _channels.Add(channel);
        Release(WaitKey.Domain(channel));
        Release(WaitKey.In(RoomNames.Channel(channel)));
    }

    private static bool IsStray(NodeRoot root, RoomId home, Candidate candidate) =>
        candidate.Offer.Room is { } room && room != home && room != RoomNames.Author(candidate.Change.Author) && !IsHint(root, candidate.Change.Node, room)
            && !(candidate.Offer.Shape is { MayCreate: true, OwnHome: { } own } && own == room);

    // A hub may attach copies of a channel and of profiles to the rooms in which they are needed (docs/protocol.md, home rooms).
    private static bool IsHint(NodeRoot root, NodeId node, RoomId room) =>
        Schemas.Is(root.SchemaId, Schemas.Profile) || (Schemas.Is(root.SchemaId, Schemas.Channel) && room == RoomNames.Channel(node));
}
