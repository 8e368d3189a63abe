using SQLitePCL;

namespace Parley.Hub.Storage;

/// <summary>The hub's tables and how older ones become today's.</summary>
/// <remarks>
/// Tables grow by appending: changes and entries are written in key order, and only the two indexes that have to be asked by content
/// (hash, node) are written all over. That keeps a commit's cost flat as rows grow.
/// </remarks>
internal static class SqliteHubSchema
{
    /// <summary>Step n leads from schema n to n + 1.</summary>
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, next_seq INTEGER NOT NULL DEFAULT 1);
        CREATE TABLE authors (id INTEGER PRIMARY KEY, did TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE schemas (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
        CREATE TABLE changes (
          id INTEGER PRIMARY KEY,
          hash BLOB NOT NULL UNIQUE,
          room INTEGER NOT NULL,
          seq INTEGER NOT NULL,
          author INTEGER NOT NULL,
          lamport INTEGER NOT NULL,
          wall INTEGER NOT NULL,
          wire BLOB NOT NULL);
        CREATE TABLE entries (
          room INTEGER NOT NULL,
          seq INTEGER NOT NULL,
          change INTEGER NOT NULL,
          lamport INTEGER NOT NULL,
          PRIMARY KEY (room, seq)) WITHOUT ROWID;
        CREATE INDEX entries_by_lamport ON entries (room, lamport, change);
        CREATE TABLE nodes (
          node TEXT PRIMARY KEY,
          room INTEGER NOT NULL,
          root INTEGER NOT NULL,
          schema INTEGER NOT NULL,
          proven INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE held (
          id INTEGER PRIMARY KEY,
          hash BLOB NOT NULL UNIQUE,
          node TEXT NOT NULL,
          author TEXT NOT NULL,
          room TEXT NOT NULL,
          topic TEXT NOT NULL,
          wire BLOB NOT NULL);
        CREATE INDEX held_by_node ON held (node);
        """,
        """
        CREATE TABLE revoked (name TEXT PRIMARY KEY, wall INTEGER NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE operations (room INTEGER NOT NULL, seq INTEGER NOT NULL, change INTEGER NOT NULL, PRIMARY KEY (room, seq)) WITHOUT ROWID;
        ALTER TABLE held ADD COLUMN operation INTEGER NOT NULL DEFAULT 0;
        """,
        """
        CREATE TABLE standings (did TEXT PRIMARY KEY, standing INTEGER NOT NULL, wall INTEGER NOT NULL) WITHOUT ROWID;
        ALTER TABLE authors ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
        UPDATE authors SET changes = filed.n FROM (SELECT author, count(*) AS n FROM changes GROUP BY author) AS filed WHERE filed.author = authors.id;
        """,
        """
        ALTER TABLE held RENAME COLUMN author TO payer;
        ALTER TABLE held ADD COLUMN scope TEXT NOT NULL DEFAULT '';
        ALTER TABLE held ADD COLUMN wall INTEGER NOT NULL DEFAULT 0;
        UPDATE held SET scope = room, wall = 1000 * unixepoch();
        CREATE INDEX held_by_scope ON held (scope, payer);
        """,
        """
        CREATE TABLE domains (id TEXT PRIMARY KEY, space TEXT, version INTEGER NOT NULL, maker TEXT) WITHOUT ROWID;
        CREATE INDEX domains_by_space ON domains (space) WHERE space IS NOT NULL;
        CREATE INDEX domains_by_maker ON domains (maker) WHERE maker IS NOT NULL;
        CREATE TABLE members (domain TEXT NOT NULL, person TEXT NOT NULL, role INTEGER, ended_by BLOB, PRIMARY KEY (domain, person)) WITHOUT ROWID;
        CREATE INDEX members_by_person ON members (person, domain);
        CREATE TABLE op_authors (person TEXT NOT NULL, domain TEXT NOT NULL, PRIMARY KEY (person, domain)) WITHOUT ROWID;
        INSERT INTO op_authors SELECT DISTINCT a.did, substr(r.name, CASE WHEN r.name LIKE 'xnet-workspace-%' THEN 16 ELSE 14 END)
          FROM operations o JOIN rooms r ON r.id = o.room JOIN changes c ON c.id = o.change JOIN authors a ON a.id = c.author;
        ALTER TABLE held ADD COLUMN lamport INTEGER NOT NULL DEFAULT 0;
        UPDATE held SET lamport = coalesce(CAST(wire AS TEXT) ->> '$.lamportTime', 0) WHERE json_valid(CAST(wire AS TEXT));
        """,
    ];

    /// <summary>The schema that this program writes.</summary>
    public static int Version => Steps.Length;

    /// <summary>Brings a database to today's schema, each step in its own transaction. Returns the version it had.</summary>
    public static long Migrate(sqlite3 connection)
    {
        long found;
        using (var version = new SqliteStatement(connection, "PRAGMA user_version"))
        {
            version.Step();
            found = version.Long(0);
            version.Reset();
        }

        if (found > Version)
        {
            throw new ParleyException(ParleyErrorCode.NewerStore, $"The hub's database has schema {found}; this Parley knows {Version}.");
        }

        for (var step = found; step < Version; step++)
        {
            Execute(connection, $"BEGIN IMMEDIATE;{Steps[step]};PRAGMA user_version={step + 1};COMMIT");
        }

        return found;
    }

    /// <summary>Runs SQL that returns nothing that matters.</summary>
    public static void Execute(sqlite3 connection, string sql) => SqliteStatement.Check(connection, raw.sqlite3_exec(connection, sql));
}
