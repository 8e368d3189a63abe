using System.Globalization;
using SQLitePCL;

namespace Parley.Hub.Storage;

/// <summary>
/// How often a database was put back to an older copy of itself, as far as that can be seen: its commits are counted in it and, beside it, in
/// <c>hub.epoch</c>. At a start with fewer commits than that file tells, the generation rises.
/// </summary>
/// <remarks>
/// The file is written after commits, without a sync, at most once a second and at the end: so it may be behind and is never ahead. Whatever
/// happens to it, the hub goes on; clients find out by themselves too (docs/protocol.md, a hub that was set back).
/// </remarks>
internal sealed class HubGeneration : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly string _id;
    private readonly TimeProvider _time;
    private readonly SqliteStatement _count;
    private readonly long _number;
    private long _counter;
    private long _writtenAt;
    private bool _isBehind;

    /// <param name="connection">The one that writes.</param>
    /// <param name="folder">Where the database is.</param>
    /// <param name="id">The database's own name.</param>
    /// <param name="time">The hub's.</param>
    public HubGeneration(sqlite3 connection, string folder, string id, TimeProvider time)
    {
        _path = Path.Combine(folder, "hub.epoch");
        (_id, _time) = (id, time);
        _count = new(connection, "INSERT OR REPLACE INTO meta (key, value) VALUES ('counter', ?1)");
        (_number, _counter) = (Number(SqliteHubLists.Setting(connection, "generation")), Number(SqliteHubLists.Setting(connection, "counter")));
        if (Seen() is var (number, counter) && (number, counter).CompareTo((_number, _counter)) > 0)
        {
            _number = number + 1;
            // What ended before now cannot have been seen here in time.
            SqliteHubLists.Set(connection, "since", Text(time.GetUtcNow().ToUnixTimeMilliseconds()));
            SqliteHubLists.Set(connection, "generation", Text(_number));
        }

        WriteFile();
    }

    /// <summary>What names this database to clients: another name is another history, of which no cursor says anything.</summary>
    public string Epoch => _number == 0 ? _id : $"{_id}-{Text(_number)}";

    /// <summary>Counts a commit, within it.</summary>
    public void Count() => _count.With(_counter + 1).Run();

    /// <summary>It is on disk.</summary>
    public void Committed()
    {
        _counter++;
        _isBehind = true;
        if (_time.GetElapsedTime(_writtenAt) >= Pause)
        {
            WriteFile();
        }
    }

    public void Dispose()
    {
        if (_isBehind)
        {
            WriteFile();
        }

        _count.Dispose();
    }

    // Null if there is none that is readable and this database's.
    private (long Number, long Counter)? Seen()
    {
        try
        {
            return File.Exists(_path) && File.ReadAllText(_path).Split(' ') is [var id, var number, var counter] && id == _id
                ? (Number(number), Number(counter))
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void WriteFile()
    {
        _writtenAt = _time.GetTimestamp();
        try
        {
            File.WriteAllText(_path, $"{_id} {Text(_number)} {Text(_counter)}");
            _isBehind = false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The database holds what counts.
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
