using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;
using SQLitePCL;

namespace Parley.Hub.Storage;

/// <summary>Answers the ledger's questions from the writing connection. For the writer's thread.</summary>
internal sealed class SqliteLedgerReader : IDisposable
{
    /// <summary>A node with what names its root.</summary>
    public const string SelectNode = NodeColumns + NodeTables;

    /// <summary>The same with the root's bytes as the last column.</summary>
    public const string SelectNodeAndRoot = NodeColumns + ", c.wire" + NodeTables;

    private const string NodeColumns = "SELECT r.name, s.iri, n.proven, c.hash, a.did, c.wall, c.lamport";
    private const string NodeTables = """
         FROM nodes n JOIN rooms r ON r.id = n.room JOIN schemas s ON s.id = n.schema JOIN changes c ON c.id = n.root JOIN authors a ON a.id = c.author
        WHERE n.node = ?1
        """;

    private const string SelectHeld = "SELECT hash, node, payer, scope, wall, room, topic, wire, operation FROM held";

    private readonly sqlite3 _connection;
    private readonly List<SqliteStatement> _all = [];
    private readonly SqliteStatement _findChange;
    private readonly SqliteStatement _findHeld;
    private readonly SqliteStatement _heldFor;
    private readonly SqliteStatement _findNode;
    private readonly SqliteStatement _findRoot;
    private readonly SqliteStatement _usage;
    private readonly SqliteStatement _spacesMade;

    public SqliteLedgerReader(sqlite3 connection)
    {
        _connection = connection;
        CountHeld();
        _findChange = Prepare("SELECT r.name, c.seq FROM changes c JOIN rooms r ON r.id = c.room WHERE c.hash = ?1");
        _findHeld = Prepare(SelectHeld + " WHERE hash = ?1");
        _heldFor = Prepare(SelectHeld + " WHERE node = ?1 ORDER BY id");
        _findNode = Prepare(SelectNode);
        _findRoot = Prepare("SELECT c.wire FROM nodes n JOIN changes c ON c.id = n.root WHERE n.node = ?1");
        _usage = Prepare("SELECT bytes, changes + held FROM authors WHERE did = ?1");
        _spacesMade = Prepare("SELECT count(*) FROM domains WHERE maker = ?1");
    }

    /// <summary>How many changes wait. While none does, nothing is asked about them.</summary>
    public long HeldCount { get; set; }

    /// <summary>Counts them anew.</summary>
    public void CountHeld()
    {
        using var count = new SqliteStatement(_connection, "SELECT count(*) FROM held");
        HeldCount = count.One(static row => row.Long(0));
    }

    public Known Load(Needs needs)
    {
        var known = new Known();
        var anyHeld = HeldCount > 0;
        foreach (var hash in needs.Changes)
        {
            if (Find(hash, anyHeld) is { } change)
            {
                known.Changes[hash] = change;
            }
        }

        foreach (var id in needs.Nodes)
        {
            if (_findNode.With(id.Value).One(row => ReadNode(id, row)) is { } node)
            {
                known.Nodes[id] = new(id, new(node.Home), node.Root);
            }
        }

        foreach (var id in needs.Roots)
        {
            if (_findRoot.With(id.Value).One(static row => ChangeWire.FromTrustedBytes(row.Blob(0))) is { } root)
            {
                known.Roots[id] = root;
            }
        }

        foreach (var key in anyHeld ? needs.Waiting : [])
        {
            if (_heldFor.With(HeldChange.NameOf(key)).All(static row => ReadHeld(row).ToRow()) is { Count: > 0 } rows)
            {
                known.Waiting[key] = rows;
            }
        }

        foreach (var person in needs.Usage)
        {
            known.Usage[person] = _usage.With(person.Value).One(static row => new Usage(row.Long(0), row.Long(1)));
        }

        foreach (var person in needs.SpacesMade)
        {
            known.SpacesMade[person] = (int)_spacesMade.With(person.Value).One(static row => row.Long(0));
        }

        foreach (var domain in needs.Logs)
        {
            if (ReadLogs(_connection, domain) is { Count: > 0 } operations)
            {
                known.Logs[domain] = operations;
            }
        }

        foreach (var question in anyHeld ? needs.Crowds : [])
        {
            known.Crowds[question] = Count(question);
        }

        return known;
    }

    /// <summary>Of a start, so no statement is kept for it.</summary>
    public IReadOnlyCollection<WaitKey> Awaited()
    {
        using var names = new SqliteStatement(_connection, "SELECT DISTINCT node FROM held");
        return names.All(static row => HeldChange.KeyOf(row.Text(0)));
    }

    public void Dispose() => _all.ForEach(static statement => statement.Dispose());

    /// <summary>Reads a row of <see cref="SelectNode"/>.</summary>
    public static StoredNode ReadNode(in NodeId id, SqliteStatement row) =>
        new(id, row.Text(0), new(new(row.Blob(3)), PersonId.Parse(row.Text(4)), row.Long(5), row.Long(6), row.Text(1), row.Long(2) != 0));

    /// <summary>The operations of all logs that are judged together, in the order of filing. Seldom asked, so no statement is kept for it.</summary>
    public static IReadOnlyList<Change> ReadLogs(sqlite3 connection, NodeId domain)
    {
        using var family = new SqliteStatement(connection, """
            SELECT d.id FROM domains d, (SELECT coalesce(space, id) AS id FROM domains WHERE id = ?1) head WHERE d.id = head.id OR d.space = head.id
            """);
        using var operations = new SqliteStatement(connection, """
            SELECT o.change, c.wire FROM operations o JOIN changes c ON c.id = o.change WHERE o.room = (SELECT id FROM rooms WHERE name = ?1)
            """);
        var found = new List<(long Order, Change Change)>();
        foreach (var id in family.With(domain.Value).All(static row => row.Text(0)))
        {
            found.AddRange(operations.With(RoomNames.OfMessages(new(id)).Value).All(static row => (row.Long(0), ChangeWire.FromTrustedBytes(row.Blob(1)))));
        }

        return [.. found.OrderBy(static one => one.Order).Select(static one => one.Change)];
    }

    private KnownChange? Find(in ChangeHash hash, bool anyHeld)
    {
        var bytes = hash.ToBytes();
        if (_findChange.With(bytes).One(static row => (KnownChange?)new KnownChange(new(new(row.Text(0)), row.Long(1)), null)) is { } filed)
        {
            return filed;
        }

        return anyHeld && _findHeld.With(bytes).One(static row => ReadHeld(row).ToRow()) is { } waiting ? new(new(waiting.Room, 0), waiting) : null;
    }

    // Of a flood: while nobody sends more than may wait, only the first line is asked.
    private Crowd Count(in CrowdQuestion question)
    {
        var scope = HeldChange.ScopeOf(question.Pool, question.Room);
        var payer = question.Payer?.Value ?? "";
        const string Where = " WHERE scope = ?1 AND (?2 = '' OR payer = ?2)";
        using var count = new SqliteStatement(_connection, "SELECT count(*), coalesce(sum(length(wire)), 0) FROM held" + Where);
        var (rows, bytes) = count.With(scope).With(payer).One(static row => (row.Long(0), row.Long(1)));
        var max = question.OldestMax;
        if (max == 0)
        {
            return new(rows, bytes, Crowd.Empty.Payers, []);
        }

        using var payers = new SqliteStatement(_connection, "SELECT payer, count(*), sum(length(wire)) FROM held" + Where + " GROUP BY payer");
        var shares = payers.With(scope).With(payer).All(static row => (row.Text(0), new Share(row.Long(1), row.Long(2))));
        return new(
            rows,
            bytes,
            shares.ToDictionary(static one => PersonId.FromTrusted(one.Item1), static one => one.Item2),
            [.. Oldest("count(*)").UnionBy(Oldest("sum(length(wire))"), static row => row.Change.Hash)]);

        List<WaitingRow> Oldest(string most)
        {
            using var oldest = new SqliteStatement(_connection, $"""
                {SelectHeld} JOIN (SELECT payer AS whose, {most} AS share FROM held {Where} GROUP BY payer) ON payer = whose {Where}
                ORDER BY share DESC, payer, lamport, hash LIMIT ?3
                """);
            return oldest.With(scope).With(payer).With(max).All(static row => ReadHeld(row).ToRow());
        }
    }

    private static HeldChange ReadHeld(SqliteStatement row) => new(
        new(row.Blob(0)), new(row.Text(1)), row.Text(2), row.Text(3), row.Long(4), row.Text(5), row.Text(6), row.Blob(7).ToArray(), row.Long(8) != 0);

    private SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(_connection, sql);
        _all.Add(statement);
        return statement;
    }
}
