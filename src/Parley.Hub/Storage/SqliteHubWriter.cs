using Parley.Nodes;
using SQLitePCL;

namespace Parley.Hub.Storage;

/// <summary>The transactions of the writing connection, and what is done to it now and then. For the writer's thread.</summary>
internal sealed class SqliteHubWriter(sqlite3 connection, HubGeneration generation) : IDisposable
{
    private readonly SqliteStatement _begin = new(connection, "BEGIN IMMEDIATE");
    private readonly SqliteStatement _commit = new(connection, "COMMIT");
    private bool _isBegun;

    /// <inheritdoc cref="ILedgerStore.ForgetWaiting"/>
    public void ForgetWaiting(long beforeWallMs) => SqliteHubSchema.Execute(connection, $"""
        UPDATE authors SET bytes = authors.bytes - old.bytes, held = authors.held - old.n
        FROM (SELECT payer, count(*) AS n, sum(length(wire)) AS bytes FROM held WHERE wall < {beforeWallMs} GROUP BY payer) AS old
        WHERE did = old.payer;
        DELETE FROM held WHERE wall < {beforeWallMs};
        """);

    /// <summary>Of a start, so no statement is kept for it.</summary>
    public IReadOnlyList<Change> Operations()
    {
        using var all = new SqliteStatement(connection, "SELECT c.wire FROM operations o JOIN changes c ON c.id = o.change ORDER BY o.change");
        return all.All(static row => ChangeWire.FromTrustedBytes(row.Blob(0)));
    }

    /// <summary>Open hubs only, so no index pays for it.</summary>
    public long Clear(string room)
    {
        using var find = new SqliteStatement(connection, "SELECT id, (SELECT count(*) FROM entries WHERE room = id) FROM rooms WHERE name = ?1");
        var (id, count) = find.With(room).One(static row => (row.Long(0), row.Long(1)));
        SqliteHubSchema.Execute(connection, $"""
            DELETE FROM entries WHERE room = {id} OR change IN (SELECT id FROM changes WHERE room = {id});
            DELETE FROM operations WHERE room = {id};
            DELETE FROM nodes WHERE root IN (SELECT id FROM changes WHERE room = {id});
            DELETE FROM changes WHERE room = {id};
            """);
        return count;
    }

    /// <summary>Begins the transaction in which something is asked and then written: each question then costs no lock of its own.</summary>
    public void Begin()
    {
        if (!_isBegun)
        {
            _begin.Run();
            _isBegun = true;
        }
    }

    /// <summary>Gives it up if nothing was written.</summary>
    public void Release()
    {
        if (_isBegun)
        {
            _isBegun = false;
            SqliteHubSchema.Execute(connection, "ROLLBACK");
        }
    }

    /// <summary>Runs a step in one transaction, the one that was begun: durable when this returns, or undone.</summary>
    public void Transaction(Action step)
    {
        try
        {
            Begin();
            _isBegun = false;
            step();
            generation.Count();
            _commit.Run();
        }
        catch
        {
            if (raw.sqlite3_get_autocommit(connection) == 0)
            {
                SqliteHubSchema.Execute(connection, "ROLLBACK");
            }

            throw;
        }

        generation.Committed();
    }

    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
    }
}
