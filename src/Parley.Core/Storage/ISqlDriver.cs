namespace Parley.Storage;

/// <summary>One SQL statement with positional parameters.</summary>
/// <param name="Sql">A single statement; <c>?1</c>, <c>?2</c> … name the parameters.</param>
/// <param name="Parameters">Each null, <see cref="long"/>, <see cref="double"/>, <see cref="string"/> or <c>byte[]</c>.</param>
public readonly record struct SqlStatement(string Sql, params object?[] Parameters);

/// <summary>The rows that one statement returned.</summary>
/// <param name="Rows">Each row's values as null, <see cref="long"/>, <see cref="double"/>, <see cref="string"/> or <c>byte[]</c>.</param>
/// <param name="Changed">Rows inserted, updated or deleted by the statement.</param>
public sealed record SqlResult(IReadOnlyList<object?[]> Rows, int Changed);

/// <summary>
/// The SQL seam. One call is one transaction: the statements run in order and all of them are durable when it returns, or none is.
/// There are no interactive transactions; the owner of a store is its only writer, so reading first and writing after is safe.
/// </summary>
/// <remarks>Calls may come from several threads; they run one after another. A statement's text is prepared once and reused.</remarks>
public interface ISqlDriver : IAsyncDisposable
{
    /// <summary>Runs the statements as one write transaction. Throws <see cref="ParleyException"/> (Storage) and changes nothing on failure.</summary>
    ValueTask<IReadOnlyList<SqlResult>> WriteAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default);

    /// <summary>Runs statements that only read, over one snapshot; may run beside a write.</summary>
    ValueTask<IReadOnlyList<SqlResult>> ReadAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default);
}
