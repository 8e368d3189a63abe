using Parley.Access;
using Parley.Ids;
using Parley.Storage;
using Parley.Store;

namespace Parley.Replica;

/// <summary>How far a room was read at the hub.</summary>
/// <param name="Followed">We subscribe to it and pull it.</param>
/// <param name="Cursor">
/// The room sequence (or mark) up to which everything was taken: filed, held, refused for good, or dropped and at or above
/// <see cref="Redo.From"/>.
/// </param>
/// <param name="CaughtUp">It was read to its end once, so what arrives above something shown is late.</param>
/// <param name="Last">The hash of the change at the cursor; null where it is not known.</param>
/// <param name="Redo">What has to be read again; null where nothing was dropped.</param>
/// <param name="Begun">How often its numbers were forgotten in this process: what was asked before says nothing about it now.</param>
internal readonly record struct RoomEntry(bool Followed, long Cursor, bool CaughtUp, ChangeHash? Last = null, Redo? Redo = null, int Begun = 0);

/// <summary>The rooms that this replica knows: a mirror in memory of the table, changed only together with it.</summary>
/// <remarks>Cursors change here only after their commit: a cursor ahead of the disk would skip what a failed commit did not keep.</remarks>
internal sealed class RoomBook
{
    /// <summary>The most profile rooms followed; people beyond are shown by their DID until they are met again.</summary>
    public const int ProfilesMax = 5_000;


    private readonly Lock _gate = new();
    private readonly Dictionary<string, RoomEntry> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, InviteReading> _claims = new(StringComparer.Ordinal);

    // The rooms of which something has to be read again: none, nearly always.
    private readonly HashSet<string> _dropped = new(StringComparer.Ordinal);
    private int _profiles;
    private int _followed;

    public static async Task<RoomBook> LoadAsync(ISqlDriver driver, CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync(
            [
                new("SELECT name, followed, cursor, caught_up, last, redo, redo_hash, redo_end, redo_lamport, redo_wall FROM room"),
                new("SELECT room, key FROM redo_key"),
            ],
            cancellationToken).ConfigureAwait(false);
        var keys = answer[1].Rows.ToLookup(row => (string)row[0]!, row => (string)row[1]!, StringComparer.Ordinal);
        var book = new RoomBook();
        foreach (var row in answer[0].Rows)
        {
            var name = (string)row[0]!;
            var redo = row[5] is long from
                ? new Redo(from) { FromHash = HashOf(row[6]), End = (long?)row[7], Lamport = (long?)row[8], Wall = (long?)row[9], Keys = [.. keys[name]] }
                : null;
            book.Set(name, new((long)row[1]! == 1, (long)row[2]!, (long)row[3]! == 1, HashOf(row[4]), redo));
            book._followed += book._rooms[name].Followed ? 1 : 0;
            book._profiles += IsProfile(name) ? 1 : 0;
        }

        return book;
    }

    public RoomEntry this[string room]
    {
        get
        {
            lock (_gate)
            {
                return _rooms.GetValueOrDefault(room);
            }
        }
    }

    /// <summary>How many rooms are followed.</summary>
    public int FollowedCount
    {
        get
        {
            lock (_gate)
            {
                return _followed;
            }
        }
    }

    /// <summary>True for the rooms of profiles.</summary>
    public static bool IsProfile(string room) => room.StartsWith(RoomNames.ProfilePrefix, StringComparison.Ordinal);

    /// <summary>The followed rooms of which something has to be read again.</summary>
    public IReadOnlyList<(string Room, Redo Redo)> Dropped()
    {
        lock (_gate)
        {
            return _dropped.Count == 0 ? [] : [.. _dropped.Select(room => (room, _rooms[room].Redo!))];
        }
    }

    /// <summary>What came too early and was dropped, and is not due to be read again yet.</summary>
    public IReadOnlyList<Redo> Early() => [.. Dropped().Select(one => one.Redo).Where(redo => redo is { End: null, Lamport: not null })];

    /// <summary>Called when a pass over a room became due.</summary>
    public Action? PassDue { get; set; }

    /// <summary>The names of the followed rooms.</summary>
    public IReadOnlyList<string> Followed()
    {
        lock (_gate)
        {
            return [.. _rooms.Where(r => r.Value.Followed).Select(r => r.Key)];
        }
    }

    /// <summary>Remembers by which invite the operations of a room may be read that is not open to us. Until the client closes.</summary>
    public void Claim(string room, InviteReading claim)
    {
        lock (_gate)
        {
            _claims[room] = claim;
        }
    }

    /// <summary>What <see cref="Claim"/> remembered, or null.</summary>
    public InviteReading? ClaimOf(string room)
    {
        lock (_gate)
        {
            return _claims.GetValueOrDefault(room);
        }
    }

    /// <summary>Called with each room that is followed from now on.</summary>
    public Action<string>? NewlyFollowed { get; set; }

    /// <summary>Called with each room that is followed no longer.</summary>
    public Action<string>? NoLongerFollowed { get; set; }

    /// <summary>Those of the rooms that are not followed and may be, within the bound of profiles.</summary>
    public IReadOnlyList<string> Unfollowed(IEnumerable<string> rooms)
    {
        lock (_gate)
        {
            var places = ProfilesMax - _profiles;
            return [.. rooms.Distinct(StringComparer.Ordinal).Where(room => !_rooms.GetValueOrDefault(room).Followed && (!IsProfile(room) || places-- > 0))];
        }
    }

    /// <summary>The statement that follows rooms; after its commit comes <see cref="Follow"/>.</summary>
    public static SqlStatement ToFollow(IEnumerable<string> rooms) => new(
        "INSERT INTO room (name, followed) SELECT value, 1 FROM json_each(?1) WHERE true ON CONFLICT (name) DO UPDATE SET followed = 1", SqlJson.Of(rooms));

    /// <summary>Rooms are followed from now on.</summary>
    public void Follow(IEnumerable<string> rooms)
    {
        foreach (var room in rooms)
        {
            lock (_gate)
            {
                var entry = _rooms.GetValueOrDefault(room);
                _followed += entry.Followed ? 0 : 1;
                _profiles += IsProfile(room) && !_rooms.ContainsKey(room) ? 1 : 0;
                _rooms[room] = entry with { Followed = true };
            }

            NewlyFollowed?.Invoke(room);
        }
    }

    /// <summary>The statement that follows rooms no longer, and forgets how far they were read; after its commit comes <see cref="Unfollow"/>.</summary>
    /// <remarks>Whoever comes back reads them from the start: what was held or dropped meanwhile comes again.</remarks>
    public static SqlStatement ToUnfollow(IEnumerable<string> rooms) => new(
        $"UPDATE room SET followed = 0, caught_up = 0, {NoNumbers} WHERE name IN (SELECT value FROM json_each(?1))", SqlJson.Of(rooms));

    /// <summary>Rooms are followed no longer.</summary>
    public void Unfollow(IEnumerable<string> rooms)
    {
        foreach (var room in rooms)
        {
            lock (_gate)
            {
                if (!_rooms.TryGetValue(room, out var entry) || !entry.Followed)
                {
                    continue;
                }

                Set(room, new() { Begun = entry.Begun + 1 });
                _followed--;
            }

            NoLongerFollowed?.Invoke(room);
        }
    }

    /// <summary>The statement that keeps how far a room was read; after its commit comes <see cref="Learn(in RoomReading)"/>.</summary>
    public static SqlStatement Write(in RoomReading read) => new(
        """
        INSERT INTO room (name, cursor, caught_up, last) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (name) DO UPDATE SET cursor = ?2, caught_up = max(caught_up, ?3), last = ?4
        """,
        read.Room, read.Cursor, read.CaughtUp ? 1L : 0L, read.Last?.ToBytes());

    /// <summary>True while a reading is about the room's numbers as they stand.</summary>
    public bool IsCurrent(in RoomReading read) => this[read.Room].Begun == read.Begun;

    /// <summary>How far a room was read, after the commit.</summary>
    public void Learn(in RoomReading read)
    {
        lock (_gate)
        {
            // A room that was left while this was on its way starts anew when somebody comes back.
            var entry = _rooms.GetValueOrDefault(read.Room);
            if (entry.Followed && entry.Begun == read.Begun)
            {
                Set(read.Room, entry with { Cursor = read.Cursor, CaughtUp = entry.CaughtUp || read.CaughtUp, Last = read.Last });
            }
        }
    }

    /// <summary>What has to be read again of a room, after the commit.</summary>
    public void Learn(string room, Redo? redo)
    {
        lock (_gate)
        {
            var entry = _rooms.GetValueOrDefault(room);
            if (entry.Followed)
            {
                Set(room, entry with { Redo = redo });
            }
        }

        if (redo?.End is not null)
        {
            PassDue?.Invoke();
        }
    }

    /// <summary>The numbers of these rooms, or of all, are those of another database: they are forgotten.</summary>
    public void ForgetNumbers(IReadOnlyCollection<string>? which = null)
    {
        lock (_gate)
        {
            foreach (var name in which ?? [.. _rooms.Keys])
            {
                var entry = _rooms.GetValueOrDefault(name);
                Set(name, new(entry.Followed, 0, entry.CaughtUp, Begun: entry.Begun + 1));
            }
        }
    }

    /// <summary>The statements that forget numbers; after their commit comes <see cref="ForgetNumbers"/>. What is held keeps no number of theirs either.</summary>
    public static IEnumerable<SqlStatement> ToForgetNumbers(IReadOnlyCollection<string>? which = null)
    {
        var names = which is null ? null : SqlJson.Of(which);
        return
        [
            new($"UPDATE room SET {NoNumbers} WHERE ?1 IS NULL OR name IN (SELECT value FROM json_each(?1))", names),
            new("DELETE FROM redo_key WHERE ?1 IS NULL OR room IN (SELECT value FROM json_each(?1))", names),
            new("UPDATE held SET seq = NULL WHERE ?1 IS NULL OR room IN (SELECT value FROM json_each(?1))", names),
        ];
    }

    private const string NoNumbers = "cursor = 0, last = NULL, redo = NULL, redo_hash = NULL, redo_end = NULL, redo_lamport = NULL, redo_wall = NULL";

    private static ChangeHash? HashOf(object? value) => value is byte[] hash ? new ChangeHash(hash) : null;

    private void Set(string room, RoomEntry entry)
    {
        _rooms[room] = entry;
        _ = entry.Redo is null ? _dropped.Remove(room) : _dropped.Add(room);
    }
}
