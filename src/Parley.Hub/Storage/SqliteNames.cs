using SQLitePCL;

namespace Parley.Hub.Storage;

/// <summary>A table that gives long names short numbers, with those in use kept in memory.</summary>
internal sealed class SqliteNames(sqlite3 connection, string table, string column) : IDisposable
{
    /// <summary>Beyond this many the memory is given up and filled again from the table.</summary>
    private const int KnownMax = 50_000;

    private readonly Dictionary<string, long> _known = new(StringComparer.Ordinal);
    private readonly SqliteStatement _find = new(connection, $"SELECT id FROM {table} WHERE {column} = ?1");
    private readonly SqliteStatement _add = new(connection, $"INSERT INTO {table} ({column}) VALUES (?1) RETURNING id");

    /// <summary>The name's number; it gets one where it has none.</summary>
    public long Id(string name)
    {
        if (_known.TryGetValue(name, out var id))
        {
            return id;
        }

        if (_known.Count >= KnownMax)
        {
            _known.Clear();
        }

        return _known[name] = Ask(_find, name) ?? Ask(_add, name)!.Value;
    }

    /// <summary>Forgets what a transaction that was undone may have added.</summary>
    public void Forget() => _known.Clear();

    public void Dispose()
    {
        _find.Dispose();
        _add.Dispose();
    }

    private static long? Ask(SqliteStatement statement, string name)
    {
        statement.With(name);
        if (!statement.Step())
        {
            return null;
        }

        var id = statement.Long(0);
        statement.Reset();
        return id;
    }
}
