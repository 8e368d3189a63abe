using Parley.Access;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Replica;

namespace Parley.Peers;

/// <summary>What a page means.</summary>
/// <param name="AskedFrom">The number after which it was asked.</param>
/// <param name="Read">How far the room is read once it is applied; null where it says nothing about that.</param>
/// <param name="PassBegun">It begins to read again what was dropped.</param>
/// <param name="Pass">It reads again what was dropped.</param>
/// <param name="IsOtherHistory">The room does not have the history any more that was read: nothing of the page is applied.</param>
/// <param name="Unproven">The change at a cursor whose hash was not known: where nobody here knows this one, it is another history.</param>
internal readonly record struct PageTaken(
    long AskedFrom, RoomReading? Read = null, PassBegun? PassBegun = null, PassPage? Pass = null, bool IsOtherHistory = false,
    ChangeHash? Unproven = null);

/// <summary>What a live change means.</summary>
/// <param name="IsTaken">False where the room's page brings it in its turn.</param>
/// <param name="Read">How far the room is read with it; null where it moves nothing.</param>
internal readonly record struct LiveTaken(bool IsTaken, RoomReading? Read = null);

/// <summary>
/// Reads rooms from the hub page by page, each after those that its rule hangs on; notices when a live change has skipped something, and when
/// the hub's numbers are those of another history.
/// </summary>
/// <remarks>Of one session and for one task. It says what to send; sending and applying are the session's.</remarks>
internal sealed class CatchUp(HubDialect dialect, RoomBook rooms, ReadingOrder order, PersonId me, TimeProvider time)
{
    // Pages of several rooms are under way at once; more would only queue at the hub.
    private const int AskedAtOnceMax = 8;

    private readonly Dictionary<string, RoomPull> _pulls = new(StringComparer.Ordinal);
    private readonly HashSet<string> _denied = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, (int Rank, long Turn)> _queue = new();
    private long _turns;
    private int _asked;

    /// <summary>True when nothing is asked for or waits to be.</summary>
    public bool IsIdle => _asked == 0 && _queue.Count == 0;

    /// <summary>The hash that a change in a frame claims, or null.</summary>
    public static ChangeHash? HashOf(JsonValue change) => ChangeHash.TryParse(change["hash"]?.Text, out var hash) ? hash : null;

    /// <summary>A room is open to us: it is to be read from its cursor.</summary>
    public void Open(string room)
    {
        _denied.Remove(room);
        PullOf(room).IsRead = false;
        Want(room);
    }

    /// <summary>Wants a room read from its cursor, or from the given one.</summary>
    public void Want(string room, long? from = null)
    {
        var pull = PullOf(room);
        pull.SetBack(from ?? pull.Cursor);

        // What is asked already is read to its end.
        pull.IsWanted |= pull.Asked != Asked.Rest;
        Enqueue(room, pull);
    }

    /// <summary>
    /// A room is not open to us. By an invite (<c>parley.join/1</c>), or as one who was in it and does not know yet what ended that, its
    /// operations are read.
    /// </summary>
    public void Deny(string room, InviteReading? claim, bool hasLog)
    {
        _denied.Add(room);
        var pull = PullOf(room);
        if (!hasLog)
        {
            pull.IsRead = true;
        }
        else if (!pull.IsOfLog)
        {
            (pull.IsOfLog, pull.Claim, pull.LogCursor) = (true, claim, 0);
            Enqueue(room, pull);
        }
    }

    /// <summary>The requests that may be sent now.</summary>
    public IReadOnlyList<byte[]> Requests()
    {
        BeginPasses();
        List<byte[]> requests = [];
        List<(string, (int, long))> notYet = [];
        while (_asked < AskedAtOnceMax && _queue.TryDequeue(out var room, out var turn))
        {
            var pull = PullOf(room);
            if (!pull.IsDue)
            {
                // It was left, or begun anew, since.
                pull.IsQueued = false;
            }
            else if (pull.IsOfLog || IsItsTurn(room))
            {
                requests.Add(Ask(room, pull));
            }
            else
            {
                notYet.Add((room, turn));
            }
        }

        _queue.EnqueueRange(notYet);
        return requests;
    }

    /// <summary>Takes a page.</summary>
    public PageTaken OnPage(HubFrame.SyncResponse page)
    {
        var pull = PullOf(page.Room);
        var (asked, from, isStale) = (pull.Asked, pull.AskedFrom, pull.IsStale);
        Answered(pull);
        if (asked == Asked.Log || pull.IsOfLog)
        {
            OnPageOfOperations(page, pull);
            return new(from);
        }

        if (isStale || asked == Asked.Nothing)
        {
            Want(page.Room);
            return new(from);
        }

        return asked == Asked.Pass && pull.Pass is { } pass ? OnPageOfPass(page, pull, pass, from) : OnRest(page, pull, from);
    }

    /// <summary>A room that the hub will not show us. True where it was asked to.</summary>
    public bool OnRefused(string room)
    {
        var pull = PullOf(room);
        if (pull.Asked == Asked.Nothing)
        {
            return false;
        }

        Answered(pull);
        (pull.IsRead, pull.Pass) = (true, null);
        EndLog(room, pull);
        return true;
    }

    /// <summary>Takes a live change.</summary>
    public LiveTaken OnLive(string room, long? seq, ChangeHash? hash)
    {
        if (seq is not { } number || !rooms[room].Followed)
        {
            return new(true);
        }

        var pull = PullOf(room);
        if (pull.IsProven && number <= pull.Cursor + 1)
        {
            return new(true, OnNumber(room, number, hash));
        }

        // Out of its turn it would wait for what is still to be read, and push out what waits before it.
        if (!pull.IsProven || !pull.IsRead || !IsItsTurn(room))
        {
            pull.Unseen = Math.Max(pull.Unseen, number);
            Want(room);
            return new(false);
        }

        return new(true, OnNumber(room, number, hash));
    }

    /// <summary>Takes the number of a change that is here: how far the room is read with it, or null where it moves nothing.</summary>
    public RoomReading? OnNumber(string room, long seq, ChangeHash? hash)
    {
        var pull = PullOf(room);
        if (!rooms[room].Followed || (pull.IsProven && seq <= pull.Cursor))
        {
            return null;
        }

        if (pull.IsProven && seq == pull.Cursor + 1)
        {
            pull.MoveTo(seq, hash);
            return new(room, pull.Cursor, pull.Last, CaughtUp: false, pull.Begun);
        }

        pull.Keep(seq, hash);
        Want(room);
        return null;
    }

    /// <summary>The last page of a pass is committed: another one may be due.</summary>
    public void EndPass(string room)
    {
        if (PullOf(room) is { Pass.IsOver: true } pull)
        {
            pull.Pass = null;
        }
    }

    /// <summary>A room of another history is read from the beginning.</summary>
    public void BeginAnew(string room)
    {
        if (!_denied.Contains(room))
        {
            Want(room);
        }
    }

    /// <summary>What cannot be asked for its history: other people's profiles, which are many, and rooms that are not open to us.</summary>
    public IEnumerable<string> NotAsked() => rooms.Followed().Where(IsOfOthersProfile).Concat(_denied);

    private bool IsOfOthersProfile(string room) => RoomBook.IsProfile(room) && room != RoomNames.Profile(me).Value;

    private bool IsItsTurn(string room) => order.Before(room).All(before => PullOf(before).IsRead);

    private byte[] Ask(string room, RoomPull pull)
    {
        pull.IsQueued = false;
        pull.Asked = pull.IsOfLog ? Asked.Log : pull.IsWanted ? Asked.Rest : Asked.Pass;
        if (pull.Asked == Asked.Rest)
        {
            (pull.IsWanted, pull.Unseen) = (false, 0);
            pull.IsProven |= !dialect.NumbersChanges || IsOfOthersProfile(room);
        }

        pull.AskedFrom = pull.Asked switch
        {
            Asked.Log => pull.LogCursor,
            Asked.Pass => pull.Pass!.Next - 1,
            _ => pull.IsProven ? pull.Cursor : pull.Cursor - 1,
        };
        _asked++;
        return dialect.Request(new(room), pull.AskedFrom, pull.Asked == Asked.Log ? pull.Claim : null);
    }

    private PageTaken OnRest(HubFrame.SyncResponse page, RoomPull pull, long from)
    {
        ChangeHash? unproven = null;
        if (!pull.IsProven)
        {
            var atCursor = At(page, pull.Cursor);
            if (atCursor is null || (pull.Last is { } last && last != atCursor))
            {
                return new(from, IsOtherHistory: true);
            }

            unproven = pull.Last is null ? atCursor : null;
            (pull.IsProven, pull.Last) = (true, atCursor);
        }

        var after = dialect.CursorAfter(page, from);
        if (after >= pull.Cursor)
        {
            pull.MoveTo(after, HashAtEnd(page, after) ?? (after == pull.Cursor ? pull.Last : null));
        }

        if (page.HasMore && after > from)
        {
            Want(page.Room);
        }
        else
        {
            pull.IsRead = true;
            if (pull.Unseen > pull.Cursor)
            {
                Want(page.Room);
            }
        }

        return new(from, new(page.Room, pull.Cursor, pull.Last, CaughtUp: !page.HasMore, pull.Begun), Unproven: unproven);
    }

    private static ChangeHash? At(HubFrame.SyncResponse page, long first) =>
        page.Changes.Count > 0 && page.Changes[0].Seq == first ? HashOf(page.Changes[0].Change) : null;

    private static ChangeHash? HashAtEnd(HubFrame.SyncResponse page, long last) =>
        page.Changes.Count > 0 && page.Changes[^1].Seq == last ? HashOf(page.Changes[^1].Change) : null;

    // One at a time a room, after the room was read, so that its numbers are known to be those of what was dropped.
    private void BeginPasses()
    {
        foreach (var (room, redo) in rooms.Dropped())
        {
            if (redo.End is { } end && redo.Wait(time) == TimeSpan.Zero && PullOf(room) is { IsRead: true, IsProven: true, Pass: null } pull && !_denied.Contains(room))
            {
                pull.Pass = new(redo.From, redo.FromHash, end);
                Enqueue(room, pull);
            }
        }
    }

    private PageTaken OnPageOfPass(HubFrame.SyncResponse page, RoomPull pull, Pass pass, long from)
    {
        if (!pass.IsBegun && pass.Hash is { } hash && At(page, pass.Start) != hash)
        {
            return new(from, IsOtherHistory: true);
        }

        var last = dialect.CursorAfter(page, from);
        var isLast = last >= pass.End || !page.HasMore || last <= from;
        PassBegun? begun = pass.IsBegun ? null : new(page.Room, pass.Start, pass.End);
        (pass.IsBegun, pass.IsOver, pass.Next) = (true, isLast, last + 1);
        Enqueue(page.Room, pull);
        return new(from, PassBegun: begun, Pass: new(page.Room, last, HashAtEnd(page, last), isLast));
    }

    // Its numbers have gaps: whoever is in then reads the room from where they were.
    private void OnPageOfOperations(HubFrame.SyncResponse page, RoomPull pull)
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

    private void EndLog(string room, RoomPull pull)
    {
        (pull.IsOfLog, pull.Claim) = (false, null);
        pull.IsRead |= _denied.Contains(room);
        Enqueue(room, pull);
    }

    private void Enqueue(string room, RoomPull pull)
    {
        if (!pull.IsQueued && pull.Asked == Asked.Nothing && pull.IsDue)
        {
            pull.IsQueued = true;
            _queue.Enqueue(room, (ReadingOrder.RankOf(room), _turns++));
        }
    }

    private void Answered(RoomPull pull)
    {
        _asked -= pull.Asked == Asked.Nothing ? 0 : 1;
        (pull.Asked, pull.IsStale) = (Asked.Nothing, false);
    }

    private RoomPull PullOf(string room)
    {
        var entry = rooms[room];
        if (!_pulls.TryGetValue(room, out var pull))
        {
            _pulls[room] = pull = new(entry);
        }
        else if (pull.Begun != entry.Begun)
        {
            pull.Begin(entry);
        }

        return pull;
    }
}
