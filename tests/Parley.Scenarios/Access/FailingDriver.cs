using Parley.Storage;

namespace Parley.Scenarios.Access;

/// <summary>A store whose disk can be made to fail.</summary>
internal sealed class FailingDriver(ISqlDriver inner) : ISqlDriver
{
    public bool Fails { get; set; }

    /// <summary>How many writes go well before one fails; below zero none does.</summary>
    public int FailsAfter { get; set; } = -1;

    public ISqlDriver Inner => inner;

    public ValueTask<IReadOnlyList<SqlResult>> WriteAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
        Fails || FailsAfter-- == 0 ? throw new ParleyException(ParleyErrorCode.Storage, "The disk is full.") : inner.WriteAsync(statements, cancellationToken);

    public ValueTask<IReadOnlyList<SqlResult>> ReadAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(statements, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
