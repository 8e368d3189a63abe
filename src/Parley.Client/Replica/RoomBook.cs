using Parley.Access;
using Parley.Ids;
using Parley.Storage;

namespace Parley.Replica;

/// <summary>How far a room was read at the hub.</summary>
/// <param name="Followed">We subscribe to it and pull it.</param>
/// <param name="Cursor">The room sequence (or mark) up to which everything is here.</param>
/// <param name="CaughtUp">It was read to its end once, so what arrives above something shown is late.</param>
internal readonly record struct RoomEntry(bool Followed, long Cursor, bool CaughtUp);

/// <summary>The rooms that this replica knows: a mirror in memory of the table, changed only together with it.</summary>
/// <remarks>Cursors change here only after their commit: a cursor ahead of the disk would skip what a failed commit did not keep.</remarks>
internal sealed class RoomBook
{
    /// <summary>The most profile rooms followed; people beyond are shown by their DID until they are met again.</summary>
    public const int ProfilesMax = 5_000;


    private readonly Lock _gate = new();
    private readonly Dictionary<string, RoomEntry> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, InviteReading> _claims = new(StringComparer.Ordinal);
    private int _profiles;
    private int _followed;

    public static async Task<RoomBook> LoadAsync(ISqlDriver driver, CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync([new("SELECT name, followed, cursor, caught_up FROM room")], cancellationToken).ConfigureAwait(false);
        var book = new RoomBook();
        foreach (var row in answer[0].Rows)
        {
            var name = (string)row[0]!;
            book._rooms[name] = new((long)row[1]! == 1, (long)row[2]!, (long)row[3]! == 1);
            book._followed += book._rooms[name].Followed ? 1 : 0;
            book._profiles += name.StartsWith(RoomNames.ProfilePrefix, StringComparison.Ordinal) ? 1 : 0;
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

    /// <summary>Follows a room; the statement that keeps it, or null where it was followed already or the bound is reached.</summary>
    public SqlStatement? Follow(string room)
    {
        lock (_gate)
        {
            var entry = _rooms.GetValueOrDefault(room);
            if (entry.Followed)
            {
                return null;
            }

            if (room.StartsWith(RoomNames.ProfilePrefix, StringComparison.Ordinal))
            {
                if (_profiles >= ProfilesMax)
                {
                    return null;
                }

                _profiles++;
            }

            _rooms[room] = entry with { Followed = true };
            _followed++;
        }

        NewlyFollowed?.Invoke(room);
        return new("INSERT INTO room (name, followed) VALUES (?1, 1) ON CONFLICT (name) DO UPDATE SET followed = 1", room);
    }

    /// <summary>Called with each room that is followed no longer.</summary>
    public Action<string>? NoLongerFollowed { get; set; }

    /// <summary>Follows a room no longer, and forgets how far it was read; the statement that keeps it, or null where it was not followed.</summary>
    /// <remarks>Whoever comes back reads it from the start: what was held or dropped meanwhile comes again.</remarks>
    public SqlStatement? Unfollow(string room)
    {
        lock (_gate)
        {
            if (!_rooms.TryGetValue(room, out var entry) || !entry.Followed)
            {
                return null;
            }

            _rooms[room] = default;
            _followed--;
        }

        NoLongerFollowed?.Invoke(room);
        return new("UPDATE room SET followed = 0, cursor = 0, caught_up = 0 WHERE name = ?1", room);
    }

    /// <summary>The statement that keeps how far a room was read; after its commit comes <see cref="Learn"/>.</summary>
    public static SqlStatement Read(string room, RoomEntry entry) => new(
        """
        INSERT INTO room (name, cursor, caught_up) VALUES (?1, ?2, ?3)
        ON CONFLICT (name) DO UPDATE SET cursor = ?2, caught_up = max(caught_up, ?3)
        """,
        room, entry.Cursor, entry.CaughtUp ? 1L : 0L);

    /// <summary>How far a room was read, after the commit.</summary>
    public void Learn(string room, RoomEntry read)
    {
        lock (_gate)
        {
            // A room that was left while this was on its way starts anew when somebody comes back.
            var entry = _rooms.GetValueOrDefault(room);
            _rooms[room] = !entry.Followed ? entry : entry with { Cursor = read.Cursor, CaughtUp = entry.CaughtUp || read.CaughtUp };
        }
    }

    /// <summary>Forgets all cursors: the hub's numbers are those of another database.</summary>
    public SqlStatement ForgetCursors()
    {
        lock (_gate)
        {
            foreach (var (name, entry) in _rooms.ToArray())
            {
                _rooms[name] = entry with { Cursor = 0 };
            }
        }

        return new("UPDATE room SET cursor = 0");
    }
}
