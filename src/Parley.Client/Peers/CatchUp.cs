using Parley.Access;
using Parley.Frames;
using Parley.Replica;

namespace Parley.Peers;

/// <summary>Reads rooms from the hub page by page, and notices when a live change has skipped something.</summary>
/// <remarks>Of one session and for one task. It says what to send; sending and applying are the session's.</remarks>
internal sealed class CatchUp(HubDialect dialect, RoomBook rooms)
{
    // Pages of several rooms are under way at once; more would only queue at the hub.
    private const int AskedAtOnceMax = 8;

    // Numbers seen beyond a gap are remembered up to here; beyond, the gap's page brings them again.
    private const int AheadMax = 2_000;

    private readonly Dictionary<string, Pull> _pulls = new(StringComparer.Ordinal);
    private readonly Queue<string> _queue = new();
    private int _asked;

    /// <summary>True when nothing is asked for or waits to be.</summary>
    public bool IsIdle => _asked == 0 && _queue.Count == 0;

    /// <summary>Wants a room read from its cursor, or from the given one.</summary>
    public void Want(string room, long? from = null)
    {
        var pull = PullOf(room);
        if (from is { } cursor)
        {
            pull.Cursor = Math.Min(pull.Cursor, cursor);
        }

        if (pull.IsOfLog)
        {
            pull.WantedNext = true;
        }
        else
        {
            Enqueue(room, pull);
        }
    }

    /// <summary>
    /// Wants the operations of a room that is not open to us: by an invite (<c>parley.join/1</c>), or as one who was in it and does not know
    /// yet what ended that.
    /// </summary>
    public void WantLog(string room, InviteReading? claim)
    {
        var pull = PullOf(room);
        if (!pull.IsOfLog)
        {
            (pull.IsOfLog, pull.Claim, pull.LogCursor) = (true, claim, 0);
            Enqueue(room, pull);
        }
    }

    /// <summary>The requests that may be sent now.</summary>
    public IEnumerable<byte[]> Requests()
    {
        while (_asked < AskedAtOnceMax && _queue.TryDequeue(out var room))
        {
            var pull = PullOf(room);
            pull.Wanted = false;
            pull.Asked = true;
            _asked++;
            yield return dialect.Request(new(room), pull.IsOfLog ? pull.LogCursor : pull.Cursor, pull.Claim);
        }
    }

    /// <summary>Takes a page: how far the room is read once the page is applied; null where the page holds operations alone.</summary>
    public RoomEntry? OnPage(HubFrame.SyncResponse page)
    {
        var pull = PullOf(page.Room);
        if (pull.Asked)
        {
            pull.Asked = false;
            _asked--;
        }

        if (pull.IsOfLog)
        {
            OnPageOfOperations(page, pull);
            return null;
        }

        var cursor = Math.Max(pull.Cursor, dialect.CursorAfter(page, pull.Cursor));
        var moved = cursor > pull.Cursor;
        pull.Cursor = cursor;
        pull.TakeAhead();
        if (page.HasMore && moved)
        {
            Want(page.Room);
        }

        return new(true, pull.Cursor, CaughtUp: !page.HasMore);
    }

    /// <summary>A room that the hub will not show us.</summary>
    public void OnRefused(string room)
    {
        var pull = PullOf(room);
        if (pull.Asked)
        {
            pull.Asked = false;
            _asked--;
        }

        EndLog(room, pull);
    }

    /// <summary>Takes the number of a live or acknowledged change: how far the room is read with it, or null where it moves nothing.</summary>
    public RoomEntry? OnNumber(string room, long seq)
    {
        var pull = PullOf(room);
        if (seq <= pull.Cursor || !rooms[room].Followed)
        {
            return null;
        }

        if (seq == pull.Cursor + 1)
        {
            pull.Cursor = seq;
            pull.TakeAhead();
            return new(true, pull.Cursor, CaughtUp: false);
        }

        if (pull.Ahead.Count < AheadMax)
        {
            pull.Ahead.Add(seq);
        }

        Want(room);
        return null;
    }

    private void Enqueue(string room, Pull pull)
    {
        if (!pull.Wanted && !pull.Asked)
        {
            pull.Wanted = true;
            _queue.Enqueue(room);
        }
    }

    // Its numbers have gaps: whoever is in then reads the room from where they were.
    private void OnPageOfOperations(HubFrame.SyncResponse page, Pull pull)
    {
        var cursor = dialect.CursorAfter(page, pull.LogCursor);
        if (page.HasMore && cursor > pull.LogCursor)
        {
            pull.LogCursor = cursor;
            Enqueue(page.Room, pull);
        }
        else
        {
            EndLog(page.Room, pull);
        }
    }

    private void EndLog(string room, Pull pull)
    {
        (pull.IsOfLog, pull.Claim) = (false, null);
        if (pull.WantedNext)
        {
            pull.WantedNext = false;
            Want(room);
        }
    }

    private Pull PullOf(string room)
    {
        if (!_pulls.TryGetValue(room, out var pull))
        {
            _pulls[room] = pull = new() { Cursor = rooms[room].Cursor };
        }

        return pull;
    }

    private sealed class Pull
    {
        public long Cursor { get; set; }

        public bool Wanted { get; set; }

        public bool Asked { get; set; }

        /// <summary>The operations alone are read now.</summary>
        public bool IsOfLog { get; set; }

        /// <summary>By which invite they are read, or null.</summary>
        public InviteReading? Claim { get; set; }

        public long LogCursor { get; set; }

        /// <summary>Wanted as a member while its operations are read.</summary>
        public bool WantedNext { get; set; }

        public SortedSet<long> Ahead { get; } = [];

        public void TakeAhead()
        {
            while (Ahead.Count > 0 && Ahead.Min <= Cursor + 1)
            {
                Cursor = Math.Max(Cursor, Ahead.Min);
                Ahead.Remove(Ahead.Min);
            }
        }
    }
}
