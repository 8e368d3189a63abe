using Parley.Ids;
using Parley.Nodes;

namespace Parley.Replica;

/// <summary>What arrived operations came to, gathered until it is written: the logs in memory already stand so.</summary>
internal sealed class MembershipEffects
{
    private readonly Dictionary<NodeId, Touch> _touched = [];

    /// <summary>Whose changes in a domain are to be decided anew.</summary>
    /// <param name="People">Whose seats may have changed.</param>
    /// <param name="Everything">Older operations gained or lost their effect, or the log is new: changes of any time may be affected.</param>
    public sealed record Touch(HashSet<PersonId> People, bool Everything);

    /// <summary>Operations that became valid, for the log of changes.</summary>
    public List<(Change Change, NodeId Domain)> Valid { get; } = [];

    /// <summary>Operations that wait from now on.</summary>
    public List<HeldChange> NewlyHeld { get; } = [];

    /// <summary>Operations that wait no longer.</summary>
    public HashSet<ChangeHash> Released { get; } = [];

    /// <summary>Operations that had to go for a bound.</summary>
    public List<DroppedChange> Dropped { get; } = [];

    /// <summary>The verdict on each offered operation.</summary>
    public Dictionary<ChangeHash, NodeVerdict> Verdicts { get; } = [];

    /// <summary>Logs that are here from now on.</summary>
    public HashSet<NodeId> Opened { get; } = [];

    /// <summary>The domains whose changes are to be decided anew.</summary>
    public IReadOnlyDictionary<NodeId, Touch> Touched => _touched;

    /// <summary>True where a domain's log holds more than before: it is new, or an operation of it became valid.</summary>
    public bool HasMoved(NodeId domain) => Opened.Contains(domain) || Valid.Exists(v => v.Domain == domain);

    /// <summary>The lowest Lamport time among the operations that became valid.</summary>
    public long LamportMin { get; private set; } = long.MaxValue;

    public void Add(Change change, NodeId domain)
    {
        Valid.Add((change, domain));
        LamportMin = Math.Min(LamportMin, change.Lamport);
    }

    public void Add(NodeId domain, IEnumerable<PersonId> people, bool everything = false)
    {
        var touched = _touched.GetValueOrDefault(domain) ?? new([], false);
        touched.People.UnionWith(people);
        _touched[domain] = touched with { Everything = touched.Everything || everything };
    }
}
