using Parley.Ids;

namespace Parley.Access;

/// <summary>What memberships say, for screens: snapshots that the owner of the store sets after each commit, and that other tabs read from the store.</summary>
internal sealed class MembershipViews(PersonId me)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeId, Live<MembershipState>> _states = [];
    private readonly HashSet<NodeId> _spaces = [];
    private readonly HashSet<NodeId> _left = [];

    /// <summary>The spaces that this person is in, by id.</summary>
    public Live<IReadOnlyList<NodeId>> Spaces { get; } = new([]);

    /// <summary>The spaces that this person was in, by id.</summary>
    public Live<IReadOnlyList<NodeId>> Left { get; } = new([]);

    /// <summary>The state of a domain, here or not.</summary>
    public Live<MembershipState> Of(NodeId domain)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(domain, out var live))
            {
                _states[domain] = live = new(MembershipState.Nothing(domain));
            }

            return live;
        }
    }

    /// <summary>Takes what these logs say now. With the writer's turn, where they are the writer's.</summary>
    public void Show(IEnumerable<MembershipLog> logs)
    {
        foreach (var log in logs)
        {
            var state = MembershipState.Of(log, me);
            Of(log.Domain).Set(state);
            if (log.Kind == AccessDomainKind.Space)
            {
                lock (_gate)
                {
                    _ = state.Role is null ? _spaces.Remove(log.Domain) : _spaces.Add(log.Domain);
                    _ = state.HasLeft ? _left.Add(log.Domain) : _left.Remove(log.Domain);
                }
            }
        }

        Show(_spaces, Spaces);
        Show(_left, Left);
    }

    private void Show(HashSet<NodeId> domains, Live<IReadOnlyList<NodeId>> live)
    {
        IReadOnlyList<NodeId> sorted;
        lock (_gate)
        {
            sorted = [.. domains.Order()];
        }

        if (!sorted.SequenceEqual(live.Value))
        {
            live.Set(sorted);
        }
    }
}
