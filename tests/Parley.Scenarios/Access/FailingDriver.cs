using Parley.Storage;

namespace Parley.Scenarios.Access;

/// <summary>A store whose disk can be made to fail.</summary>
internal sealed class FailingDriver(ISqlDriver inner) : ISqlDriver
{
    public bool Fails { get; set; }

    public ValueTask<IReadOnlyList<SqlResult>> WriteAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
        Fails ? throw new ParleyException(ParleyErrorCode.Storage, "The disk is full.") : inner.WriteAsync(statements, cancellationToken);

    public ValueTask<IReadOnlyList<SqlResult>> ReadAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(statements, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
