using Parley.Access;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;
using SQLitePCL;

namespace Parley.Hub.Storage;

/// <summary>Writes the ledger's decisions. For the writer's thread, within a transaction.</summary>
internal sealed class SqliteLedgerWriter : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly List<SqliteStatement> _all = [];
    private readonly SqliteNames _rooms;
    private readonly SqliteNames _authors;
    private readonly SqliteNames _schemas;
    private readonly SqliteStatement _nextChange;
    private readonly SqliteStatement _nextSeq;
    private readonly SqliteStatement _setNextSeq;
    private readonly SqliteStatement _addChange;
    private readonly SqliteStatement _addEntry;
    private readonly SqliteStatement _addOperation;
    private readonly SqliteStatement _addOpAuthor;
    private readonly SqliteStatement _putNode;
    private readonly SqliteStatement _addHeld;
    private readonly SqliteStatement _removeHeld;
    private readonly SqliteStatement _addUsage;
    private readonly SqliteStatement _putMember;
    private readonly SqliteStatement _putDomain;

    public SqliteLedgerWriter(sqlite3 connection)
    {
        _connection = connection;
        _rooms = new(connection, "rooms", "name");
        _authors = new(connection, "authors", "did");
        _schemas = new(connection, "schemas", "iri");
        _nextChange = Prepare("SELECT coalesce(max(id), 0) + 1 FROM changes");
        _nextSeq = Prepare("SELECT next_seq FROM rooms WHERE id = ?1");
        _setNextSeq = Prepare("UPDATE rooms SET next_seq = ?2 WHERE id = ?1");
        _addChange = Prepare("INSERT INTO changes (id, hash, room, seq, author, lamport, wall, wire) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        _addEntry = Prepare("INSERT INTO entries (room, seq, change, lamport) VALUES (?1, ?2, ?3, ?4)");
        _addOperation = Prepare("INSERT INTO operations (room, seq, change) VALUES (?1, ?2, ?3)");
        _addOpAuthor = Prepare("INSERT OR IGNORE INTO op_authors (person, domain) VALUES (?1, ?2)");
        _putNode = Prepare("INSERT OR REPLACE INTO nodes (node, room, root, schema, proven) VALUES (?1, ?2, ?3, ?4, ?5)");
        _addHeld = Prepare("""
            INSERT INTO held (hash, node, payer, scope, wall, room, topic, wire, operation, lamport) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """);
        _removeHeld = Prepare("DELETE FROM held WHERE hash = ?1 RETURNING payer, length(wire), wall");
        _addUsage = Prepare("UPDATE authors SET bytes = bytes + ?2, held = held + ?3, changes = changes + ?4 WHERE id = ?1");
        _putMember = Prepare("INSERT OR REPLACE INTO members (domain, person, role, ended_by) VALUES (?1, ?2, nullif(?3, 0), nullif(?4, x''))");
        _putDomain = Prepare("""
            INSERT INTO domains (id, space, version, maker) VALUES (?1, nullif(?2, ''), ?3, CASE WHEN ?4 THEN
              (SELECT a.did FROM operations o JOIN changes c ON c.id = o.change JOIN authors a ON a.id = c.author WHERE o.room = ?5 ORDER BY o.seq LIMIT 1) END)
            ON CONFLICT (id) DO UPDATE SET version = excluded.version
            """);
    }

    /// <returns>The places, and by how many more changes wait.</returns>
    public (IReadOnlyList<Place> Places, long Held) Write(Decision decision, in Alongside alongside)
    {
        var step = new Step(this, alongside.WallMs);
        foreach (var transition in decision.Transitions)
        {
            step.Write(transition);
        }

        step.Close();
        foreach (var (name, wallMs) in alongside.Revoked)
        {
            SqliteHubLists.Revoke(_connection, name, wallMs);
        }

        return (step.Places, step.Held);
    }

    /// <summary>Forgets what a transaction that was undone may have added.</summary>
    public void Forget()
    {
        _rooms.Forget();
        _authors.Forget();
        _schemas.Forget();
    }

    public void Dispose()
    {
        _rooms.Dispose();
        _authors.Dispose();
        _schemas.Dispose();
        _all.ForEach(static statement => statement.Dispose());
    }

    private SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(_connection, sql);
        _all.Add(statement);
        return statement;
    }

    /// <summary>One decision on its way into the tables.</summary>
    private sealed class Step(SqliteLedgerWriter writer, long wallMs)
    {
        private readonly Dictionary<ChangeHash, long> _ids = [];
        private readonly Dictionary<long, long> _nextSeqs = [];
        private readonly Dictionary<string, AuthorUsage> _usage = new(StringComparer.Ordinal);
        private readonly Dictionary<ChangeHash, long> _moved = [];
        private readonly List<Place> _places = [];
        private long _nextChange;

        public IReadOnlyList<Place> Places => _places;

        public long Held { get; private set; }

        public void Write(Transition transition)
        {
            switch (transition)
            {
                case Transition.Filed filed:
                    File(filed);
                    break;
                case Transition.Listed listed:
                    var room = writer._rooms.Id(listed.Room.Value);
                    var seq = TakeSeq(room);
                    writer._addEntry.With(room).With(seq).With(_ids[listed.Offer.Change.Hash]).With(listed.Offer.Change.Lamport).Run();
                    _places.Add(new(listed.Room, seq));
                    break;
                case Transition.NodeSet { After: var node }:
                    writer._putNode.With(node.Id.Value).With(writer._rooms.Id(node.Home.Value)).With(_ids[node.Root.Hash])
                        .With(writer._schemas.Id(node.Root.SchemaId)).With(node.Root.Proven ? 1 : 0).Run();
                    break;
                case Transition.Waits(var row):
                    Hold(HeldChange.Of(row, _moved.GetValueOrDefault(row.Change.Hash, wallMs)), row.Change.Lamport);
                    break;
                case Transition.Ended ended:
                    Release(ended.Row.Change.Hash);
                    break;
                case Transition.MemberSet member:
                    writer._putMember.With(member.Domain.Value).With(member.Person.Value).With((long?)member.Role ?? 0)
                        .With(member.EndedBy is { } end ? end.ToBytes() : []).Run();
                    break;
                case Transition.DomainSet domain:
                    writer._putDomain.With(domain.Domain.Value).With(domain.Space?.Value ?? "").With(domain.Version)
                        .With(AccessDomains.KindOf(domain.Domain) == AccessDomainKind.Space ? 1 : 0)
                        .With(writer._rooms.Id(RoomNames.OfMessages(domain.Domain).Value)).Run();
                    break;
                default:
                    throw new InvalidOperationException("No hub writes this.");
            }
        }

        public void Close()
        {
            foreach (var (room, next) in _nextSeqs)
            {
                writer._setNextSeq.With(room).With(next).Run();
            }

            foreach (var (did, change) in _usage)
            {
                writer._addUsage.With(writer._authors.Id(did)).With(change.Bytes).With(change.Held).With(change.Changes).Run();
            }
        }

        private void File(Transition.Filed filed)
        {
            var change = filed.Offer.Change;
            var wire = filed.Offer.WireIn(filed.Home);
            var room = writer._rooms.Id(filed.Home.Value);
            var seq = TakeSeq(room);
            var id = _nextChange = _nextChange == 0 ? writer._nextChange.One(static row => row.Long(0)) : _nextChange + 1;
            _ids.Add(change.Hash, id);
            writer._addChange.With(id).With(change.Hash.ToBytes()).With(room).With(seq).With(writer._authors.Id(change.Author.Value))
                .With(change.Lamport).With(change.WallTime).With(wire).Run();
            writer._addEntry.With(room).With(seq).With(id).With(change.Lamport).Run();
            if (filed.IsOperation)
            {
                writer._addOperation.With(room).With(seq).With(id).Run();
                writer._addOpAuthor.With(change.Author.Value).With(LogCache.ScopeOf(change).Value).Run();
            }

            Charge(change.Author.Value, wire.Length, 0, 1);
            _places.Add(new(filed.Home, seq));
        }

        private void Hold(HeldChange held, long lamport)
        {
            writer._addHeld.With(held.Hash.ToBytes()).With(held.WaitsFor.Value).With(held.Payer).With(held.Scope).With(held.WallMs)
                .With(held.Room).With(held.Topic).With(held.Wire).With(held.IsOperation ? 1 : 0).With(lamport).Run();
            Charge(held.Payer, held.Wire.Length, 1, 0);
        }

        private void Release(in ChangeHash hash)
        {
            var (payer, bytes, since) = writer._removeHeld.With(hash.ToBytes()).One(static row => (row.Text(0), row.Long(1), row.Long(2)));
            if (payer is not null)
            {
                Charge(payer, -bytes, -1, 0);
                _moved[hash] = since;
            }
        }

        private long TakeSeq(long room)
        {
            var seq = _nextSeqs.TryGetValue(room, out var next) ? next : writer._nextSeq.With(room).One(static row => row.Long(0));
            _nextSeqs[room] = seq + 1;
            return seq;
        }

        private void Charge(string did, long bytes, long held, long changes)
        {
            Held += held;
            var usage = _usage.GetValueOrDefault(did);
            _usage[did] = new(usage.Bytes + bytes, usage.Held + held, usage.Changes + changes);
        }
    }
}
