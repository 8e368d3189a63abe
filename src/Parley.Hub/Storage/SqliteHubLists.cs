using System.Globalization;
using SQLitePCL;

namespace Parley.Hub.Storage;

/// <summary>What the hub remembers about itself and about people: small lists, asked at the start and by its owner. For the writer's thread.</summary>
internal static class SqliteHubLists
{
    public static IReadOnlyList<Revocation> Revoked(sqlite3 connection)
    {
        using var all = new SqliteStatement(connection, "SELECT name, wall FROM revoked ORDER BY wall, name");
        var names = new List<Revocation>();
        while (all.Step())
        {
            names.Add(new(all.Text(0), all.Long(1)));
        }

        return names;
    }

    public static void Revoke(sqlite3 connection, string name, long wallMs)
    {
        using var add = new SqliteStatement(connection, "INSERT OR IGNORE INTO revoked (name, wall) VALUES (?1, ?2)");
        add.With(name).With(wallMs).Run();
    }

    public static void Unrevoke(sqlite3 connection, string name)
    {
        using var remove = new SqliteStatement(connection, "DELETE FROM revoked WHERE name = ?1");
        remove.With(name).Run();
    }

    /// <summary>The database's own name; it is made, with when that was, where it has none.</summary>
    public static string Epoch(sqlite3 connection, string made, long nowMs)
    {
        using var add = new SqliteStatement(connection, """
            INSERT INTO meta (key, value) SELECT column1, column2 FROM (VALUES ('epoch', ?1), ('since', ?2))
            WHERE NOT EXISTS (SELECT 1 FROM meta WHERE key = 'epoch')
            """);
        add.With(made).With(nowMs.ToString(CultureInfo.InvariantCulture)).Run();
        return Setting(connection, "epoch")!;
    }

    public static string? Setting(sqlite3 connection, string name)
    {
        using var find = new SqliteStatement(connection, "SELECT value FROM meta WHERE key = ?1");
        if (!find.With(name).Step())
        {
            return null;
        }

        var value = find.Text(0);
        find.Reset();
        return value;
    }

    public static void Set(sqlite3 connection, string name, string? value)
    {
        if (value is null)
        {
            using var remove = new SqliteStatement(connection, "DELETE FROM meta WHERE key = ?1");
            remove.With(name).Run();
            return;
        }

        using var put = new SqliteStatement(connection, "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)");
        put.With(name).With(value).Run();
    }

    public static IReadOnlyList<StoredStanding> Standings(sqlite3 connection)
    {
        using var all = new SqliteStatement(connection, "SELECT did, standing, wall FROM standings ORDER BY wall, did");
        var people = new List<StoredStanding>();
        while (all.Step())
        {
            people.Add(new(all.Text(0), (Standing)all.Long(1), all.Long(2)));
        }

        return people;
    }

    public static void SetStanding(sqlite3 connection, string did, Standing? standing, long wallMs)
    {
        if (standing is null)
        {
            using var remove = new SqliteStatement(connection, "DELETE FROM standings WHERE did = ?1");
            remove.With(did).Run();
            return;
        }

        using var put = new SqliteStatement(connection, "INSERT OR REPLACE INTO standings (did, standing, wall) VALUES (?1, ?2, ?3)");
        put.With(did).With((long)standing.Value).With(wallMs).Run();
    }
}
