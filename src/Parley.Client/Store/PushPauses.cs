namespace Parley.Store;

/// <summary>
/// The rooms into which nothing but membership operations is pushed for now: the hub does not want this person's changes there, or keeps them
/// waiting and would push out the first for the last.
/// </summary>
/// <remarks>
/// It ends when somebody says that it may be otherwise (<see cref="Lift"/>), or after 1, 2, 4 … 60 minutes. It outlives a session: dialling
/// again changes nothing by itself.
/// </remarks>
internal sealed class PushPauses(TimeProvider time)
{
    /// <summary>So many changes in a row that only wait at the hub end the pushing.</summary>
    public const int WaitingInARowMax = 256;

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);

    private sealed class Room
    {
        public int InARow { get; set; }

        public TimeSpan Pause { get; set; }

        public long Since { get; set; }

        public bool IsPaused { get; set; }
    }

    /// <summary>True where there is any room.</summary>
    public bool HasAny
    {
        get
        {
            lock (_gate)
            {
                return _rooms.Count > 0;
            }
        }
    }

    /// <summary>The rooms that are or were paused, or where something waits.</summary>
    public IReadOnlyList<string> Rooms
    {
        get
        {
            lock (_gate)
            {
                return [.. _rooms.Keys];
            }
        }
    }

    /// <summary>The rooms that are paused.</summary>
    public IReadOnlyList<string> Paused
    {
        get
        {
            lock (_gate)
            {
                return _rooms.Count == 0 ? [] : [.. _rooms.Where(r => r.Value.IsPaused).Select(r => r.Key)];
            }
        }
    }

    /// <summary>When the next pause ends by itself; null where there is none.</summary>
    public TimeSpan? EndsIn
    {
        get
        {
            lock (_gate)
            {
                return _rooms.Values.Where(r => r.IsPaused).Select(r => (TimeSpan?)Left(r)).Min();
            }
        }
    }

    /// <summary>The hub refused a change of this room because of who this person is there, or for a quota.</summary>
    public void Refused(string room)
    {
        lock (_gate)
        {
            Begin(Of(room));
        }
    }

    /// <summary>The hub keeps a change of this room, which waits there.</summary>
    public void Waits(string room)
    {
        lock (_gate)
        {
            var entry = Of(room);
            if (++entry.InARow >= WaitingInARowMax)
            {
                Begin(entry);
            }
        }
    }

    /// <summary>The hub filed a change of this room.</summary>
    /// <returns>True if that ended a pause.</returns>
    public bool Filed(string room)
    {
        lock (_gate)
        {
            return _rooms.Remove(room, out var entry) && entry.IsPaused;
        }
    }

    /// <summary>It may be otherwise in these rooms now.</summary>
    public void Lift(IEnumerable<string> rooms)
    {
        lock (_gate)
        {
            foreach (var room in rooms)
            {
                _rooms.Remove(room);
            }
        }
    }

    /// <summary>Ends what has lasted long enough. True where that was anything.</summary>
    public bool End()
    {
        lock (_gate)
        {
            var over = _rooms.Values.Where(r => r.IsPaused && Left(r) == TimeSpan.Zero).ToList();
            over.ForEach(r => r.IsPaused = false);
            return over.Count > 0;
        }
    }

    private Room Of(string room)
    {
        if (!_rooms.TryGetValue(room, out var entry))
        {
            _rooms[room] = entry = new();
        }

        return entry;
    }

    // What was under way when it began is answered alike, and does not make it longer.
    private void Begin(Room room)
    {
        if (!room.IsPaused)
        {
            room.Pause = room.Pause == default ? Shortest : room.Pause < Longest / 2 ? room.Pause * 2 : Longest;
            (room.Since, room.IsPaused, room.InARow) = (time.GetTimestamp(), true, 0);
        }
    }

    private TimeSpan Left(Room room)
    {
        var left = room.Pause - time.GetElapsedTime(room.Since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
