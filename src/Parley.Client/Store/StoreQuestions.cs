using Parley.Storage;

namespace Parley.Store;

/// <summary>Questions to the store that go in one call of the driver, each with what takes its answer.</summary>
internal sealed class StoreQuestions
{
    private readonly List<SqlStatement> _statements = [];
    private readonly List<Action<SqlResult>> _takers = [];

    /// <summary>Adds one.</summary>
    public void Ask(SqlStatement statement, Action<SqlResult> take)
    {
        _statements.Add(statement);
        _takers.Add(take);
    }

    /// <summary>Asks them all, over one snapshot.</summary>
    public async ValueTask RunAsync(ISqlDriver driver, CancellationToken cancellationToken)
    {
        if (_statements.Count == 0)
        {
            return;
        }

        var answers = await driver.ReadAsync(_statements, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < _takers.Count; i++)
        {
            _takers[i](answers[i]);
        }
    }
}
