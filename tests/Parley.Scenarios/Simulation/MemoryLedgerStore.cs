using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>The store of a ledger in dictionaries: answers what a transaction needs and takes what it decided, whole or not at all.</summary>
/// <param name="mutant">A fault that the oracles must find.</param>
internal sealed class MemoryLedgerStore(SimMutant mutant = SimMutant.None)
{
    private readonly Dictionary<ChangeHash, FiledChange> _log = [];
    private readonly Dictionary<string, List<Change>> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<NodeId, List<Change>> _histories = [];
    private readonly Dictionary<NodeId, List<Change>> _operations = [];
    private readonly Dictionary<NodeId, NodeId> _spaceOf = [];
    private readonly Dictionary<ChangeHash, WaitingRow> _waiting = [];
    private readonly Dictionary<NodeId, NodeFacts> _nodes = [];
    private readonly Dictionary<NodeId, HashSet<NodeId>> _nodesIn = [];
    private readonly Dictionary<NodeId, Dictionary<ChangeHash, (Change Change, bool IsBlind, bool Counts)>> _governed = [];
    private readonly Dictionary<PersonId, Usage> _usage = [];
    private readonly HashSet<ChangeHash> _due = [];

    /// <summary>Everybody's place in every access scope.</summary>
    public Dictionary<(NodeId Domain, PersonId Person), (AccessRole? Role, ChangeHash? EndedBy)> Members { get; private set; } = [];

    /// <summary>All nodes.</summary>
    public IReadOnlyCollection<NodeFacts> Nodes => _nodes.Values;

    /// <summary>What waits.</summary>
    public IReadOnlyCollection<WaitingRow> Waiting => _waiting.Values;

    /// <summary>What was set free beyond what one transaction takes.</summary>
    public IReadOnlyList<WaitingRow> Due => [.. _due.Where(_waiting.ContainsKey).Select(hash => _waiting[hash])];

    /// <summary>Everything in the log, in the order of filing.</summary>
    public IReadOnlyCollection<FiledChange> Log => _log.Values;

    /// <summary>The access scopes that have a log.</summary>
    public IEnumerable<NodeId> Domains => _operations.Keys;

    /// <summary>The operations of an access scope, in the order of filing.</summary>
    public IReadOnlyList<Change> OperationsOf(NodeId domain) => _operations.GetValueOrDefault(domain) ?? [];

    /// <summary>What a room lists, in the order of its numbers: the first has number 1.</summary>
    public IReadOnlyList<Change> ListingOf(RoomId room) => _rooms.GetValueOrDefault(room.Value) ?? [];

    /// <summary>A node as it stands.</summary>
    public NodeFacts? Node(NodeId id) => _nodes.GetValueOrDefault(id);

    /// <summary>True if the change is in the log.</summary>
    public bool Has(ChangeHash hash) => _log.ContainsKey(hash);

    /// <summary>On a replica: true if every access scope that has a say about a filed change lets it count.</summary>
    public bool Counts(ChangeHash hash) => _governed.Values.All(scope => !scope.TryGetValue(hash, out var judged) || judged.Counts);

    /// <summary>True if the change waits.</summary>
    public bool Keeps(ChangeHash hash) => _waiting.ContainsKey(hash);

    /// <summary>A change in the log; null if it is not there.</summary>
    public FiledChange? Find(ChangeHash hash) => _log.GetValueOrDefault(hash);

    /// <summary>A copy, as a backup makes one.</summary>
    public MemoryLedgerStore Clone()
    {
        var copy = new MemoryLedgerStore(mutant) { Members = new(Members) };
        Copy(_log, copy._log);
        Copy(_spaceOf, copy._spaceOf);
        Copy(_waiting, copy._waiting);
        Copy(_nodes, copy._nodes);
        Copy(_usage, copy._usage);
        copy._due.UnionWith(_due);
        _rooms.ToList().ForEach(one => copy._rooms[one.Key] = [.. one.Value]);
        _histories.ToList().ForEach(one => copy._histories[one.Key] = [.. one.Value]);
        _operations.ToList().ForEach(one => copy._operations[one.Key] = [.. one.Value]);
        _nodesIn.ToList().ForEach(one => copy._nodesIn[one.Key] = [.. one.Value]);
        _governed.ToList().ForEach(one => copy._governed[one.Key] = new(one.Value));
        return copy;
    }

    /// <summary>Answers.</summary>
    public Known Load(Needs needs)
    {
        var known = new Known();
        foreach (var hash in needs.Changes)
        {
            if (_log.TryGetValue(hash, out var filed))
            {
                known.Changes[hash] = new(new(filed.Home, filed.Number), null);
            }
            else if (_waiting.TryGetValue(hash, out var row))
            {
                known.Changes[hash] = new(new(row.Room, 0), row);
            }
        }

        foreach (var id in needs.Nodes.Where(_nodes.ContainsKey))
        {
            known.Nodes[id] = _nodes[id];
        }

        foreach (var id in needs.Roots.Where(_nodes.ContainsKey))
        {
            known.Roots[id] = _log[_nodes[id].Root.Hash].Change;
        }

        foreach (var id in mutant == SimMutant.RootsByArrival ? [] : needs.Histories)
        {
            known.Histories[id] = [.. _histories.GetValueOrDefault(id) ?? []];
        }

        foreach (var key in needs.Waiting)
        {
            known.Waiting[key] = [.. _waiting.Values.Where(row => row.For == key || key == WaitKey.In(row.Room))];
        }

        foreach (var domain in needs.Logs)
        {
            known.Logs[domain] = FamilyOf(domain);
        }

        foreach (var turned in mutant == SimMutant.NothingTurns ? [] : needs.Governed.Where(turned => _governed.ContainsKey(turned.Domain)))
        {
            known.Governed.UnionWith(_governed[turned.Domain].Values
                .Where(one => one.Change.Lamport >= turned.LamportMin && (turned.People is null || one.IsBlind || turned.People.Contains(one.Change.Author)))
                .Select(one => one.Change.Node));
        }

        foreach (var channel in needs.NodesIn)
        {
            known.NodesIn.UnionWith(_nodesIn.GetValueOrDefault(channel) ?? []);
        }

        foreach (var question in needs.Crowds)
        {
            known.Crowds[question] = mutant == SimMutant.NoBounds ? Crowd.Empty : CrowdOf(question);
        }

        foreach (var person in needs.Usage)
        {
            known.Usage[person] = _usage.GetValueOrDefault(person);
        }

        known.Future = needs.Future is { } future ? FutureOf(future) : null;
        known.ProofsHold = [.. needs.Proofs.ToArray().Select(proof => SimKeys.Holds(proof))];
        return known;
    }

    /// <summary>Takes a decision. Throws <see cref="InvalidOperationException"/> if it contradicts what is here.</summary>
    /// <param name="decision">What is to be written.</param>
    /// <param name="judged">Of what was due, what the transaction looked at.</param>
    public void Commit(Decision decision, IReadOnlyList<WaitingRow> judged)
    {
        _due.ExceptWith(judged.Select(row => row.Change.Hash));
        foreach (var transition in decision.Transitions)
        {
            Take(transition);
        }

        _due.UnionWith(decision.Rest.Select(row => row.Change.Hash));
    }

    private void Take(Transition transition)
    {
        switch (transition)
        {
            case Transition.Filed filed:
                File(filed);
                break;
            case Transition.Listed listed:
                ListOf(_rooms, listed.Room.Value).Add(listed.Offer.Change);
                break;
            case Transition.Judged judged:
                ListOf(_governed, judged.Scope)[judged.Change.Hash] = (
                    judged.Change, judged.IsOpen || SeenOperations.Read(judged.Change.Properties) is null, judged is { IsOpen: false, DoesNotCount: null });
                break;
            case Transition.Waits when mutant == SimMutant.NothingWaits:
                break;
            case Transition.Waits waits:
                if (_log.ContainsKey(waits.Row.Change.Hash) || !_waiting.TryAdd(waits.Row.Change.Hash, waits.Row))
                {
                    throw new InvalidOperationException("A change waits twice, or waits and is filed.");
                }

                break;
            case Transition.Ended ended:
                _due.Remove(ended.Row.Change.Hash);
                if (!_waiting.Remove(ended.Row.Change.Hash) && mutant != SimMutant.NothingWaits)
                {
                    throw new InvalidOperationException("What did not wait ended.");
                }

                break;
            case Transition.NodeSet set:
                Set(set);
                break;
            case Transition.MemberSet member when mutant == SimMutant.RemovalsAreNotRows && member.Role is null:
                break;
            case Transition.MemberSet member:
                Members[(member.Domain, member.Person)] = (member.Role, member.EndedBy);
                break;
        }
    }

    private void File(Transition.Filed filed)
    {
        var change = filed.Offer.Change;
        var listing = ListOf(_rooms, filed.Home.Value);
        if (!_log.TryAdd(change.Hash, new(change, filed.Home, filed.IsOperation, listing.Count + 1)))
        {
            throw new InvalidOperationException("A change was filed twice.");
        }

        listing.Add(change);
        var usage = _usage.GetValueOrDefault(change.Author);
        _usage[change.Author] = new(usage.Bytes + change.Canonical.Length, usage.Changes + 1);
        if (!filed.IsOperation)
        {
            ListOf(_histories, change.Node).Add(change);
            return;
        }

        var domain = LogCache.ScopeOf(change);
        ListOf(_operations, domain).Add(change);
        if (MembershipOpReader.Read(change, domain, out var op).Status == OpStatus.Valid && op is CreateOp { Space: { } space })
        {
            _spaceOf[domain] = space;
        }
    }

    private void Set(Transition.NodeSet set)
    {
        var after = set.After;
        _nodes[after.Id] = after;
        if (NodeId.TryParse(set.Before?.State?["channel"]?.Text, out var was) && _nodesIn.TryGetValue(was, out var nodes))
        {
            nodes.Remove(after.Id);
        }

        if ((Schemas.Is(after.Root.SchemaId, Schemas.ChatMessage) || Schemas.Is(after.Root.SchemaId, Schemas.Reaction))
            && NodeId.TryParse(after.State?["channel"]?.Text, out var channel))
        {
            ListOf(_nodesIn, channel).Add(after.Id);
        }
    }

    // A space with its private channels, or a direct message.
    private List<Change> FamilyOf(NodeId domain)
    {
        var head = _spaceOf.GetValueOrDefault(domain, domain);
        return [.. OperationsOf(head), .. _spaceOf.Where(one => one.Value == head).SelectMany(one => OperationsOf(one.Key))];
    }

    private FutureRows FutureOf(FutureQuestion question)
    {
        var rows = _waiting.Values.Where(row => row.For == WaitKey.Future).OrderBy(row => row.Change.Lamport).ToList();
        var come = rows.FindAll(row => row.Change.WallTime <= question.WallMsMax);
        List<WaitingRow> ready = [.. come.Where(row => row.Change.Lamport <= question.LamportMax).Take(question.RowsMax)];
        return new(ready, come.Count > 0 ? come[0].Change.Lamport : null, rows.Count > ready.Count);
    }

    private Crowd CrowdOf(CrowdQuestion question)
    {
        var rows = _waiting.Values.Where(row => row.Pool == question.Pool
            && (question.Room is not { } room || row.Scope == room) && (question.Payer is not { } payer || row.Payer == payer)).ToList();
        var payers = rows.GroupBy(row => row.Payer).ToDictionary(group => group.Key, group => new Share(group.Count(), group.Sum(row => (long)row.Bytes)));
        return new(
            rows.Count, rows.Sum(row => (long)row.Bytes), payers,
            [
                .. rows.OrderByDescending(row => payers[row.Payer].Count).ThenBy(row => row.Payer).ThenBy(row => row.Change.Lamport).Take(question.OldestMax)
                    .Union(rows.OrderByDescending(row => payers[row.Payer].Bytes).ThenBy(row => row.Payer).ThenBy(row => row.Change.Lamport).Take(question.OldestMax)),
            ]);
    }

    private static void Copy<TKey, TValue>(Dictionary<TKey, TValue> from, Dictionary<TKey, TValue> to)
        where TKey : notnull
    {
        foreach (var (key, value) in from)
        {
            to[key] = value;
        }
    }

    private static TCollection ListOf<TKey, TCollection>(Dictionary<TKey, TCollection> lists, TKey key)
        where TKey : notnull
        where TCollection : new()
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = new();
        }

        return list;
    }
}

/// <summary>A change in the log of its home room.</summary>
/// <param name="Change">The change.</param>
/// <param name="Home">Its home room.</param>
/// <param name="IsOperation">It carries a valid membership operation.</param>
/// <param name="Number">Its number in that room, from 1 up.</param>
internal sealed record FiledChange(Change Change, RoomId Home, bool IsOperation, long Number);
