using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Parley.Hub.Storage;

/// <summary>Copies of a hub's database as one file: taken while a hub writes to it, and looked at before one is used.</summary>
internal static class SqliteHubCopy
{
    // 4 MiB at a time: between two of them the copying tells how far it is, and can be given up.
    private const int PagesAtOnce = 1_024;

    /// <summary>
    /// Copies a database as it is at this moment into a new file, which needs no file beside it.
    /// </summary>
    /// <param name="source">The database; its hub may go on writing.</param>
    /// <param name="copy">An empty file.</param>
    /// <param name="progress">Hears of the pages that were copied and of all pages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ParleyException">Storage.</exception>
    public static void Take(string source, string copy, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken) => Guarded(source, () =>
    {
        using var from = SqliteHubStore.Connect(source, SqliteOpenMode.ReadWrite);
        using var to = SqliteHubStore.Connect(copy, SqliteOpenMode.ReadWrite);

        // A read transaction holds the moment. Without it each step would begin anew whenever the hub writes.
        SqliteHubSchema.Execute(from.Handle!, "BEGIN");
        Number(from.Handle!, "SELECT count(*) FROM sqlite_master");
        using (var backup = raw.sqlite3_backup_init(to.Handle!, "main", from.Handle!, "main"))
        {
            if (backup.IsInvalid)
            {
                SqliteStatement.Check(to.Handle!, raw.sqlite3_errcode(to.Handle!));
            }

            int code;
            while ((code = raw.sqlite3_backup_step(backup, PagesAtOnce)) == raw.SQLITE_OK)
            {
                var total = raw.sqlite3_backup_pagecount(backup);
                progress?.Report((total - raw.sqlite3_backup_remaining(backup), total));
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (code != raw.SQLITE_DONE)
            {
                SqliteStatement.Check(to.Handle!, code);
            }
        }

        SqliteHubSchema.Execute(from.Handle!, "COMMIT");
        SqliteHubSchema.Execute(to.Handle!, "PRAGMA journal_mode=DELETE");
    });

    /// <summary>True if a file begins as SQLite's do.</summary>
    public static bool IsDatabase(string file)
    {
        using var reading = File.Open(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var head = new byte["SQLite format 3\0"u8.Length];
        return reading.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.AsSpan().SequenceEqual("SQLite format 3\0"u8);
    }

    /// <summary>Fails unless the file is a whole database of a hub that this program can read.</summary>
    /// <exception cref="ParleyException">Invalid, NewerStore, Storage.</exception>
    public static void Check(string file, string name) => Use(file, connection =>
    {
        if (Number(connection, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('meta', 'rooms', 'authors', 'changes', 'entries', 'nodes')") != 6)
        {
            throw new ParleyException(ParleyErrorCode.Invalid, $"{name} is no Parley hub's database.");
        }

        var version = Number(connection, "PRAGMA user_version");
        if (version > SqliteHubSchema.Version)
        {
            throw new ParleyException(ParleyErrorCode.NewerStore, $"{name} has schema {version}; this Parley knows {SqliteHubSchema.Version}.");
        }

        if (version < 1 || Text(connection, "PRAGMA quick_check(1)") != "ok")
        {
            throw new ParleyException(ParleyErrorCode.Invalid, $"{name} is damaged.");
        }
    }, name);

    /// <summary>Puts files into a copy, beside its tables.</summary>
    public static void PutFiles(string copy, IEnumerable<(string Name, byte[] Bytes)> files) => Use(copy, connection =>
    {
        SqliteHubSchema.Execute(connection, "CREATE TABLE backup_files (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID");
        using var put = new SqliteStatement(connection, "INSERT INTO backup_files VALUES (?1, ?2)");
        foreach (var (name, bytes) in files)
        {
            put.With(name).With(bytes).Run();
        }
    });

    /// <summary>Takes out the files that were put in; none where it is a copy by other means.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> TakeFiles(string copy)
    {
        List<(string, byte[])> files = [];
        Use(copy, connection =>
        {
            if (Number(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'backup_files'") == 1)
            {
                using (var all = new SqliteStatement(connection, "SELECT name, bytes FROM backup_files"))
                {
                    files = all.All(static row => (row.Text(0), row.Blob(1).ToArray()));
                }

                SqliteHubSchema.Execute(connection, "DROP TABLE backup_files");
            }
        });
        return files;
    }

    /// <summary>
    /// Makes the database another one to every client: the next start gives it an id and a date of its own. So everybody offers what they
    /// have, and whoever came in by an invite that has ended since comes in again.
    /// </summary>
    public static void ForgetId(string copy) => Use(copy, static connection => SqliteHubSchema.Execute(connection, "DELETE FROM meta WHERE key IN ('epoch', 'since')"));

    /// <summary>How much is in it.</summary>
    public static (long Changes, long Rooms) Count(string copy)
    {
        var count = (0L, 0L);
        Use(copy, connection => count = (Number(connection, "SELECT count(*) FROM changes"), Number(connection, "SELECT count(*) FROM rooms")));
        return count;
    }

    /// <summary>Writes what stands in the file beside a database into it, so that the database is one file.</summary>
    /// <exception cref="ParleyException">Storage.</exception>
    public static void Gather(string file) => Use(file, static connection => SqliteHubSchema.Execute(connection, "PRAGMA journal_mode=DELETE"));

    private static void Use(string file, Action<sqlite3> use, string? name = null) => Guarded(name ?? file, () =>
    {
        using var connection = SqliteHubStore.Connect(file, SqliteOpenMode.ReadWrite);
        use(connection.Handle!);
    });

    private static void Guarded(string name, Action use)
    {
        try
        {
            use();
        }
        catch (SqliteException failure)
        {
            throw new ParleyException(ParleyErrorCode.Storage, $"{name}: {failure.Message}", failure);
        }
    }

    private static long Number(sqlite3 connection, string sql)
    {
        using var statement = new SqliteStatement(connection, sql);
        return statement.One(static row => row.Long(0));
    }

    private static string Text(sqlite3 connection, string sql)
    {
        using var statement = new SqliteStatement(connection, sql);
        return statement.One(static row => row.Text(0)) ?? "";
    }
}
