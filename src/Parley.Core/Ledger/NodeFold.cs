using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>A room's rule with its membership log, if there is one here.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Log">Its log.</param>
/// <param name="MayTurn">Another rule may hold here one day: a thread has that of its target, once the target is here.</param>
internal readonly record struct Ruling(RoomRule Rule, MembershipLog? Log, bool MayTurn)
{
    /// <summary>The right to make a node.</summary>
    public Right OfRoot(Change change, bool proves) => Soften(Rights.OfRoot(Rule, Log, change, proves));

    /// <summary>The right to any later change of a node.</summary>
    public Right OfLater(NodeRoot root, Func<string, JsonValue?> properties, Change change) => Soften(Rights.OfLater(Rule, Log, root, properties, change));

    private Right Soften(Right right) => MayTurn && right.IsLost ? right with { Term = RefusalTerm.ForNow } : right;

    /// <summary>By whose operations verdicts may turn; null if by nobody's.</summary>
    public NodeId? Scope => Rule switch
    {
        RoomRule.Log when Log is not null => Log.Domain,
        RoomRule.People people when AccessDomains.KindOf(people.Channel) is null => people.Channel,
        _ => null,
    };
}

/// <summary>
/// One node judged as a whole: which of its changes count, and what they fold to. A function of the set of its changes and of the
/// memberships, so the order of arrival plays no part.
/// </summary>
internal sealed class NodeFold
{
    private readonly Dictionary<ChangeHash, Right> _rights = [];
    private readonly List<(Change Change, Right Right, NodeId? Scope)> _passedOver = [];

    private NodeFold(Change root, RoomId home, Ruling ruling) => (Root, Home, Ruling) = (root, home, ruling);

    /// <summary>The change that makes the node: the first by rank that is accepted, else the first of all.</summary>
    public Change Root { get; }

    /// <summary>The node's home room, by its root.</summary>
    public RoomId Home { get; }

    /// <summary>What governs the home.</summary>
    public Ruling Ruling { get; }

    /// <summary>The fold of what counts.</summary>
    public NodeState State { get; private set; } = null!;

    /// <summary>Only its author may see it.</summary>
    public bool IsHidden { get; private set; }

    /// <summary>Why this person's latest change does not count; null if it does or there is none.</summary>
    public Reason? Refused { get; private set; }

    /// <summary>Changes that would be the root if an operation of another access scope than the home's let them, with that scope.</summary>
    public IEnumerable<(Change Change, NodeId Scope)> RootsElsewhere =>
        _passedOver.Where(one => one.Scope is not null && one.Scope != Ruling.Scope).Select(one => (one.Change, one.Scope!.Value));

    /// <summary>What became of a change of the set.</summary>
    public Right this[Change change] => _rights[change.Hash];

    /// <summary>Judges; null if no change of the set can be the root.</summary>
    /// <param name="changes">All changes of the node.</param>
    /// <param name="ruling">What governs the home of the node that a change would make.</param>
    /// <param name="me">Whose replica this is.</param>
    public static NodeFold? Of(IReadOnlyCollection<Change> changes, Func<Change, Ruling> ruling, PersonId? me)
    {
        NodeFold? first = null;
        var isProven = false;
        List<(Change Change, Right Right, NodeId? Scope)> tried = [];
        foreach (var (change, proves) in Merge.Roots(changes))
        {
            var home = HomeOf(change);
            var over = ruling(change);
            var right = over.OfRoot(change, proves);
            tried.Add((change, right, over.Scope));
            if (right.IsAccepted || first is null)
            {
                (first, isProven) = (new(change, home, over), proves);
                first._rights[change.Hash] = right;
            }

            if (right.IsAccepted)
            {
                break;
            }
        }

        first?._passedOver.AddRange(tried.Where(one => one.Change.Hash != first.Root.Hash));
        first?.Complete(changes, isProven, me);
        return first;
    }

    /// <summary>The home of the node that a change would be the root of.</summary>
    public static RoomId HomeOf(Change root) => HomeRoom.Of(root) ?? RoomNames.Author(root.Author);

    private void Complete(IReadOnlyCollection<Change> changes, bool isProven, PersonId? me)
    {
        var ofRoot = _rights[Root.Hash];
        IsHidden = !ofRoot.IsAccepted && Root.Author != me;
        var rootState = Merge.FoldAccepted(Root, isProven, []);
        var counting = new List<Change>();
        Change? mine = null;
        foreach (var change in changes)
        {
            if (change.Hash != Root.Hash)
            {
                var right = !isProven && ofRoot.WaitsFor is not null ? ofRoot : Ruling.OfLater(rootState.Root, name => rootState[name], change);
                _rights[change.Hash] = right;
                if (right.IsAccepted || (!ofRoot.IsAccepted && change.Author == Root.Author && right.WaitsFor is null))
                {
                    counting.Add(change);
                }
            }

            if (change.Author == me && (mine is null || ChangeOrder.Of(change).CompareTo(ChangeOrder.Of(mine)) > 0))
            {
                mine = change;
            }
        }

        foreach (var (change, right, _) in _passedOver.Where(one => one.Right.WaitsFor is not null))
        {
            // It may be the root yet.
            _rights[change.Hash] = right;
            counting.Remove(change);
        }

        foreach (var (change, _, scope) in _passedOver.Where(one => ofRoot.WaitsFor is not null && one.Right is { Refused: not null, Term: RefusalTerm.ForNow } && one.Scope is not null))
        {
            // It may be the root as well, before what decides about this one is here, and another access scope says so.
            _rights[change.Hash] = Right.Waits(WaitKey.Domain(scope!.Value));
            counting.Remove(change);
        }

        State = Merge.FoldAccepted(Root, isProven, counting);
        Refused = mine is null ? null : _rights[mine.Hash].Refused;
    }
}
