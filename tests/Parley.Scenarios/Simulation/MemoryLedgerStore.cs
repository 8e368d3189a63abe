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
    private readonly Dictionary<ChangeHash, (Change Change, RoomId Home, bool IsOperation, long Seq)> _log = [];
    private readonly Dictionary<ChangeHash, WaitingRow> _waiting = [];
    private readonly Dictionary<NodeId, NodeFacts> _nodes = [];
    private readonly Dictionary<(ChangeHash Hash, NodeId Scope), (Change Change, bool IsBlind)> _governed = [];
    private readonly Dictionary<string, long> _seqs = new(StringComparer.Ordinal);

    /// <summary>Everybody's place in every access scope.</summary>
    public Dictionary<(NodeId Domain, PersonId Person), (AccessRole? Role, ChangeHash? EndedBy)> Members { get; } = [];

    /// <summary>All nodes.</summary>
    public IReadOnlyCollection<NodeFacts> Nodes => _nodes.Values;

    /// <summary>What waits.</summary>
    public IReadOnlyCollection<WaitingRow> Waiting => _waiting.Values;

    /// <summary>Everything in the log, in the order of filing, with its home.</summary>
    public IEnumerable<(Change Change, RoomId Home, long Seq)> Log => _log.Values.Select(entry => (entry.Change, entry.Home, entry.Seq));

    /// <summary>True if the change is in the log.</summary>
    public bool Has(ChangeHash hash) => _log.ContainsKey(hash);

    /// <summary>Answers.</summary>
    public Known Load(Needs needs)
    {
        var known = new Known();
        foreach (var hash in needs.Changes)
        {
            if (_log.TryGetValue(hash, out var filed))
            {
                known.Changes[hash] = new(new(filed.Home, filed.Seq), null);
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
            known.Histories[id] = [.. _log.Values.Where(entry => !entry.IsOperation && entry.Change.Node == id).Select(entry => entry.Change)];
        }

        foreach (var key in needs.Waiting)
        {
            known.Waiting[key] = [.. _waiting.Values.Where(row => row.For == key || key == WaitKey.In(row.Room))];
        }

        foreach (var domain in needs.Logs)
        {
            known.Logs[domain] = Family(domain);
        }

        foreach (var turned in mutant == SimMutant.NothingTurns ? [] : needs.Governed)
        {
            known.Governed.UnionWith(_governed.Where(one => one.Key.Scope == turned.Domain).Select(one => one.Value)
                .Where(one => one.Change.Lamport >= turned.LamportMin
                    && (turned.People is null || one.IsBlind || turned.People.Contains(one.Change.Author)))
                .Select(one => one.Change.Node));
        }

        known.NodesIn.UnionWith(_nodes.Values
            .Where(node => Schemas.Is(node.Root.SchemaId, Schemas.ChatMessage) || Schemas.Is(node.Root.SchemaId, Schemas.Reaction))
            .Where(node => NodeId.TryParse(node.State?["channel"]?.Text, out var channel) && needs.NodesIn.Contains(channel)).Select(node => node.Id));
        foreach (var question in needs.Crowds)
        {
            known.Crowds[question] = CrowdOf(question);
        }

        foreach (var person in needs.Usage)
        {
            var written = _log.Values.Where(entry => entry.Change.Author == person).ToList();
            known.Usage[person] = new(written.Sum(entry => (long)entry.Change.Canonical.Length), written.Count);
        }

        if (needs.Future is { } future)
        {
            var rows = _waiting.Values.Where(row => row.For == WaitKey.Future).OrderBy(row => row.Change.Lamport).ToList();
            var come = rows.FindAll(row => row.Change.WallTime <= future.WallMsMax);
            List<WaitingRow> ready = [.. come.Where(row => row.Change.Lamport <= future.LamportMax).Take(future.RowsMax)];
            known.Future = new(ready, come.Count > 0 ? come[0].Change.Lamport : null, rows.Count > ready.Count);
        }

        var proofs = needs.Proofs.Span;
        known.ProofsHold = new bool[proofs.Length];
        for (var i = 0; i < proofs.Length; i++)
        {
            known.ProofsHold[i] = SimKeys.Holds(proofs[i]);
        }

        return known;
    }

    /// <summary>Takes a decision.</summary>
    public void Commit(Decision decision)
    {
        foreach (var transition in decision.Transitions)
        {
            switch (transition)
            {
                case Transition.Filed filed:
                    var room = filed.Home.Value;
                    _seqs[room] = _seqs.GetValueOrDefault(room) + 1;
                    if (!_log.TryAdd(filed.Offer.Change.Hash, (filed.Offer.Change, filed.Home, filed.IsOperation, _seqs[room])))
                    {
                        throw new InvalidOperationException("A change was filed twice.");
                    }

                    break;
                case Transition.Judged judged:
                    _governed[(judged.Change.Hash, judged.Scope)] = (judged.Change, judged.IsOpen || SeenOperations.Read(judged.Change.Properties) is null);
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
                    if (!_waiting.Remove(ended.Row.Change.Hash) && mutant != SimMutant.NothingWaits)
                    {
                        throw new InvalidOperationException("What did not wait ended.");
                    }

                    break;
                case Transition.NodeSet set:
                    _nodes[set.After.Id] = set.After;
                    break;
                case Transition.MemberSet member:
                    Members[(member.Domain, member.Person)] = (member.Role, member.EndedBy);
                    break;
            }
        }
    }

    private List<Change> Family(NodeId domain)
    {
        var operations = _log.Values.Where(entry => entry.IsOperation).OrderBy(entry => entry.Change.Lamport).Select(entry => entry.Change).ToList();
        var head = SpaceOf(domain, operations) ?? domain;
        return operations.FindAll(operation => LogCache.ScopeOf(operation) is var scope && (scope == head || SpaceOf(scope, operations) == head));
    }

    private static NodeId? SpaceOf(NodeId channel, List<Change> operations) => operations
        .Where(operation => LogCache.ScopeOf(operation) == channel)
        .Select(operation => MembershipOpReader.Read(operation, channel, out var op).Status == OpStatus.Valid && op is CreateOp create ? create.Space : null)
        .FirstOrDefault(space => space is not null);

    private Crowd CrowdOf(CrowdQuestion question)
    {
        var rows = _waiting.Values.Where(row => row.Pool == question.Pool
            && (question.Room is not { } room || row.Room == room) && (question.Payer is not { } payer || row.Payer == payer)).ToList();
        var payers = rows.GroupBy(row => row.Payer).ToDictionary(group => group.Key, group => new Share(group.Count(), group.Sum(row => (long)row.Bytes)));
        return new(
            rows.Count, rows.Sum(row => (long)row.Bytes), payers,
            [
                .. rows.OrderByDescending(row => payers[row.Payer].Count).ThenBy(row => row.Payer).ThenBy(row => row.Change.Lamport).Take(question.OldestMax)
                    .Union(rows.OrderByDescending(row => payers[row.Payer].Bytes).ThenBy(row => row.Payer).ThenBy(row => row.Change.Lamport).Take(question.OldestMax)),
            ]);
    }
}
