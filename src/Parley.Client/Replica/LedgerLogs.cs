using System.Collections.Concurrent;
using Parley.Access;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;
using Parley.Storage;
using Parley.Store;

namespace Parley.Replica;

/// <summary>
/// The membership logs of a store, all of them in memory: read at the start, advanced by the ledger, and read again if a transaction was
/// not committed. Used with the writer's turn.
/// </summary>
internal sealed class LedgerLogs(ISqlDriver driver, LogCache cache)
{
    // Every access scope of the store with the space over it.
    private readonly ConcurrentDictionary<NodeId, NodeId?> _spaces = [];

    /// <summary>All logs.</summary>
    public IEnumerable<MembershipLog> All => cache.All;

    /// <summary>The log of an access scope, or null if its root is not here.</summary>
    public MembershipLog? Find(NodeId domain) => cache.TryFind(domain, out var log) ? log : null;

    /// <summary>The space over an access scope that has a log in the store; at any time.</summary>
    /// <returns>False if the store has no log for it.</returns>
    public bool TrySpaceOf(NodeId domain, out NodeId? space) => _spaces.TryGetValue(domain, out space);

    /// <summary>True if the store has a log for it.</summary>
    public bool Has(NodeId domain) => _spaces.ContainsKey(domain);

    /// <summary>Reads every log of the store.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync(
            [new("SELECT domain, wire FROM membership_op JOIN change_log ON change_log.seq = membership_op.seq ORDER BY membership_op.seq")],
            cancellationToken).ConfigureAwait(false);
        var logs = answer[0].Rows
            .Select(row => (Domain: new NodeId((string)row[0]!), Change: ChangeWire.FromTrustedBytes((byte[])row[1]!))).ToLookup(op => op.Domain, op => op.Change);
        foreach (var log in logs)
        {
            _spaces[log.Key] = SpaceOf(log.Key, log);
        }

        foreach (var family in _spaces.GroupBy(scope => scope.Value ?? scope.Key, scope => scope.Key))
        {
            cache.Load(family.Key, [.. family.SelectMany(scope => logs[scope])]);
        }
    }

    /// <summary>Reads again what an abandoned transaction had advanced.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        List<NodeId> heads = [.. _spaces.Where(scope => !cache.TryFind(scope.Key, out _)).Select(scope => scope.Value ?? scope.Key).Distinct()];
        if (heads.Count > 0)
        {
            var questions = new StoreQuestions();
            heads.ForEach(head => Ask(head, operations => cache.Load(head, operations), questions));
            await questions.RunAsync(driver, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks for the operations of a scope's whole family, in the order in which they were filed.</summary>
    public void Ask(NodeId domain, Action<IReadOnlyList<Change>> take, StoreQuestions questions)
    {
        if (_spaces.TryGetValue(domain, out var space))
        {
            var head = space ?? domain;
            var family = SqlJson.Of(_spaces.Where(scope => scope.Key == head || scope.Value == head).Select(scope => scope.Key));
            questions.Ask(
                new(
                    """
                    SELECT wire FROM membership_op JOIN change_log ON change_log.seq = membership_op.seq
                    WHERE domain IN (SELECT value FROM json_each(?1)) ORDER BY membership_op.seq
                    """,
                    family),
                answer => take([.. answer.Rows.Select(row => ChangeWire.FromTrustedBytes((byte[])row[0]!))]));
        }
    }

    /// <summary>A log is on disk.</summary>
    public void Learn(Transition.DomainSet set) => _spaces[set.Domain] = set.Space;

    private static NodeId? SpaceOf(NodeId domain, IEnumerable<Change> operations) => AccessDomains.KindOf(domain) != AccessDomainKind.Channel
        ? null
        : operations.Select(change => MembershipOpReader.Read(change, domain, out var op).Status == OpStatus.Valid ? (op as CreateOp)?.Space : null)
            .FirstOrDefault(space => space is not null);
}
