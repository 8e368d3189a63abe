using Parley.Ids;
using Parley.Live;
using Parley.Nodes;
using Parley.Storage;

namespace Parley.Replica;

/// <summary>What waits on disk: its bounds, and what is due.</summary>
internal sealed class HeldChanges(ISqlDriver driver, RoomBook rooms)
{
    /// <summary>The most changes of one author that wait in one room; more are dropped, and read again later.</summary>
    public const int PerAuthorAndRoomMax = 1_000;

    /// <summary>The most changes of one author in one room that wait for a membership; the oldest are dropped first, and read again later.</summary>
    public const int OfStrangerMax = 256;

    private const int ReleasedAtOnce = 500;

    private readonly Bell _held = new();

    // True at the start: the last run may have left some.
    private volatile bool _mayHoldFuture = true;

    /// <summary>Remembers that something waits for its time, here or to be read again.</summary>
    public void Learn(List<HeldChange> newlyHeld, IReadOnlyList<DroppedChange> dropped)
    {
        if (newlyHeld.Exists(h => h.Why == HoldReason.Future) || dropped.Any(d => d.TooEarly is not null))
        {
            _mayHoldFuture = true;
            _held.Ring();
        }
    }

    /// <summary>The changes that wait for one of these domains or channels.</summary>
    public static SqlStatement WaitingFor(IEnumerable<NodeId> domains) => new(
        "SELECT wire, room, seq FROM held WHERE operation = 0 AND waits_for IN (SELECT value FROM json_each(?1)) ORDER BY lamport",
        ApplySnapshot.Json(domains.Select(d => d.Value)));

    /// <summary>Keeps the bounds: takes what goes beyond them out of the batch, or off the disk, and says what that was.</summary>
    public async Task<List<DroppedChange>> BoundAsync(List<HeldChange> newlyHeld, List<ChangeHash> released, CancellationToken cancellationToken)
    {
        List<DroppedChange> dropped = [];
        if (newlyHeld.Count == 0)
        {
            return dropped;
        }

        var gone = ApplySnapshot.Json(released.Select(h => Convert.ToHexStringLower(h.ToBytes())));
        var answer = await driver.ReadAsync(
            [
                new(
                    """
                    SELECT author, room, count(*), sum(waits_for IS NOT NULL AND operation = 0) FROM held
                    WHERE author IN (SELECT value FROM json_each(?1)) AND hash NOT IN (SELECT unhex(value) FROM json_each(?2)) GROUP BY author, room
                    """,
                    ApplySnapshot.Json(newlyHeld.Select(h => h.Change.Author.Value)), gone),
            ],
            cancellationToken).ConfigureAwait(false);
        var counts = answer[0].Rows.ToDictionary(row => ((string)row[0]!, (string)row[1]!), row => (All: (long)row[2]!, Strange: (long)row[3]!));
        foreach (var crowd in newlyHeld.GroupBy(h => (Author: h.Change.Author.Value, Room: h.Room.Value)).ToList())
        {
            var (all, strange) = counts.GetValueOrDefault(crowd.Key);
            List<HeldChange> coming = [.. crowd];
            if (strange + coming.Count(h => h.WaitsFor is not null) > OfStrangerMax)
            {
                var oldest = await OldestAsync(coming, gone, cancellationToken).ConfigureAwait(false);
                dropped.AddRange(oldest.Values);
                all -= oldest.Count - coming.RemoveAll(h => oldest.ContainsKey(h.Change.Hash));
                released.AddRange(oldest.Keys.Except(crowd.Select(h => h.Change.Hash)));
            }

            dropped.AddRange(coming.Skip((int)Math.Max(0, PerAuthorAndRoomMax - all)).Select(DroppedChange.Of));
            var kept = coming.Take((int)Math.Max(0, PerAuthorAndRoomMax - all)).Select(h => h.Change.Hash).ToHashSet();
            newlyHeld.RemoveAll(h => (h.Change.Author.Value, h.Room.Value) == crowd.Key && !kept.Contains(h.Change.Hash));
        }

        return dropped;
    }

    // Of a stranger the newest wait, whichever came first. What goes, of those on disk and of those that come.
    private async Task<Dictionary<ChangeHash, DroppedChange>> OldestAsync(List<HeldChange> coming, string gone, CancellationToken cancellationToken)
    {
        var room = coming[0].Room;
        var answer = await driver.ReadAsync(
            [
                new(
                    """
                    SELECT hash, lamport, waits_for, seq FROM held
                    WHERE author = ?1 AND room = ?2 AND waits_for IS NOT NULL AND operation = 0 AND hash NOT IN (SELECT unhex(value) FROM json_each(?3))
                    """,
                    coming[0].Change.Author.Value, room.Value, gone),
            ],
            cancellationToken).ConfigureAwait(false);
        var here = answer[0].Rows.Select(row => (
            Lamport: (long)row[1]!, Dropped: new DroppedChange(new((byte[])row[0]!), room, (long?)row[3], [(string)row[2]!])));
        return here.Concat(coming.Where(h => h.WaitsFor is not null).Select(h => (h.Change.Lamport, Dropped: DroppedChange.Of(h))))
            .OrderByDescending(h => h.Lamport).ThenBy(h => h.Dropped.Hash).Skip(OfStrangerMax).ToDictionary(h => h.Dropped.Hash, h => h.Dropped);
    }

    /// <summary>Looks after what waits for its time, once in each <see cref="LamportClock.CreepMs"/> while anything does, until cancelled.</summary>
    public async Task RunAsync(ApplyPath apply, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            await ReleaseDueAsync(apply, cancellationToken).ConfigureAwait(false);
            if (_mayHoldFuture)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(LamportClock.CreepMs), time, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await _held.WaitAsync(null, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Offers again what has come into the window; lets the window creep where nothing has.
    private async Task ReleaseDueAsync(ApplyPath apply, CancellationToken cancellationToken)
    {
        while (_mayHoldFuture)
        {
            using var turn = await apply.EnterAsync(cancellationToken).ConfigureAwait(false);
            var ready = await ReadyAsync(apply, cancellationToken).ConfigureAwait(false);

            // What came too early and was dropped is due as well, though nothing of it is here.
            if (ready.Count > 0 || Early().Any(redo => redo.IsInTime(apply.LatestWallMs, apply.Clock.Highest)))
            {
                await apply.CommitAsync(ready, default, null, cancellationToken).ConfigureAwait(false);
            }

            if (ready.Count == 0)
            {
                return;
            }
        }
    }

    // Rooms of which something that came too early was dropped, and no pass is due yet.
    private IEnumerable<Redo> Early() => rooms.Dropped().Select(d => d.Redo).Where(redo => redo is { End: null, Lamport: not null });

    private async Task<List<OfferedChange>> ReadyAsync(ApplyPath apply, CancellationToken cancellationToken)
    {
        var latest = apply.LatestWallMs;
        var answer = await driver.ReadAsync(
            [
                new(
                    "SELECT wire, room, seq FROM held WHERE reason = ?1 AND wall <= ?2 AND lamport <= ?3 ORDER BY lamport LIMIT ?4",
                    (long)HoldReason.Future, latest, apply.Clock.Highest, (long)ReleasedAtOnce),
                new("SELECT min(lamport) FROM held WHERE reason = ?1 AND wall <= ?2", (long)HoldReason.Future, latest),
                new("SELECT count(*) FROM held WHERE reason = ?1", (long)HoldReason.Future),
            ],
            cancellationToken).ConfigureAwait(false);
        var early = Early().Where(redo => redo.Wall <= latest).Min(redo => redo.Lamport);
        var lowest = answer[1].Rows[0][0] is long held && !(early < held) ? held : early;
        if (answer[0].Rows.Count == 0 && lowest is { } far)
        {
            apply.Clock.Creep(far);
        }

        _mayHoldFuture = (long)answer[2].Rows[0][0]! > 0 || Early().Any();
        return [.. answer[0].Rows.Select(OfferedChange.Read)];
    }
}
