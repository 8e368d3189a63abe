using Parley.Access;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>Which thread is the #general of which space that is here.</summary>
internal sealed class GeneralThreads
{
    private readonly Dictionary<NodeId, NodeId> _spaces = [];

    /// <summary>The space whose #general a thread is; null if no space here has it.</summary>
    public NodeId? SpaceOf(NodeId thread) => _spaces.TryGetValue(thread, out var space) ? space : null;

    /// <summary>A space is here.</summary>
    public void Add(NodeId space) => _spaces.TryAdd(RoomNames.ThreadOf(space), space);

    /// <summary>A space is not here after all.</summary>
    public void Remove(NodeId space) => _spaces.Remove(RoomNames.ThreadOf(space));
}

/// <summary>
/// The membership logs in memory, as families: a space with its private channels, or a direct message. A cache of the store; a transaction
/// that is not committed makes it forget every family that it advanced, and between two of them it is bounded.
/// </summary>
/// <remarks>
/// Logs are offered an operation only when everything that it depends on is settled: what waits, waits on disk alone, charged to whoever
/// brought it. So a log that is loaded is a function of the operations that were filed.
/// </remarks>
/// <param name="generals">Told of spaces.</param>
/// <param name="bytesMax">What is kept from one transaction to the next, by <see cref="BytesOf"/>; what was used last stays longest.</param>
internal sealed class LogCache(GeneralThreads generals, long bytesMax = long.MaxValue)
{
    private const int AbsentMax = 10_000;
    private const int OperationBytes = 300;

    private readonly Dictionary<NodeId, Family> _families = [];
    private readonly LinkedList<Family> _byUse = [];
    private readonly Dictionary<NodeId, NodeId> _familyOf = [];
    private readonly HashSet<NodeId> _absent = [];
    private readonly HashSet<NodeId> _advanced = [];
    private readonly List<NodeId> _opened = [];

    /// <summary>All logs that are loaded.</summary>
    public IEnumerable<MembershipLog> All => _families.Values.SelectMany(family => family.Logs.All);

    /// <summary>What they take, about.</summary>
    public long Bytes { get; private set; }

    /// <summary>The log of an access scope; null if it is known to have none.</summary>
    /// <returns>False if its family has to be loaded first.</returns>
    public bool TryFind(NodeId domain, out MembershipLog? log)
    {
        log = null;
        if (_familyOf.TryGetValue(domain, out var family))
        {
            log = Use(_families[family]).Find(domain);
            return true;
        }

        return _absent.Contains(domain);
    }

    /// <summary>The private channels of a space that have a log, loaded ones alone.</summary>
    public IEnumerable<MembershipLog> ChannelsOf(NodeId space) =>
        _families.TryGetValue(space, out var family) ? family.Logs.All.Where(log => log.Space is not null) : [];

    /// <summary>Takes a family from the store; null if the store has no log for this id.</summary>
    public void Load(NodeId domain, IReadOnlyList<Change>? stored)
    {
        if (_familyOf.ContainsKey(domain))
        {
            return;
        }

        if (stored is null || stored.Count == 0)
        {
            _absent.Add(domain);
            return;
        }

        var family = new MembershipLogs();
        foreach (var scope in stored.GroupBy(ScopeOf).OrderBy(scope => Rank(scope.Key)))
        {
            List<Change> operations = [.. scope];
            if (operations.Select(family.For).FirstOrDefault(opened => opened is not null) is { } log)
            {
                Restore(log, operations);
            }
        }

        Add(family);
        if (!_familyOf.ContainsKey(domain))
        {
            _absent.Add(domain);
        }
    }

    /// <summary>Opens a log by its root; null if this change opens none, or its space's log is not here.</summary>
    public MembershipLog? Open(Change root, NodeId domain, NodeId? space)
    {
        var key = space ?? domain;
        var family = _families.GetValueOrDefault(key)?.Logs ?? new();
        if (family.For(root) is not { } log)
        {
            return null;
        }

        if (!_families.ContainsKey(key))
        {
            Insert(key, family);
        }

        _absent.Remove(domain);
        _familyOf[domain] = key;
        Advance(domain);
        if (log.Kind == AccessDomainKind.Space)
        {
            generals.Add(domain);
            _opened.Add(domain);
        }

        return log;
    }

    /// <summary>This log's family goes ahead of the store until <see cref="Keep"/>.</summary>
    public void Advance(NodeId domain)
    {
        if (_familyOf.TryGetValue(domain, out var family))
        {
            _advanced.Add(family);
        }
    }

    /// <summary>What was advanced is on disk.</summary>
    public void Keep()
    {
        foreach (var key in _advanced)
        {
            Measure(_families[key]);
        }

        _advanced.Clear();
        _opened.Clear();
    }

    /// <summary>Forgets what is too much, between two transactions.</summary>
    public void Trim()
    {
        while (Bytes > bytesMax && _byUse.Last is { } last)
        {
            Forget(last.Value);
        }

        if (_absent.Count > AbsentMax)
        {
            _absent.Clear();
        }
    }

    /// <summary>What was advanced is not on disk: the next use reads it again. True if anything was.</summary>
    public bool Undo()
    {
        foreach (var key in _advanced)
        {
            Forget(_families[key]);
        }

        // A space that is on disk is here, whether its log is loaded or not.
        _opened.ForEach(generals.Remove);
        _opened.Clear();
        var any = _advanced.Count > 0;
        _advanced.Clear();
        return any;
    }

    /// <summary>The access scope that an operation names; of a malformed one, nothing's.</summary>
    public static NodeId ScopeOf(Change carrier) => new(carrier.Properties["channel"]?.Text ?? "");

    /// <summary>Spaces before what stands over them.</summary>
    public static int Rank(NodeId domain) => AccessDomains.KindOf(domain) == AccessDomainKind.Channel ? 1 : 0;

    /// <summary>What a log takes, about: each operation keeps which ones it rests on, of its own log and of the space's, as a bit each.</summary>
    public static long BytesOf(MembershipLog log)
    {
        var (own, space) = ((long)log.Count, log.Space?.Count ?? 0);
        return (own * own / 16) + (own * space / 8) + (own * OperationBytes);
    }

    /// <summary>Takes a log's operations from the store. They were valid when they were written, so their proofs held then.</summary>
    public static void Restore(MembershipLog log, List<Change> operations)
    {
        var plan = log.Plan(operations);
        var proofs = new bool[plan.Checks.Length];
        Array.Fill(proofs, true);
        log.Apply(plan, proofs);
    }

    private void Add(MembershipLogs family)
    {
        if (family.All.Count == 0)
        {
            return;
        }

        var head = family.All.FirstOrDefault(log => log.Space is null) ?? family.All.First();
        Insert(head.Domain, family);
        foreach (var log in family.All)
        {
            _familyOf[log.Domain] = head.Domain;
            _absent.Remove(log.Domain);
            if (log.Kind == AccessDomainKind.Space)
            {
                generals.Add(log.Domain);
            }
        }
    }

    private void Insert(NodeId key, MembershipLogs logs)
    {
        var family = new Family(key, logs);
        _families[key] = family;
        _byUse.AddFirst(family.Place);
        Measure(family);
    }

    private void Forget(Family family)
    {
        foreach (var log in family.Logs.All)
        {
            _familyOf.Remove(log.Domain);
        }

        _families.Remove(family.Key);
        _byUse.Remove(family.Place);
        Bytes -= family.Bytes;
    }

    private MembershipLogs Use(Family family)
    {
        if (_byUse.First != family.Place)
        {
            _byUse.Remove(family.Place);
            _byUse.AddFirst(family.Place);
        }

        return family.Logs;
    }

    private void Measure(Family family)
    {
        Bytes -= family.Bytes;
        family.Bytes = family.Logs.All.Sum(BytesOf);
        Bytes += family.Bytes;
    }

    private sealed class Family
    {
        public Family(NodeId key, MembershipLogs logs)
        {
            (Key, Logs) = (key, logs);
            Place = new(this);
        }

        public NodeId Key { get; }

        public MembershipLogs Logs { get; }

        public LinkedListNode<Family> Place { get; }

        public long Bytes { get; set; }
    }
}
