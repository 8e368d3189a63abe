using Microsoft.Data.Sqlite;
using Parley.Access;
using Parley.Ids;
using Parley.Nodes;
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
    private readonly SqliteStatement _findMember;
    private readonly SqliteStatement _findDomain;

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
        _findNode = Prepare(SqliteLedgerReader.SelectNodeAndRoot);
        _findMember = Prepare("SELECT role, ended_by FROM members WHERE domain = ?1 AND person = ?2");
        _findDomain = Prepare("SELECT id, space, version FROM domains WHERE id = ?1");
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

        var known = new KnownNode(SqliteLedgerReader.ReadNode(id, found), found.Blob(7).ToArray());
        found.Reset();
        return known;
    }

    public StoredMember? FindMember(NodeId domain, PersonId person) =>
        _findMember.With(domain.Value).With(person.Value).One(row => new StoredMember(domain, person, Role(row, 0), EndedBy(row, 1)));

    public IReadOnlyList<StoredMember> MembershipsOf(PersonId person)
    {
        using var all = new SqliteStatement(_connection.Handle!, "SELECT role, ended_by, domain FROM members WHERE person = ?1 ORDER BY domain");
        return all.With(person.Value).All(row => new StoredMember(new(row.Text(2)), person, Role(row, 0), EndedBy(row, 1)));
    }

    public bool IsKnownTo(PersonId person, PersonId stranger)
    {
        using var known = new SqliteStatement(_connection.Handle!, """
            SELECT 1 FROM op_authors w JOIN members m ON m.domain = w.domain AND m.person = ?2 WHERE w.person = ?1 AND m.role IS NOT NULL LIMIT 1
            """);
        return known.With(person.Value).With(stranger.Value).One(static row => row.Long(0)) != 0;
    }

    public StoredDomain? FindDomain(NodeId domain) => _findDomain.With(domain.Value).One(ReadDomain);

    public IReadOnlyList<(StoredDomain Domain, int Members)> Domains()
    {
        using var all = new SqliteStatement(_connection.Handle!, """
            SELECT id, space, version, (SELECT count(role) FROM members WHERE domain = id) FROM domains ORDER BY id
            """);
        return all.All(static row => (ReadDomain(row), (int)row.Long(3)));
    }

    public IReadOnlyList<Change> ReadLogs(NodeId domain) => SqliteLedgerReader.ReadLogs(_connection.Handle!, domain);

    public bool HasMembers()
    {
        using var all = new SqliteStatement(_connection.Handle!, "SELECT (SELECT coalesce(sum(version), 0) FROM domains) = (SELECT count(*) FROM operations)");
        return all.One(static row => row.Long(0)) != 0;
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
        _findMember.Dispose();
        _findDomain.Dispose();
        _connection.Dispose();
    }

    private static StoredDomain ReadDomain(SqliteStatement row) => new(new(row.Text(0)), row.Text(1) is { Length: > 0 } space ? new(space) : null, (int)row.Long(2));

    private static AccessRole? Role(SqliteStatement row, int column) => row.Long(column) is not 0 and var role ? (AccessRole)role : null;

    private static ChangeHash? EndedBy(SqliteStatement row, int column) => row.Blob(column) is { Length: > 0 } hash ? new(hash) : null;

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
