using Microsoft.Data.Sqlite;
using Parley.Ids;
using SQLitePCL;

namespace Parley.Hub.Storage;

/// <summary>One reading connection with the statements of catch-up. For one thread at a time.</summary>
internal sealed class SqliteHubReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _bySeq;
    private readonly SqliteStatement _byLamport;
    private readonly SqliteStatement _maxLamport;
    private readonly SqliteStatement _operations;
    private readonly SqliteStatement _findNode;

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
        _operations = Prepare("""
            SELECT o.seq, c.lamport, c.wire FROM operations o JOIN changes c ON c.id = o.change
            WHERE o.room = (SELECT id FROM rooms WHERE name = ?1) AND o.seq > ?2 ORDER BY o.seq
            """);
        _findNode = Prepare(SqliteHubWriter.SelectNodeAndRoot);
        _maxLamport = Prepare("SELECT max(lamport) FROM entries WHERE room = (SELECT id FROM rooms WHERE name = ?1)");
    }

    public bool Read(string room, long afterSeq, IPageReader reader) => Hand(_bySeq.With(room).With(afterSeq), reader);

    public bool ReadByLamport(string room, double sinceLamport, IPageReader reader) => Hand(_byLamport.With(room).With(sinceLamport), reader);

    public bool ReadOperations(string room, long afterSeq, IPageReader reader) => Hand(_operations.With(room).With(afterSeq), reader);

    /// <summary>Of an owner's curiosity, so no statement is kept for it.</summary>
    public IReadOnlyList<AuthorTotal> AuthorTotals(int limit)
    {
        using var all = new SqliteStatement(_connection.Handle!, "SELECT did, bytes, held, changes FROM authors ORDER BY bytes DESC, did LIMIT ?1");
        var totals = new List<AuthorTotal>();
        all.With(limit);
        while (all.Step())
        {
            totals.Add(new(all.Text(0), new(all.Long(1), all.Long(2), all.Long(3))));
        }

        return totals;
    }

    /// <inheritdoc cref="AuthorTotals"/>
    public IReadOnlyList<RoomTotal> RoomTotals(int limit)
    {
        using var all = new SqliteStatement(_connection.Handle!, """
            SELECT r.name, count(*), sum(length(c.wire)) AS bytes FROM changes c JOIN rooms r ON r.id = c.room
            GROUP BY c.room ORDER BY bytes DESC, r.name LIMIT ?1
            """);
        var totals = new List<RoomTotal>();
        all.With(limit);
        while (all.Step())
        {
            totals.Add(new(all.Text(0), all.Long(1), all.Long(2)));
        }

        return totals;
    }

    public KnownNode? Find(NodeId id)
    {
        var found = _findNode.With(id.Value);
        if (!found.Step())
        {
            return null;
        }

        var known = new KnownNode(SqliteHubWriter.ReadNode(id, found), found.Blob(7).ToArray());
        found.Reset();
        return known;
    }

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
        _operations.Dispose();
        _findNode.Dispose();
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
