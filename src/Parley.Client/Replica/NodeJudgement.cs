using Parley.Access;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Replica;

/// <summary>
/// One node of a governed room, judged as a whole: which of its changes count, and what they fold to. A function of the set of its changes
/// and of the memberships, so the order of arrival plays no part.
/// </summary>
internal sealed class NodeJudgement
{
    private readonly Dictionary<ChangeHash, RightVerdict> _verdicts = [];

    private NodeJudgement(Change root, RoomId home, RoomRights? rights) => (Root, Home, Rights) = (root, home, rights);

    /// <summary>The change that makes the node: the first by rank that is accepted, else the first of all.</summary>
    public Change Root { get; }

    /// <summary>The node's home room, by its root.</summary>
    public RoomId Home { get; }

    /// <summary>What governs the home.</summary>
    public RoomRights? Rights { get; }

    /// <summary>The fold of what counts.</summary>
    public NodeState State { get; private set; } = null!;

    /// <summary>Nobody's screen but its author's shows it.</summary>
    public bool IsHidden { get; private set; }

    /// <summary>Why my latest change does not count; null where it does or there is none.</summary>
    public Reason? Refused { get; private set; }

    public RightVerdict this[Change change] => _verdicts[change.Hash];

    /// <summary>Null where no change of the set can be the root.</summary>
    public static NodeJudgement? Of(IReadOnlyCollection<Change> changes, RoomRightsBook book, PersonId me)
    {
        NodeJudgement? first = null;
        var proven = false;
        foreach (var (change, proves) in Merge.Roots(changes))
        {
            var home = HomeRoom.Of(change) ?? RoomNames.Author(change.Author);
            var rights = book.Of(home);
            var verdict = DecideRoot(rights, change, proves);
            if (verdict.IsAccepted || first is null)
            {
                (first, proven) = (new(change, home, rights), proves);
                first._verdicts[change.Hash] = verdict;
            }

            if (verdict.IsAccepted)
            {
                break;
            }
        }

        first?.Complete(changes, proven, me);
        return first;
    }

    /// <summary>The verdict on one more change of a node that is here.</summary>
    public static RightVerdict DecideLater(RoomRights? rights, NodeState state, Change change) =>
        rights is (null or RoomRights.People) && !NodeAccess.MayWrite(state.Root, change) ? new(null, Reason.NotAuthor, IsFinal: state.Root.Proven)
        : rights?.Decide(ChangeRequests.OfLater(change, state.Root, name => state[name])) ?? default;

    // The first change of a reference peer's private channel says who is in it; of a direct message its id proves that.
    private static RightVerdict DecideRoot(RoomRights? rights, Change change, bool proves) =>
        rights is null || (rights is RoomRights.People && Schemas.Is(change.SchemaId, Schemas.Channel)) ? default
        : rights is RoomRights.Unknown && proves && AccessDomains.KindOf(change.Node) == AccessDomainKind.DirectMessage ? default
        : rights.Decide(ChangeRequests.OfRoot(change));

    private void Complete(IReadOnlyCollection<Change> changes, bool proven, PersonId me)
    {
        var rootVerdict = _verdicts[Root.Hash];
        IsHidden = !rootVerdict.IsAccepted && Root.Author != me;
        var rootState = Merge.FoldAccepted(Root, proven, []);
        var counting = new List<Change>();
        Change? mine = null;
        foreach (var change in changes)
        {
            if (change.Hash != Root.Hash)
            {
                var verdict = !proven && rootVerdict.WaitsFor is not null ? rootVerdict : DecideLater(Rights, rootState, change);
                _verdicts[change.Hash] = verdict;
                if (verdict.IsAccepted || (!rootVerdict.IsAccepted && change.Author == Root.Author && verdict.WaitsFor is null))
                {
                    counting.Add(change);
                }
            }

            if (change.Author == me && (mine is null || ChangeOrder.Of(change).CompareTo(ChangeOrder.Of(mine)) > 0))
            {
                mine = change;
            }
        }

        State = Merge.FoldAccepted(Root, proven, counting);
        Refused = mine is null ? null : _verdicts[mine.Hash].Refusal;
    }
}
