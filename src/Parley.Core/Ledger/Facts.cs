using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>
/// What one transaction knows: the host's answers, and over them what the transaction itself has decided so far. Whatever is looked up and
/// not known yet is noted, to be asked with the next <see cref="Needs"/>.
/// </summary>
internal sealed class Facts(LogCache logs, GeneralThreads generals) : IRuleFacts
{
    private readonly Dictionary<ChangeHash, KnownChange?> _changes = [];
    private readonly Dictionary<NodeId, NodeFacts?> _nodes = [];
    private readonly Dictionary<NodeId, Change?> _roots = [];
    private readonly Dictionary<NodeId, List<Change>> _histories = [];
    private readonly Dictionary<NodeId, List<Change>> _filed = [];
    private readonly Dictionary<NodeId, HashSet<NodeId>> _judged = [];
    private readonly Dictionary<NodeId, HashSet<NodeId>> _nodesIn = [];
    private readonly Dictionary<WaitKey, List<WaitingRow>> _waiting = [];
    private readonly Dictionary<ChangeHash, WaitingRow?> _moved = [];
    private readonly Dictionary<PersonId, Usage> _usage = [];
    private readonly Dictionary<PersonId, int> _spacesMade = [];
    private Needs _needs = new();

    /// <summary>True if something was looked up that is not known yet.</summary>
    public bool HasNeeds => !_needs.IsEmpty;

    /// <summary>The answer to the last questions about nodes to be judged anew.</summary>
    public IReadOnlyCollection<NodeId> Governed { get; private set; } = [];

    /// <summary>The answer to the last questions about the nodes of channels.</summary>
    public IReadOnlyCollection<NodeId> NodesIn { get; private set; } = [];

    /// <summary>The answer to the last question about what waited for its time.</summary>
    public FutureRows? Future { get; private set; }

    /// <summary>The answers to the last proofs.</summary>
    public bool[] ProofsHold { get; private set; } = [];

    /// <summary>The answers to the last questions about what waits.</summary>
    public Dictionary<CrowdQuestion, Crowd> Crowds { get; private set; } = [];

    /// <summary>What is to be asked now.</summary>
    public Needs Needs => _needs;

    /// <summary>Takes the questions; the next look-ups gather new ones.</summary>
    public Needs TakeNeeds()
    {
        var needs = _needs;
        _needs = new();
        return needs;
    }

    /// <summary>Takes the answers. What was asked and has none is known to be absent.</summary>
    public void Learn(Needs asked, Known known)
    {
        foreach (var hash in asked.Changes)
        {
            _changes.TryAdd(hash, known.Changes.TryGetValue(hash, out var change) ? change : null);
        }

        foreach (var id in asked.Nodes)
        {
            _nodes.TryAdd(id, known.Nodes.GetValueOrDefault(id));
        }

        foreach (var id in asked.Roots)
        {
            _roots.TryAdd(id, known.Roots.GetValueOrDefault(id));
        }

        foreach (var id in asked.Histories)
        {
            _histories.TryAdd(id, [.. known.Histories.GetValueOrDefault(id) ?? [], .. _filed.GetValueOrDefault(id) ?? []]);
        }

        foreach (var key in asked.Waiting)
        {
            if (_moved.Count == 0 && !known.Waiting.ContainsKey(key))
            {
                _waiting.TryAdd(key, []);
                continue;
            }

            // Of a row that this transaction moved or set, its own word counts.
            var stored = (known.Waiting.GetValueOrDefault(key) ?? []).Where(row => !_moved.ContainsKey(row.Change.Hash));
            if (_waiting.TryAdd(key, [.. stored, .. _moved.Values.OfType<WaitingRow>().Where(row => KeysOf(row).Contains(key))]))
            {
                _waiting[key].ForEach(row => _changes.TryAdd(row.Change.Hash, new(new(row.Room, 0), row)));
            }
        }

        foreach (var person in asked.Usage)
        {
            _usage.TryAdd(person, known.Usage.GetValueOrDefault(person));
        }

        foreach (var person in asked.SpacesMade)
        {
            _spacesMade.TryAdd(person, known.SpacesMade.GetValueOrDefault(person));
        }

        foreach (var id in asked.Logs)
        {
            logs.Load(id, known.Logs.GetValueOrDefault(id));
        }

        Future = known.Future;
        Governed = [.. known.Governed, .. asked.Governed.SelectMany(turned => _judged.GetValueOrDefault(turned.Domain) ?? [])];
        NodesIn = [.. known.NodesIn, .. asked.NodesIn.SelectMany(channel => _nodesIn.GetValueOrDefault(channel) ?? [])];
        ProofsHold = known.ProofsHold;
        Crowds = known.Crowds;
    }

    /// <summary>Where a change is.</summary>
    /// <returns>False if it has to be asked first.</returns>
    public bool TryChange(ChangeHash hash, out KnownChange? known)
    {
        var isKnown = _changes.TryGetValue(hash, out known);
        if (!isKnown)
        {
            _needs.Changes.Add(hash);
        }

        return isKnown;
    }

    /// <summary>True if the transaction took this change already, or ended the row as which it waited.</summary>
    public bool IsPassed(Candidate candidate, out Place place)
    {
        TryChange(candidate.Change.Hash, out var known);
        place = known?.Place ?? default;
        return candidate.Waited is { } waited ? known?.Waiting?.For != waited.For : known is not null;
    }

    /// <summary>A node as it stands.</summary>
    /// <returns>False if it has to be asked first.</returns>
    public bool TryNode(NodeId id, out NodeFacts? node)
    {
        var isKnown = _nodes.TryGetValue(id, out node);
        if (!isKnown)
        {
            _needs.Nodes.Add(id);
        }

        return isKnown;
    }

    /// <summary>The first change of a node that is here.</summary>
    /// <returns>False if it has to be asked first.</returns>
    public bool TryRoot(NodeId id, out Change? root)
    {
        var isKnown = _roots.TryGetValue(id, out root);
        if (!isKnown)
        {
            _needs.Roots.Add(id);
        }

        return isKnown;
    }

    /// <summary>All filed changes of a node, those of this transaction included.</summary>
    /// <returns>False if they have to be asked first.</returns>
    public bool TryHistory(NodeId id, out IReadOnlyList<Change> history)
    {
        var isKnown = _histories.TryGetValue(id, out var known);
        history = known ?? [];
        if (!isKnown)
        {
            _needs.Histories.Add(id);
        }

        return isKnown;
    }

    /// <summary>What waits under a name, as the transaction stands.</summary>
    /// <returns>False if it has to be asked first.</returns>
    public bool TryWaiting(WaitKey key, out IReadOnlyList<WaitingRow> rows)
    {
        var isKnown = _waiting.TryGetValue(key, out var known);
        rows = known ?? [];
        if (!isKnown)
        {
            _needs.Waiting.Add(key);
        }

        return isKnown;
    }

    /// <summary>What is kept of an author.</summary>
    /// <returns>False if it has to be asked first.</returns>
    public bool TryUsage(PersonId person, out Usage usage)
    {
        var isKnown = _usage.TryGetValue(person, out usage);
        if (!isKnown)
        {
            _needs.Usage.Add(person);
        }

        return isKnown;
    }

    /// <summary>How many spaces a person made.</summary>
    /// <returns>False if it has to be asked first.</returns>
    public bool TrySpacesMade(PersonId person, out int made)
    {
        var isKnown = _spacesMade.TryGetValue(person, out made);
        if (!isKnown)
        {
            _needs.SpacesMade.Add(person);
        }

        return isKnown;
    }

    /// <summary>Notes a space that the transaction opens.</summary>
    public void MakeSpace(PersonId person)
    {
        if (_spacesMade.TryGetValue(person, out var made))
        {
            _spacesMade[person] = made + 1;
        }
    }

    /// <summary>The membership log of an access scope; null if it has none here.</summary>
    /// <returns>False if it has to be asked first.</returns>
    public bool TryLog(NodeId domain, out MembershipLog? log)
    {
        var isKnown = logs.TryFind(domain, out log);
        if (!isKnown)
        {
            _needs.Logs.Add(domain);
        }

        return isKnown;
    }

    /// <summary>Notes a node that the transaction sets.</summary>
    public void Set(NodeFacts node, Change? newRoot)
    {
        _nodes[node.Id] = node;
        if (newRoot is not null)
        {
            _roots[node.Id] = newRoot;
        }

        if (NodeId.TryParse(node.State?["channel"]?.Text, out var channel))
        {
            Add(_nodesIn, channel, node.Id);
        }
    }

    /// <summary>Notes that an access scope decides about a change of the node.</summary>
    public void Judge(NodeId node, NodeId scope) => Add(_judged, scope, node);

    /// <summary>Notes a change that the transaction files.</summary>
    public void File(Change change, RoomId home, long bytes)
    {
        _changes[change.Hash] = new(new(home, -1), null);
        Append(_filed, change);
        if (_histories.ContainsKey(change.Node))
        {
            Append(_histories, change);
        }

        if (_usage.TryGetValue(change.Author, out var usage))
        {
            _usage[change.Author] = new(usage.Bytes + bytes, usage.Changes + 1);
        }
    }

    /// <summary>Notes a change that waits from now on.</summary>
    public void Hold(WaitingRow row)
    {
        _changes[row.Change.Hash] = new(new(row.Room, 0), row);
        _moved[row.Change.Hash] = row;
        foreach (var key in KeysOf(row))
        {
            if (_waiting.TryGetValue(key, out var rows))
            {
                rows.Add(row);
            }
        }
    }

    /// <summary>False if the transaction ended this row's waiting.</summary>
    public bool IsWaiting(WaitingRow row) => !_changes.TryGetValue(row.Change.Hash, out var known) || known?.Waiting is not null;

    /// <summary>Notes a change that waits no longer.</summary>
    public void Release(WaitingRow row)
    {
        _moved[row.Change.Hash] = null;
        if (_changes.TryGetValue(row.Change.Hash, out var known) && known?.Waiting is not null)
        {
            _changes[row.Change.Hash] = null;
        }

        foreach (var key in KeysOf(row))
        {
            if (_waiting.TryGetValue(key, out var rows))
            {
                rows.RemoveAll(other => other.Change.Hash == row.Change.Hash);
            }
        }
    }

    bool IRuleFacts.TryNode(NodeId id, out RuleNode? node)
    {
        node = null;
        if (!TryNode(id, out var facts))
        {
            return false;
        }

        if (facts is null || facts.IsHidden)
        {
            return true;
        }

        if (facts.State is { } state)
        {
            node = new(facts.Root.SchemaId, facts.Home, name => state[name]);
            return true;
        }

        Change? root = null;
        if (Schemas.Is(facts.Root.SchemaId, Schemas.Channel) && !TryRoot(id, out root))
        {
            return false;
        }

        node = new(facts.Root.SchemaId, facts.Home, name => root?.Properties[name]);
        return true;
    }

    bool IRuleFacts.TryHasLog(NodeId directMessage, out bool hasLog)
    {
        var isKnown = TryLog(directMessage, out var log);
        hasLog = log is not null;
        return isKnown;
    }

    NodeId? IRuleFacts.SpaceOfGeneral(NodeId thread) => generals.SpaceOf(thread);

    private static WaitKey[] KeysOf(WaitingRow row) => [row.For, WaitKey.In(row.Room)];

    private static void Add(Dictionary<NodeId, HashSet<NodeId>> sets, NodeId key, NodeId node)
    {
        if (!sets.TryGetValue(key, out var set))
        {
            sets[key] = set = [];
        }

        set.Add(node);
    }

    private static void Append(Dictionary<NodeId, List<Change>> lists, Change change)
    {
        if (!lists.TryGetValue(change.Node, out var list))
        {
            lists[change.Node] = list = [];
        }

        list.Add(change);
    }
}
