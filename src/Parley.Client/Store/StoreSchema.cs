using Parley.Nodes;
using Parley.Storage;

namespace Parley.Store;

/// <summary>
/// The one schema of a replica, for every driver, and how a database comes to it: version by version, each in one transaction.
/// </summary>
/// <remarks>
/// A released step is never edited; a change of the schema is a further step. Every step must also run in SQLite's WebAssembly build.
/// </remarks>
internal static class StoreSchema
{
    private static readonly string[][] Steps =
    [
        [
            // Every accepted change, in the wire form that ChangeWire writes, whatever bytes it came in. seq is the order of arrival here and means nothing elsewhere.
            """
            CREATE TABLE change_log (
              seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, node TEXT NOT NULL, author TEXT NOT NULL,
              lamport INTEGER NOT NULL, wall INTEGER NOT NULL, wire BLOB NOT NULL)
            """,
            "CREATE UNIQUE INDEX change_log_hash ON change_log (hash)",
            "CREATE INDEX change_log_node ON change_log (node)",

            // The fold of each node's changes. n is the order in which nodes became visible here; folded is null while the create is all there is.
            """
            CREATE TABLE node (
              n INTEGER PRIMARY KEY, id TEXT NOT NULL, schema TEXT NOT NULL, room TEXT NOT NULL,
              created_by TEXT NOT NULL, created_at INTEGER NOT NULL, root_hash BLOB NOT NULL, root_lamport INTEGER NOT NULL,
              root_index INTEGER NOT NULL, proven INTEGER NOT NULL, deleted INTEGER NOT NULL, properties TEXT NOT NULL,
              updated_at INTEGER NOT NULL, folded TEXT, t INTEGER NOT NULL, after_node TEXT, awaits TEXT, late INTEGER NOT NULL)
            """,
            "CREATE UNIQUE INDEX node_id ON node (id)",
            "CREATE INDEX node_schema ON node (schema, t)",
            $"CREATE INDEX node_message ON node ({NodeSql.Extract("channel")}, t) WHERE schema = '{Schemas.ChatMessage}'",
            "CREATE INDEX node_awaits ON node (awaits) WHERE awaits IS NOT NULL",

            // What waits for something that is not here yet.
            """
            CREATE TABLE held (
              hash BLOB PRIMARY KEY, node TEXT NOT NULL, room TEXT NOT NULL, author TEXT NOT NULL, reason INTEGER NOT NULL,
              lamport INTEGER NOT NULL, wall INTEGER NOT NULL, wire BLOB NOT NULL) WITHOUT ROWID
            """,
            "CREATE INDEX held_node ON held (node)",
            "CREATE INDEX held_author ON held (author, room)",

            // What no hub has acknowledged; seq is that of change_log. own = 0 marks what is offered again to a hub that lost it.
            "CREATE TABLE outbox (seq INTEGER PRIMARY KEY, node TEXT NOT NULL, own INTEGER NOT NULL, error TEXT)",
            "CREATE INDEX outbox_node ON outbox (node)",

            // Rooms: whether we follow them, and how far we have read them at the hub.
            """
            CREATE TABLE room (
              name TEXT PRIMARY KEY, followed INTEGER NOT NULL DEFAULT 0, cursor INTEGER NOT NULL DEFAULT 0,
              caught_up INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID
            """,
            "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",

            // Commands of other tabs that were carried out, so that a resent one is done once.
            "CREATE TABLE command (id TEXT PRIMARY KEY, answer TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
        ],
        [
            // What memberships say of a node: not shown at all, or why this person's latest change does not count.
            "ALTER TABLE node ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE node ADD COLUMN refused TEXT",

            // The domain or channel whose arrival settles what waits, and whether that is an operation itself.
            "ALTER TABLE held ADD COLUMN waits_for TEXT",
            "ALTER TABLE held ADD COLUMN operation INTEGER NOT NULL DEFAULT 0",
            "CREATE INDEX held_waits ON held (waits_for) WHERE waits_for IS NOT NULL",

            // Valid membership operations; seq is that of change_log. They are no nodes.
            "CREATE TABLE membership_op (seq INTEGER PRIMARY KEY, domain TEXT NOT NULL, room TEXT NOT NULL)",

            // Changes whose verdict hangs on a membership log, with what it is now (null: none against it). blind = 1: it may hang on any
            // operation, because the change names none, or names some that are not here.
            """
            CREATE TABLE governed_change (
              seq INTEGER PRIMARY KEY, domain TEXT NOT NULL, author TEXT NOT NULL, node TEXT NOT NULL, lamport INTEGER NOT NULL,
              blind INTEGER NOT NULL, verdict TEXT)
            """,
            // Whom this person blocks, folded from their Block nodes.
            "CREATE TABLE blocked (person TEXT PRIMARY KEY) WITHOUT ROWID",
            "CREATE INDEX governed_author ON governed_change (domain, author, lamport)",
            "CREATE INDEX governed_blind ON governed_change (domain, lamport) WHERE blind = 1",
        ],
        [
            // The number under which the hub gave a change that waits, in the room that the row names; null where it came without one.
            "ALTER TABLE held ADD COLUMN seq INTEGER",

            // What was dropped for a bound stands at or above redo. redo_end: a pass over it is due, up to there. redo_lamport and redo_wall: the
            // lowest times among what came too early. last and redo_hash: the hashes of the changes at the cursor and at redo, which tell whether
            // the hub's numbers are still those; null where they are not known.
            "ALTER TABLE room ADD COLUMN redo INTEGER",
            "ALTER TABLE room ADD COLUMN redo_hash BLOB",
            "ALTER TABLE room ADD COLUMN redo_end INTEGER",
            "ALTER TABLE room ADD COLUMN redo_lamport INTEGER",
            "ALTER TABLE room ADD COLUMN redo_wall INTEGER",
            "ALTER TABLE room ADD COLUMN last BLOB",

            // The nodes and domains on which a room's dropped changes hung; '*' stands for any.
            "CREATE TABLE redo_key (room TEXT, key TEXT, PRIMARY KEY (room, key)) WITHOUT ROWID",

            // 0 to be sent, 1 the hub keeps it and it waits there, 2 refused. A row ends when a hub has the change in its log.
            "ALTER TABLE outbox ADD COLUMN state INTEGER NOT NULL DEFAULT 0",
            "UPDATE outbox SET state = 2 WHERE error IS NOT NULL",

            // Until now cursors passed what was dropped: the rooms of spaces and channels are read once more.
            "UPDATE room SET redo = 1, redo_end = cursor WHERE cursor > 0 AND name LIKE 'xnet-%'",
        ],
        [
            // Who is or was in an access scope, as its membership log says it now: role is null for who may not enter, ended_by then the
            // operation of this log that says so, if one does. version is the number of the scope's valid operations.
            "CREATE TABLE member (domain TEXT NOT NULL, person TEXT NOT NULL, role INTEGER, ended_by BLOB, PRIMARY KEY (domain, person)) WITHOUT ROWID",
            "CREATE INDEX member_person ON member (person, domain)",
            "CREATE TABLE domain (id TEXT PRIMARY KEY, space TEXT, version INTEGER NOT NULL) WITHOUT ROWID",
            "CREATE INDEX domain_space ON domain (space)",
            "CREATE INDEX membership_op_domain ON membership_op (domain)",

            // Who is charged for what waits, in which pool; due = 1: it was set free and is judged with the next transaction that has nothing else to do.
            "ALTER TABLE held ADD COLUMN payer TEXT",
            "ALTER TABLE held ADD COLUMN pool INTEGER",
            "ALTER TABLE held ADD COLUMN due INTEGER",
            "CREATE INDEX held_room ON held (room, pool, payer)",
            "CREATE INDEX held_pool ON held (pool, payer)",
            "CREATE INDEX held_future ON held (lamport) WHERE reason = 1",
            "DROP INDEX held_author",

            // A change may hang on several logs: on that of its node's home, and on one that would make it the node's first change elsewhere.
            """
            CREATE TABLE judged (
              seq INTEGER NOT NULL, domain TEXT NOT NULL, author TEXT NOT NULL, node TEXT NOT NULL, lamport INTEGER NOT NULL,
              blind INTEGER NOT NULL, verdict TEXT, PRIMARY KEY (seq, domain)) WITHOUT ROWID
            """,
            "INSERT INTO judged SELECT seq, domain, author, node, lamport, blind, verdict FROM governed_change",
            "DROP TABLE governed_change",
            "ALTER TABLE judged RENAME TO governed_change",
            "CREATE INDEX governed_author ON governed_change (domain, author, lamport)",
            "CREATE INDEX governed_blind ON governed_change (domain, lamport) WHERE blind = 1",

            // The rights of threads are judged anew once.
            "INSERT INTO meta (key, value) VALUES ('threads-anew', 1)",
        ],
    ];

    /// <summary>The version that this code writes.</summary>
    public static int Version => Steps.Length;

    /// <summary>Brings the database to <see cref="Version"/>. Throws <see cref="ParleyException"/>: NewerStore, Storage.</summary>
    public static async Task MigrateAsync(ISqlDriver driver, CancellationToken cancellationToken)
    {
        var version = await CheckAsync(driver, cancellationToken).ConfigureAwait(false);
        for (var step = (int)version; step < Steps.Length; step++)
        {
            List<SqlStatement> statements = [.. Steps[step].Select(sql => new SqlStatement(sql)), new($"PRAGMA user_version = {step + 1}")];
            await driver.WriteAsync(statements, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The version of the database, 0 for an empty one. Throws <see cref="ParleyException"/>: NewerStore.</summary>
    public static async Task<long> CheckAsync(ISqlDriver driver, CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync([new("PRAGMA user_version")], cancellationToken).ConfigureAwait(false);
        var version = (long)answer[0].Rows[0][0]!;
        return version <= Version
            ? version
            : throw new ParleyException(ParleyErrorCode.NewerStore, $"The store has version {version}; this Parley knows up to {Version}.");
    }
}
