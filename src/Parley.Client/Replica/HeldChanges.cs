using Parley.Ids;
using Parley.Live;
using Parley.Nodes;
using Parley.Storage;

namespace Parley.Replica;

/// <summary>What waits on disk: its bound, and what is due.</summary>
internal sealed class HeldChanges(ISqlDriver driver)
{
    /// <summary>The most changes of one author that wait in one room; more are dropped and come back with a later reconciliation.</summary>
    public const int PerAuthorAndRoomMax = 1_000;

    /// <summary>The most changes of one author in one room that wait for a membership; the oldest go first and come back with a later reconciliation.</summary>
    public const int OfStrangerMax = 256;

    private const int ReleasedAtOnce = 500;

    private readonly Bell _held = new();

    // True at the start: the last run may have left some.
    private volatile bool _mayHoldFuture = true;

    /// <summary>Remembers that something waits for its time.</summary>
    public void Learn(List<HeldChange> newlyHeld)
    {
        if (newlyHeld.Exists(h => h.Why == HoldReason.Future))
        {
            _mayHoldFuture = true;
            _held.Ring();
        }
    }

    /// <summary>Keeps the bound <see cref="OfStrangerMax"/> after something was added.</summary>
    public static SqlStatement EvictOldest(PersonId author, RoomId room) => new(
        """
        DELETE FROM held WHERE hash IN (
          SELECT hash FROM held WHERE author = ?1 AND room = ?2 AND waits_for IS NOT NULL AND operation = 0 ORDER BY lamport DESC, hash LIMIT -1 OFFSET ?3)
        """,
        author.Value, room.Value, (long)OfStrangerMax);

    /// <summary>The changes that wait for one of these domains or channels.</summary>
    public static SqlStatement WaitingFor(IEnumerable<NodeId> domains) => new(
        "SELECT wire, room FROM held WHERE operation = 0 AND waits_for IN (SELECT value FROM json_each(?1)) ORDER BY lamport",
        ApplySnapshot.Json(domains.Select(d => d.Value)));

    /// <summary>Drops from the list what goes beyond the bound.</summary>
    public async Task BoundAsync(List<HeldChange> newlyHeld, CancellationToken cancellationToken)
    {
        if (newlyHeld.Count == 0)
        {
            return;
        }

        var authors = ApplySnapshot.Json(newlyHeld.Select(h => h.Change.Author.Value));
        var answer = await driver.ReadAsync(
            [new("SELECT author, room, count(*) FROM held WHERE author IN (SELECT value FROM json_each(?1)) GROUP BY author, room", authors)],
            cancellationToken).ConfigureAwait(false);
        var counts = answer[0].Rows.ToDictionary(row => ((string)row[0]!, (string)row[1]!), row => (long)row[2]!);
        newlyHeld.RemoveAll(held =>
        {
            var key = (held.Change.Author.Value, held.Room.Value);
            return (counts[key] = counts.GetValueOrDefault(key) + 1) > PerAuthorAndRoomMax;
        });
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
            if (ready.Count == 0)
            {
                return;
            }

            await apply.CommitAsync(ready, default, null, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<List<OfferedChange>> ReadyAsync(ApplyPath apply, CancellationToken cancellationToken)
    {
        var latest = apply.NowMs + LamportClock.WallTimeLeadMsMax;
        var answer = await driver.ReadAsync(
            [
                new(
                    "SELECT wire, room FROM held WHERE reason = ?1 AND wall <= ?2 AND lamport <= ?3 ORDER BY lamport LIMIT ?4",
                    (long)HoldReason.Future, latest, apply.Clock.Highest, (long)ReleasedAtOnce),
                new("SELECT min(lamport) FROM held WHERE reason = ?1 AND wall <= ?2", (long)HoldReason.Future, latest),
                new("SELECT count(*) FROM held WHERE reason = ?1", (long)HoldReason.Future),
            ],
            cancellationToken).ConfigureAwait(false);
        if (answer[0].Rows.Count == 0 && answer[1].Rows[0][0] is long lowest)
        {
            apply.Clock.Creep(lowest);
        }

        _mayHoldFuture = (long)answer[2].Rows[0][0]! > 0;
        return [.. answer[0].Rows.Select(row => new OfferedChange(ChangeWire.FromTrustedBytes((byte[])row[0]!), new RoomId((string)row[1]!)))];
    }
}
