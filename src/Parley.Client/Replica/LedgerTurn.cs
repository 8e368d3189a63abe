using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;
using Parley.Store;

namespace Parley.Replica;

/// <summary>What one transaction does with a node.</summary>
/// <param name="Before">As it stood; null if it was not here.</param>
/// <param name="After">As it stands.</param>
/// <param name="NewRoot">The change that is its root from now on; null if the root stayed.</param>
internal sealed record NodeChange(NodeFacts? Before, NodeFacts After, Change? NewRoot)
{
    /// <summary>It was not shown, or by another root.</summary>
    public bool IsNewlyShown => !After.IsHidden && (Before is null or { IsHidden: true } || NewRoot is not null);

    /// <summary>It was here, hidden, and is shown.</summary>
    public bool IsShownAgain => Before is { IsHidden: true } && !After.IsHidden;
}

/// <summary>A transaction of the ledger with what it reads. Without <see cref="Committed"/> it leaves no trace in memory.</summary>
internal sealed class LedgerTurn(LedgerEngine engine, LedgerTransaction transaction, LedgerReads reads, LedgerLogs logs, Action abandoned) : IDisposable
{
    private bool _isCommitted;

    /// <summary>The transaction.</summary>
    public LedgerTransaction Transaction => transaction;

    /// <summary>What was read for it.</summary>
    public LedgerReads Reads => reads;

    /// <summary>The membership logs, those advanced by the transaction included.</summary>
    public LedgerLogs Logs => logs;

    /// <summary>Access scopes that have a log from now on.</summary>
    public IEnumerable<NodeId> Opened => transaction.Decision.Transitions.OfType<Transition.DomainSet>().Select(set => set.Domain).Where(domain => !logs.Has(domain));

    /// <summary>Answers until everything is decided. <paramref name="along"/> asks more with the first answer.</summary>
    public async Task RunAsync(Action<StoreQuestions>? along, CancellationToken cancellationToken)
    {
        while (transaction.Next() is { } needs)
        {
            transaction.Learn(await reads.AnswerAsync(needs, along, cancellationToken).ConfigureAwait(false));
            along = null;
        }
    }

    /// <summary>What governs a room.</summary>
    public async ValueTask<Ruling> RulingOfAsync(RoomId room, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (transaction.RulingOf(room) is { } ruling)
            {
                return ruling;
            }

            var needs = transaction.Wanted() ?? throw new InvalidOperationException("A rule wants nothing and is not known.");
            transaction.Learn(await reads.AnswerAsync(needs, null, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>True if a thread is known to hang on this node.</summary>
    public bool IsAwaited(NodeId node) => engine.IsAwaitedTarget(node);

    /// <summary>What the decision does with nodes, in order.</summary>
    public IReadOnlyList<NodeChange> Nodes()
    {
        var nodes = new Dictionary<NodeId, NodeChange>();
        foreach (var set in transaction.Decision.Transitions.OfType<Transition.NodeSet>())
        {
            nodes[set.After.Id] = nodes.TryGetValue(set.After.Id, out var earlier)
                ? earlier with { After = set.After, NewRoot = set.NewRoot ?? earlier.NewRoot }
                : new(set.Before, set.After, set.NewRoot);
        }

        return [.. nodes.Values];
    }

    /// <summary>It is on disk.</summary>
    public void Committed()
    {
        _isCommitted = true;
        transaction.Committed();
    }

    public void Dispose()
    {
        transaction.Dispose();
        if (!_isCommitted)
        {
            abandoned();
        }
    }
}
