using Microsoft.Extensions.Logging;
using Parley.Commands;
using Parley.Ids;
using Parley.Storage;
using Parley.Views;

namespace Parley.Nodes;

/// <summary>A live answer: re-read after each commit that touches its schema; dispose to stop.</summary>
public abstract class LiveQuery : Live<IReadOnlyList<Node>>, IDisposable
{
    private protected LiveQuery() : base([])
    {
    }

    /// <summary>Completes when the first answer is in <see cref="Live{T}.Value"/>.</summary>
    public abstract Task Ready { get; }

    /// <summary>The question; setting another re-reads (a longer limit, say).</summary>
    public abstract NodeQuery Query { get; set; }

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>The one store of nodes of any schema: chat, pages, people and the command line all read and write here.</summary>
public sealed partial class NodeStore
{
    private readonly ISqlDriver _driver;
    private readonly ILogger _log;
    private readonly AdvanceSignal _advanced;
    private readonly RoleHolder _role;

    internal NodeStore(ParleyOptions options, AdvanceSignal advanced, RoleHolder role)
    {
        _driver = options.Store;
        _log = options.Logging.CreateLogger("Parley.Nodes");
        _advanced = advanced;
        _role = role;
    }

    /// <summary>One answer.</summary>
    public Task<IReadOnlyList<Node>> FindAsync(NodeQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return RowsAsync(QuerySql.Find(query), cancellationToken);
    }

    /// <summary>One node, or null.</summary>
    public async Task<Node?> FindAsync(NodeId node, CancellationToken cancellationToken = default)
    {
        var rows = await RowsAsync(QuerySql.Find(node), cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>How many rows a query has (limit and order ignored).</summary>
    public Task<long> CountAsync(NodeQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return NumberAsync(QuerySql.Count(query), cancellationToken);
    }

    /// <summary>A live answer.</summary>
    public LiveQuery Watch(NodeQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        _ = QuerySql.Find(query);
        return new StoreQuery(this, _advanced, query);
    }

    /// <summary>
    /// Writes all drafts as one batch: limits, rights, Lamport tick, signature, one transaction. Returns when they are durable here.
    /// </summary>
    /// <returns>The nodes, in the order of the drafts.</returns>
    /// <remarks>Throws <see cref="ParleyException"/>: Invalid (a limit or shape, named), Forbidden, Storage. Nothing was written then.</remarks>
    public Task<IReadOnlyList<NodeId>> WriteAsync(IReadOnlyList<NodeDraft> drafts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(drafts);
        return _role.Current.WriteAsync(drafts, cancellationToken);
    }

    internal async Task<IReadOnlyList<Node>> RowsAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        var answer = await _driver.ReadAsync([statement], cancellationToken).ConfigureAwait(false);
        return [.. answer[0].Rows.Select(QuerySql.Read)];
    }

    internal ValueTask<IReadOnlyList<SqlResult>> RawAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken) =>
        _driver.ReadAsync(statements, cancellationToken);

    internal void ReadFailed(Exception failure) => LogReadFailed(_log, failure);

    internal IDisposable Listen(Action<Advance> listener) => _advanced.Listen(listener);

    private async Task<long> NumberAsync(SqlStatement statement, CancellationToken cancellationToken) =>
        (long)(await RawAsync([statement], cancellationToken).ConfigureAwait(false))[0].Rows[0][0]!;

    [LoggerMessage(200, LogLevel.Warning, "A live question could not be answered; the next commit asks it again")]
    private static partial void LogReadFailed(ILogger log, Exception failure);
}
