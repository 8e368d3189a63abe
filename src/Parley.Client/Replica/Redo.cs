using System.Collections.Immutable;
using Parley.Ids;
using Parley.Storage;
using Parley.Store;

namespace Parley.Replica;

/// <summary>
/// What has to be read again of a room because it was dropped for a bound. A pass reads it from <see cref="From"/> to <see cref="End"/>;
/// it is due as soon as something moved on which what was dropped hung, and never before.
/// </summary>
/// <remarks>
/// <see cref="From"/> and <see cref="End"/> on disk say at any moment what a pass must still cover, so one that is cut short begins again.
/// What is private belongs to this process.
/// </remarks>
internal sealed record Redo(long From)
{
    /// <summary>The most keys that are kept; beyond, <see cref="AnyKey"/> stands for all.</summary>
    public const int KeysMax = 64;

    /// <summary>Stands for any node and any domain.</summary>
    public const string AnyKey = "*";

    private static readonly TimeSpan PauseMin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromHours(1);

    /// <summary>The hash of the change at <see cref="From"/>; null where it is not known.</summary>
    public ChangeHash? FromHash { get; init; }

    /// <summary>The number up to which a pass is due or under way; null while nothing has moved.</summary>
    public long? End { get; init; }

    /// <summary>The lowest Lamport time among what came too early; null where nothing did.</summary>
    public long? Lamport { get; init; }

    /// <summary>The lowest wall time among what came too early, ms; null where nothing did.</summary>
    public long? Wall { get; init; }

    /// <summary>The nodes and domains on which what was dropped hung.</summary>
    public ImmutableHashSet<string> Keys { get; init; } = [];

    // The highest number that was dropped: a live change may be dropped above the cursor.
    private long Top { get; init; }

    private bool IsUnderWay { get; init; }

    // The lowest number that was dropped since the pass under way began, and whose it was.
    private (long Number, ChangeHash? Hash)? Again { get; init; }

    // Something moved since the pass under way began, so another one follows where it dropped something.
    private bool HasMovedMeanwhile { get; init; }

    private TimeSpan Pause { get; init; }

    private long PausedAt { get; init; }

    /// <summary>With one more change that was dropped.</summary>
    public static Redo Drop(Redo? redo, DroppedChange dropped)
    {
        var place = (Number: dropped.Number ?? 1, Hash: dropped.Number is null ? (ChangeHash?)null : dropped.Hash);
        redo ??= new(place.Number) { FromHash = place.Hash };
        var isLower = place.Number < redo.From;
        var keys = redo.Keys.Contains(AnyKey) ? redo.Keys : redo.Keys.Union(dropped.HungOn);
        return redo with
        {
            From = isLower ? place.Number : redo.From,
            FromHash = isLower ? place.Hash : redo.FromHash,
            End = redo.End is { } end ? Math.Max(end, place.Number) : null,
            Top = Math.Max(redo.Top, place.Number),
            Lamport = Lower(redo.Lamport, dropped.TooEarly?.Lamport),
            Wall = Lower(redo.Wall, dropped.TooEarly?.Wall),
            Keys = keys.Count > KeysMax ? [AnyKey] : keys,
            Again = !redo.IsUnderWay ? null : redo.Again is { } again && again.Number <= place.Number ? again : place,
        };
    }

    /// <summary>True where one of these nodes and domains is what something dropped hung on.</summary>
    public bool HangsOn(IReadOnlySet<string> moved) => moved.Count > 0 && (Keys.Contains(AnyKey) || Keys.Overlaps(moved));

    /// <summary>True where what came too early may be taken now.</summary>
    public bool IsInTime(long latestWallMs, long highestLamport) => Lamport <= highestLamport && Wall <= latestWallMs;

    /// <summary>Its cause can have gone: a pass is due, up to the cursor.</summary>
    public Redo Due(long cursor)
    {
        var end = Math.Max(Math.Max(cursor, End ?? 0), Math.Max(Top, From));
        return end == End && HasMovedMeanwhile == IsUnderWay ? this : this with { End = end, HasMovedMeanwhile = IsUnderWay };
    }

    /// <summary>
    /// A pass begins, which reads again all that it was asked for. What was dropped beside that since it was asked stays, and another pass
    /// follows for it.
    /// </summary>
    public Redo Begin(in PassBegun pass)
    {
        (long, ChangeHash?)? beside = From < pass.Start ? (From, FromHash) : Top > pass.End ? (pass.End + 1, null) : null;
        return beside is null
            ? this with { IsUnderWay = true, HasMovedMeanwhile = false, Again = null, Lamport = null, Wall = null, Keys = [] }
            : this with { IsUnderWay = true, HasMovedMeanwhile = true, Again = beside };
    }

    /// <summary>After a page of the pass, with what was dropped again; null where nothing is left to be read.</summary>
    /// <param name="page">The page.</param>
    /// <param name="cursor">How far the room is read.</param>
    /// <param name="now">The clock's timestamp, from which a pause counts.</param>
    public Redo? After(in PassPage page, long cursor, long now)
    {
        if (!IsUnderWay)
        {
            // The room was begun anew since: the pass was about other numbers.
            return this;
        }

        if (!page.IsLast)
        {
            // The page's last change once more, if it comes to that: it says whether the numbers are still the same. What was dropped further
            // up lies in what is still to be read.
            var (from, hash) = Again is { } lower && lower.Number < page.Last ? lower : (page.Last, page.Hash);
            return this with { From = from, FromHash = hash };
        }

        return Again is not { } again ? null : this with
        {
            From = again.Number,
            FromHash = again.Hash,
            End = HasMovedMeanwhile ? Math.Max(cursor, Math.Max(Top, again.Number)) : null,
            IsUnderWay = false,
            HasMovedMeanwhile = false,
            Again = null,
            Pause = Pause == default ? PauseMin : Pause < PauseMax / 2 ? Pause * 2 : PauseMax,
            PausedAt = now,
        };
    }

    /// <summary>How long a due pass still waits because the last one dropped something again; zero where it may begin.</summary>
    public TimeSpan Wait(TimeProvider time)
    {
        var left = Pause == default ? default : Pause - time.GetElapsedTime(PausedAt);
        return left > TimeSpan.Zero ? left : default;
    }

    /// <summary>The statements that keep it; those of null forget it.</summary>
    public static IEnumerable<SqlStatement> Write(string room, Redo? redo)
    {
        yield return new(
            "UPDATE room SET redo = ?2, redo_hash = ?3, redo_end = ?4, redo_lamport = ?5, redo_wall = ?6 WHERE name = ?1",
            room, redo?.From, redo?.FromHash?.ToBytes(), redo?.End, redo?.Lamport, redo?.Wall);
        yield return new("DELETE FROM redo_key WHERE room = ?1", room);
        if (redo is { Keys.Count: > 0 })
        {
            yield return new("INSERT INTO redo_key (room, key) SELECT ?1, value FROM json_each(?2)", room, SqlJson.Of(redo.Keys));
        }
    }

    private static long? Lower(long? one, long? other) => one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;
}
