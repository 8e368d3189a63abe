using System.Globalization;
using Parley.Ids;
using SQLitePCL;

namespace Parley.Hub.Storage;

/// <summary>The statements of the writing connection. For the writer's thread.</summary>
internal sealed class SqliteHubWriter : IDisposable
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

    private const string SelectWaiting = "SELECT hash, payer, length(wire) FROM held WHERE scope = ?1";
    private const string SelectHeld = "SELECT hash, node, payer, scope, wall, room, topic, wire, operation FROM held";

    private readonly sqlite3 _connection;
    private readonly List<SqliteStatement> _all = [];
    private readonly SqliteNames _rooms;
    private readonly SqliteNames _authors;
    private readonly SqliteNames _schemas;

    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _findChange;
    private readonly SqliteStatement _isHeld;
    private readonly SqliteStatement _findHeld;
    private readonly SqliteStatement _waitingAll;
    private readonly SqliteStatement _waiting;
    private readonly SqliteStatement _findNode;
    private readonly SqliteStatement _heldOfNode;
    private readonly SqliteStatement _nextSeq;
    private readonly SqliteStatement _usage;
    private readonly SqliteStatement _addChange;
    private readonly SqliteStatement _addEntry;
    private readonly SqliteStatement _putNode;
    private readonly SqliteStatement _addHeld;
    private readonly SqliteStatement _addOperation;
    private readonly SqliteStatement _removeHeld;
    private readonly SqliteStatement _setNextSeq;
    private readonly SqliteStatement _setUsage;

    private long _nextChange;
    private long _heldCount;

    public SqliteHubWriter(sqlite3 connection)
    {
        _connection = connection;
        _rooms = new(connection, "rooms", "name");
        _authors = new(connection, "authors", "did");
        _schemas = new(connection, "schemas", "iri");
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _findChange = Prepare("SELECT r.name, c.seq FROM changes c JOIN rooms r ON r.id = c.room WHERE c.hash = ?1");
        _isHeld = Prepare("SELECT room FROM held WHERE hash = ?1");
        _findHeld = Prepare(SelectHeld + " WHERE hash = ?1");
        _waitingAll = Prepare(SelectWaiting + " ORDER BY id");
        _waiting = Prepare(SelectWaiting + " AND payer = ?2 AND operation = 0 ORDER BY id");
        _findNode = Prepare(SelectNode);
        _heldOfNode = Prepare(SelectHeld + " WHERE node = ?1 ORDER BY id");
        _nextSeq = Prepare("SELECT next_seq FROM rooms WHERE name = ?1");
        _usage = Prepare("SELECT bytes, held, changes FROM authors WHERE did = ?1");
        _addChange = Prepare("INSERT INTO changes (id, hash, room, seq, author, lamport, wall, wire) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        _addEntry = Prepare("INSERT INTO entries (room, seq, change, lamport) VALUES (?1, ?2, ?3, ?4)");
        _putNode = Prepare("INSERT OR REPLACE INTO nodes (node, room, root, schema, proven) VALUES (?1, ?2, ?3, ?4, ?5)");
        _addHeld = Prepare("INSERT INTO held (hash, node, payer, scope, wall, room, topic, wire, operation) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
        _addOperation = Prepare("INSERT INTO operations (room, seq, change) SELECT room, seq, id FROM changes WHERE id = ?1");
        _removeHeld = Prepare("DELETE FROM held WHERE hash = ?1");
        _setNextSeq = Prepare("UPDATE rooms SET next_seq = ?2 WHERE id = ?1");
        _setUsage = Prepare("UPDATE authors SET bytes = ?2, held = ?3, changes = ?4 WHERE id = ?1");
        _nextChange = Count("SELECT coalesce(max(id), 0) + 1 FROM changes");
        _heldCount = Count("SELECT count(*) FROM held");
    }

    /// <summary>The database's id and when it was made; both are made where it has none.</summary>
    public (string Epoch, long SinceMs) Epoch(string made, long nowMs)
    {
        var since = nowMs.ToString(CultureInfo.InvariantCulture);
        using var add = new SqliteStatement(_connection, """
            INSERT INTO meta (key, value) SELECT column1, column2 FROM (VALUES ('epoch', ?1), ('since', ?2))
            WHERE NOT EXISTS (SELECT 1 FROM meta WHERE key = 'epoch')
            """);
        add.With(made).With(since).Run();
        return (SqliteHubLists.Setting(_connection, "epoch")!, long.Parse(SqliteHubLists.Setting(_connection, "since") ?? "0", CultureInfo.InvariantCulture));
    }

    public StoreFacts Look(IReadOnlyCollection<ChangeHash> changes, IReadOnlyCollection<NodeId> nodes)
    {
        var facts = new StoreFacts();
        foreach (var hash in changes)
        {
            Look(hash, facts);
        }

        foreach (var id in nodes)
        {
            Look(id, facts);
        }

        return facts;
    }

    public long NextSeq(string room)
    {
        var found = _nextSeq.With(room);
        var next = found.Step() ? found.Long(0) : 1;
        found.Reset();
        return next;
    }

    public AuthorUsage Usage(string author)
    {
        var found = _usage.With(author);
        var usage = found.Step() ? new AuthorUsage(found.Long(0), found.Long(1), found.Long(2)) : default;
        found.Reset();
        return usage;
    }

    public HeldChange? FindHeld(in ChangeHash hash)
    {
        if (_heldCount == 0)
        {
            return null;
        }

        var found = _findHeld.With(hash.ToBytes());
        var held = found.Step() ? ReadHeld(found) : null;
        found.Reset();
        return held;
    }

    public IReadOnlyList<WaitingRow> Waiting(string scope, string? payer)
    {
        var rows = new List<WaitingRow>();
        var found = payer is null ? _waitingAll.With(scope) : _waiting.With(scope).With(payer);
        while (found.Step())
        {
            rows.Add(new(new(found.Blob(0)), found.Text(1), found.Long(2)));
        }

        return rows;
    }

    /// <inheritdoc cref="IHubStore.ForgetWaiting"/>
    public void ForgetWaiting(long beforeWallMs)
    {
        SqliteHubSchema.Execute(_connection, $"""
            UPDATE authors SET bytes = authors.bytes - old.bytes, held = authors.held - old.n
            FROM (SELECT payer, count(*) AS n, sum(length(wire)) AS bytes FROM held WHERE wall < {beforeWallMs} GROUP BY payer) AS old
            WHERE did = old.payer;
            DELETE FROM held WHERE wall < {beforeWallMs};
            """);
        _heldCount = Count("SELECT count(*) FROM held");
    }

    /// <summary>Of a start, so no statement is kept for it.</summary>
    public IReadOnlyList<byte[]> Operations()
    {
        var wires = new List<byte[]>();
        using var found = new SqliteStatement(_connection, "SELECT c.wire FROM operations o JOIN changes c ON c.id = o.change ORDER BY o.change");
        while (found.Step())
        {
            wires.Add(found.Blob(0).ToArray());
        }

        return wires;
    }

    /// <inheritdoc cref="Operations"/>
    public IReadOnlyList<HeldChange> HeldOperations()
    {
        var waiting = new List<HeldChange>();
        using var found = new SqliteStatement(_connection, SelectHeld + " WHERE operation = 1 ORDER BY id");
        while (found.Step())
        {
            waiting.Add(ReadHeld(found));
        }

        return waiting;
    }

    /// <summary>Reads a row of <see cref="SelectNode"/>.</summary>
    public static StoredNode ReadNode(in NodeId id, SqliteStatement found) => new(id, found.Text(0), new(
        new(found.Blob(3)), PersonId.Parse(found.Text(4)), found.Long(5), found.Long(6), found.Text(1), found.Long(2) != 0));

    /// <summary>Runs a step in one transaction: durable when this returns, or undone.</summary>
    public void Transaction(Action step)
    {
        var (nextChange, heldCount) = (_nextChange, _heldCount);
        try
        {
            _begin.Run();
            step();
            _commit.Run();
        }
        catch
        {
            (_nextChange, _heldCount) = (nextChange, heldCount);
            _rooms.Forget();
            _authors.Forget();
            _schemas.Forget();
            if (raw.sqlite3_get_autocommit(_connection) == 0)
            {
                SqliteHubSchema.Execute(_connection, "ROLLBACK");
            }

            throw;
        }
    }

    public void Write(StoreWrites writes)
    {
        var ids = new Dictionary<ChangeHash, long>(writes.Filed.Count);
        foreach (var (change, home, seq, wire) in writes.Filed)
        {
            var id = _nextChange++;
            var room = _rooms.Id(home);
            ids.Add(change.Hash, id);
            _addChange.With(id).With(change.Hash.ToBytes()).With(room).With(seq)
                .With(_authors.Id(change.Author.Value)).With(change.Lamport).With(change.WallTime).With(wire).Run();
            _addEntry.With(room).With(seq).With(id).With(change.Lamport).Run();
        }

        foreach (var hash in writes.Operations)
        {
            _addOperation.With(ids[hash]).Run();
        }

        foreach (var listing in writes.Listed)
        {
            _addEntry.With(_rooms.Id(listing.Room)).With(listing.Seq).With(ids[listing.Hash]).With(listing.Lamport).Run();
        }

        foreach (var node in writes.Nodes.Values)
        {
            _putNode.With(node.Id.Value).With(_rooms.Id(node.Home)).With(ids[node.Root.Hash])
                .With(_schemas.Id(node.Root.SchemaId)).With(node.Root.Proven ? 1 : 0).Run();
        }

        foreach (var (name, wallMs) in writes.Revoked)
        {
            SqliteHubLists.Revoke(_connection, name, wallMs);
        }

        foreach (var hash in writes.Released)
        {
            _removeHeld.With(hash.ToBytes()).Run();
        }

        foreach (var held in writes.Held)
        {
            _addHeld.With(held.Hash.ToBytes()).With(held.WaitsFor.Value).With(held.Payer).With(held.Scope).With(held.WallMs)
                .With(held.Room).With(held.Topic).With(held.Wire).With(held.IsOperation ? 1 : 0).Run();
        }

        foreach (var (room, next) in writes.NextSeqs)
        {
            _setNextSeq.With(_rooms.Id(room)).With(next).Run();
        }

        foreach (var (author, usage) in writes.Usage)
        {
            _setUsage.With(_authors.Id(author)).With(usage.Bytes).With(usage.Held).With(usage.Changes).Run();
        }

        _heldCount += writes.Held.Count - writes.Released.Count;
    }

    /// <summary>Open hubs only, so no index pays for it.</summary>
    public long Clear(string room)
    {
        var id = _rooms.Id(room);
        var count = Count($"SELECT count(*) FROM entries WHERE room = {id}");
        SqliteHubSchema.Execute(_connection, $"""
            DELETE FROM entries WHERE room = {id} OR change IN (SELECT id FROM changes WHERE room = {id});
            DELETE FROM operations WHERE room = {id};
            DELETE FROM nodes WHERE root IN (SELECT id FROM changes WHERE room = {id});
            DELETE FROM changes WHERE room = {id};
            """);
        return count;
    }

    public void Dispose()
    {
        _rooms.Dispose();
        _authors.Dispose();
        _schemas.Dispose();
        _all.ForEach(static s => s.Dispose());
    }

    private void Look(in ChangeHash hash, StoreFacts facts)
    {
        var bytes = hash.ToBytes();
        var found = _findChange.With(bytes);
        if (found.Step())
        {
            facts.Changes[hash] = new(found.Text(0), found.Long(1));
            found.Reset();
            return;
        }

        if (_heldCount > 0)
        {
            var held = _isHeld.With(bytes);
            if (held.Step())
            {
                facts.Changes[hash] = new(held.Text(0), 0);
                held.Reset();
            }
        }
    }

    private void Look(in NodeId id, StoreFacts facts)
    {
        var found = _findNode.With(id.Value);
        if (found.Step())
        {
            facts.Nodes[id] = ReadNode(id, found);
            found.Reset();
        }

        if (_heldCount > 0)
        {
            LookHeld(id, facts);
        }
    }

    private void LookHeld(in NodeId id, StoreFacts facts)
    {
        var found = _heldOfNode.With(id.Value);
        List<HeldChange>? waiting = null;
        while (found.Step())
        {
            (waiting ??= []).Add(ReadHeld(found));
        }

        if (waiting is not null)
        {
            facts.Held[id] = waiting;
        }
    }

    private static HeldChange ReadHeld(SqliteStatement found) => new(
        new(found.Blob(0)), new(found.Text(1)), found.Text(2), found.Text(3), found.Long(4), found.Text(5), found.Text(6),
        found.Blob(7).ToArray(), found.Long(8) != 0);

    private long Count(string sql)
    {
        using var statement = new SqliteStatement(_connection, sql);
        statement.Step();
        var count = statement.Long(0);
        statement.Reset();
        return count;
    }

    private SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(_connection, sql);
        _all.Add(statement);
        return statement;
    }
}
