using Parley.Identity;
using Parley.Nodes;
using Parley.Sync;

namespace Parley.Access;

/// <summary>What memberships say, for screens: snapshots that the owner of the store sets after each commit, and that other tabs read from the store.</summary>
internal sealed class MembershipViews(PersonId me)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeId, Live<MembershipState>> _states = [];
    private readonly HashSet<NodeId> _spaces = [];

    /// <summary>The spaces that this person is in, by id.</summary>
    public Live<IReadOnlyList<NodeId>> Spaces { get; } = new([]);

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

    /// <summary>Takes what these domains of a book say now. With the writer's turn, where the book is the writer's.</summary>
    public void Show(MembershipBook book, IReadOnlyCollection<NodeId> domains)
    {
        foreach (var log in domains.Select(book.Find).OfType<MembershipLog>())
        {
            Of(log.Domain).Set(MembershipState.Of(log, me));
            if (log.Kind == AccessDomainKind.Space)
            {
                lock (_gate)
                {
                    _ = log.Now.AccessOf(me) is null ? _spaces.Remove(log.Domain) : _spaces.Add(log.Domain);
                }
            }
        }

        IReadOnlyList<NodeId> spaces;
        lock (_gate)
        {
            spaces = [.. _spaces.Order()];
        }

        if (!spaces.SequenceEqual(Spaces.Value))
        {
            Spaces.Set(spaces);
        }
    }
}
