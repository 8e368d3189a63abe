using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Parley.Storage;

namespace Parley.Native.Storage;

/// <summary>One connection with the one thread that uses it: transactions run in the order in which they were handed over.</summary>
internal sealed class SqliteLane : IAsyncDisposable
{
    private static readonly SqlStatement Commit = new("COMMIT");
    private static readonly SqlStatement Rollback = new("ROLLBACK");

    private readonly BlockingCollection<Job> _jobs = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SqliteConnection _connection;
    private readonly PreparedStatements _statements;

    private SqliteLane(SqliteConnection connection)
    {
        _connection = connection;
        _statements = new(connection.Handle!);
    }

    /// <summary>Opens the connection on the caller's thread, so that its failures reach the caller, and starts the lane's own.</summary>
    public static SqliteLane Open(string path, string threadName, IReadOnlyList<string> pragmas)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            var lane = new SqliteLane(connection);
            foreach (var pragma in pragmas)
            {
                lane._statements.Run(new(pragma));
            }

            new Thread(lane.Work) { IsBackground = true, Name = threadName }.Start();
            return lane;
        }
        catch (SqliteException cause)
        {
            connection.Dispose();
            throw PreparedStatements.Failure(cause.SqliteErrorCode, cause.Message, cause);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public ValueTask<IReadOnlyList<SqlResult>> RunAsync(IReadOnlyList<SqlStatement> statements, SqlStatement begin, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_jobs.IsAddingCompleted, typeof(SqliteStore));
        var job = new Job(begin, statements, cancellationToken);
        try
        {
            _jobs.Add(job, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(SqliteStore));
        }

        return new(job.Answer.Task);
    }

    /// <summary>Lets what was handed over finish, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        await _ended.Task.ConfigureAwait(false);
        _jobs.Dispose();
    }

    /// <summary>Takes nothing more; the thread closes the connection when it is through.</summary>
    public void Close() => _jobs.CompleteAdding();

    private void Work()
    {
        try
        {
            foreach (var job in _jobs.GetConsumingEnumerable())
            {
                Do(job);
            }
        }
        finally
        {
            _statements.Dispose();
            _connection.Dispose();
            _ended.SetResult();
        }
    }

    private void Do(Job job)
    {
        if (job.CancellationToken.IsCancellationRequested)
        {
            job.Answer.SetCanceled(job.CancellationToken);
            return;
        }

        try
        {
            job.Answer.SetResult(Transact(job));
        }
        catch (Exception failure)
        {
            // The caller awaits the answer: whatever went wrong is theirs to see, and the lane lives on.
            job.Answer.SetException(failure);
        }
    }

    private SqlResult[] Transact(Job job)
    {
        var results = new SqlResult[job.Statements.Count];
        _statements.Run(job.Begin);
        try
        {
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = _statements.Run(job.Statements[i]);
            }

            _statements.Run(Commit);
            return results;
        }
        catch
        {
            if (_statements.InTransaction)
            {
                _statements.Run(Rollback);
            }

            throw;
        }
    }

    private sealed record Job(SqlStatement Begin, IReadOnlyList<SqlStatement> Statements, CancellationToken CancellationToken)
    {
        public TaskCompletionSource<IReadOnlyList<SqlResult>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
