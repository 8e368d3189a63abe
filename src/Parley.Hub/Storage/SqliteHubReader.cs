using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Parley.Hub.Storage;

/// <summary>One reading connection with the statements of catch-up. For one thread at a time.</summary>
internal sealed class SqliteHubReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _bySeq;
    private readonly SqliteStatement _byLamport;
    private readonly SqliteStatement _maxLamport;

    public SqliteHubReader(SqliteConnection connection)
    {
        _connection = connection;
        _bySeq = Prepare("""
            SELECT e.seq, e.lamport, c.wire FROM entries e JOIN changes c ON c.id = e.change
            WHERE e.room = (SELECT id FROM rooms WHERE name = ?1) AND e.seq > ?2 ORDER BY e.seq
            """);
        _byLamport = Prepare("""
            SELECT e.seq, e.lamport, c.wire FROM entries e JOIN changes c ON c.id = e.change JOIN authors a ON a.id = c.author
            WHERE e.room = (SELECT id FROM rooms WHERE name = ?1) AND e.lamport > ?2 ORDER BY e.lamport, a.did, e.seq
            """);
        _maxLamport = Prepare("SELECT max(lamport) FROM entries WHERE room = (SELECT id FROM rooms WHERE name = ?1)");
    }

    public bool Read(string room, long afterSeq, IPageReader reader) => Hand(_bySeq.With(room).With(afterSeq), reader);

    public bool ReadByLamport(string room, double sinceLamport, IPageReader reader) => Hand(_byLamport.With(room).With(sinceLamport), reader);

    public long MaxLamport(string room)
    {
        var statement = _maxLamport.With(room);
        var max = statement.Step() ? statement.Long(0) : 0;
        statement.Reset();
        return max;
    }

    public void Dispose()
    {
        _bySeq.Dispose();
        _byLamport.Dispose();
        _maxLamport.Dispose();
        _connection.Dispose();
    }

    private static bool Hand(SqliteStatement statement, IPageReader reader)
    {
        while (statement.Step())
        {
            if (!reader.Take(statement.Long(0), statement.Long(1), statement.Blob(2)))
            {
                statement.Reset();
                return false;
            }
        }

        return true;
    }

    private SqliteStatement Prepare(string sql) => new(_connection.Handle!, sql);
}
