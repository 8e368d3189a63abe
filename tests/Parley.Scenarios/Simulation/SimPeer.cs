using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>
/// One session of a device with a hub: reads every room after those that its rule hangs on, moves a cursor only over what the ledger has
/// committed, and pushes what the hub lacks until the hub has it filed.
/// </summary>
internal sealed class SimPeer(SimWorld world, SimReplica replica, SimProgress progress, SimSession session, SimMutant mutant)
{
    private const int FrameMax = 6;
    private const long AnswerMsMax = 10_000;

    private readonly HashSet<RoomId> _subscribed = [];
    private readonly HashSet<RoomId> _open = [];
    private readonly HashSet<RoomId> _read = [];
    private readonly HashSet<RoomId> _proven = [];
    private readonly Dictionary<RoomId, (bool IsPass, long From)> _asked = [];
    private readonly Dictionary<RoomId, (long Next, long End)> _passes = [];
    private readonly HashSet<ChangeHash> _underWay = [];
    private bool _isTimed;
    private bool _isThere;

    /// <summary>The line.</summary>
    public SimSession Session => session;

    /// <summary>Invites that this person was given: what they are of is read by them.</summary>
    public IReadOnlyList<SimLink> Links { get; set; } = [];

    /// <summary>The rooms of the workspace, as far as anybody has heard of them.</summary>
    public Func<IReadOnlyList<RoomId>> Rooms { get; set; } = () => [];

    /// <summary>The first word of the hub.</summary>
    public void OnHello(string epoch)
    {
        if (progress.Epoch is { } known && known != epoch && mutant != SimMutant.AnyHistory)
        {
            progress.BeginAnew(replica);
        }

        progress.Epoch = epoch;
        _isThere = true;

        // What the last session left unsettled is offered again.
        foreach (var row in progress.Pending.Values)
        {
            row.State = PushState.ToSend;
        }

        foreach (var link in Links)
        {
            session.Ask(hub => hub.RequestLog(session, link.Domain, link.Invite));
        }

        Turn();
    }

    /// <summary>The line is gone.</summary>
    public void OnCut() => _isThere = false;

    /// <summary>A room is open to us, perhaps again.</summary>
    public void OnOpen(RoomId room)
    {
        _open.Add(room);
        _read.Remove(room);
        foreach (var row in progress.Pending.Values.Where(row => row.Home == room))
        {
            row.State = PushState.ToSend;
        }

        Turn();
    }

    /// <summary>A room is not open to us.</summary>
    public void OnClosed(RoomId room)
    {
        _open.Remove(room);
        _asked.Remove(room);
        Turn();
    }

    /// <summary>The operations of an access scope, by an invite.</summary>
    public void OnLog(NodeId domain, IReadOnlyList<Change> operations)
    {
        replica.Receive([.. operations.Select(operation => (operation, RoomNames.OfMessages(domain)))], progress);
        Turn();
    }

    /// <summary>What became of a change that was handed in. Null: the hub has it filed.</summary>
    public void OnAnswer(ChangeHash hash, PushState? state)
    {
        _underWay.Remove(hash);
        if (state is null || mutant == SimMutant.AnyAnswerEnds)
        {
            progress.Pending.Remove(hash);
        }
        else if (progress.Pending.TryGetValue(hash, out var row))
        {
            row.State = state.Value;
        }

        Turn();
    }

    /// <summary>A page.</summary>
    public void OnPage(SimPage page)
    {
        if (!_asked.Remove(page.Room, out var asked) || asked.From != page.From)
        {
            // Nobody asked, or an older question was answered twice.
            Turn();
            return;
        }

        var room = progress[page.Room];
        if (mutant == SimMutant.LamportCursor)
        {
            var last = page.Changes.Select(one => one.Number).Append(room.Cursor).Max();
            if (Apply(page.Room, page.Changes, _ => room.Cursor = last))
            {
                _read.Add(page.Room);
            }
        }
        else if (asked.IsPass)
        {
            var last = page.Changes.Select(one => one.Number).LastOrDefault(page.From);
            var pass = _passes[page.Room];
            var isLast = !page.HasMore || last >= pass.End;
            if (Apply(page.Room, page.Changes, _ => room.TakePage(last, isLast)) && !(isLast && _passes.Remove(page.Room)))
            {
                _passes[page.Room] = pass with { Next = last + 1 };
            }
        }
        else if (_proven.Contains(page.Room) || IsSameHistory(page, room))
        {
            OnRest(page, room);
        }
        else
        {
            progress.BeginAnew(replica);
            Forget();
        }

        Turn();
    }

    /// <summary>A change as it is filed.</summary>
    public void OnLive(RoomId name, Change change, long number)
    {
        var room = progress[name];
        if (_proven.Contains(name) && _read.Contains(name) && number == room.Cursor + 1 && mutant != SimMutant.LamportCursor)
        {
            Apply(name, [(change, number)], _ => (room.Cursor, room.Last) = (number, change.Hash));
        }
        else if (number > room.Cursor || !_proven.Contains(name))
        {
            // Above a gap its page brings it.
            _read.Remove(name);
        }

        Turn();
    }

    /// <summary>Sends what may be sent now.</summary>
    public void Turn()
    {
        if (!_isThere || session.IsCut)
        {
            return;
        }

        foreach (var room in Rooms().Where(_subscribed.Add).ToList())
        {
            session.Ask(hub => hub.Subscribe(session, room));
        }

        AskForPages();
        Push();
        if ((_asked.Count > 0 || _underWay.Count > 0) && !_isTimed)
        {
            _isTimed = true;
            world.After(AnswerMsMax, () =>
            {
                _isTimed = false;
                _asked.Clear();
                _underWay.Clear();
                Turn();
            });
        }
    }

    private void Forget()
    {
        _proven.Clear();
        _read.Clear();
        _asked.Clear();
        _passes.Clear();
    }

    private void AskForPages()
    {
        // Spaces before what stands over them, threads after what they hang on.
        List<RoomId> due = [.. _open.Where(name => !_read.Contains(name) || progress[name].RedoEnd is not null || _passes.ContainsKey(name))];
        if (due.Count == 0)
        {
            return;
        }

        var first = _open.Where(name => !_read.Contains(name)).Select(name => RankOf(name, 0)).DefaultIfEmpty(int.MaxValue).Min();
        foreach (var name in due.Where(name => !_asked.ContainsKey(name) && RankOf(name, 0) <= first))
        {
            var room = progress[name];
            if (!_read.Contains(name))
            {
                Ask(name, isPass: false, mutant == SimMutant.LamportCursor || _proven.Contains(name) || room.Cursor == 0 ? room.Cursor : room.Cursor - 1);
            }
            else if (_passes.TryGetValue(name, out var pass))
            {
                Ask(name, isPass: true, pass.Next - 1);
            }
            else if (room is { RedoEnd: not null, Redo: { } redo })
            {
                // Up to the cursor as it is now: what was dropped since the cause went is read as well.
                _passes[name] = (redo, room.Cursor);
                room.BeginPass();
                Ask(name, isPass: true, redo - 1);
            }
        }
    }

    private void Ask(RoomId room, bool isPass, long from)
    {
        _asked[room] = (isPass, from);
        session.Ask(hub => hub.Request(session, room, from));
    }

    private int RankOf(RoomId room, int steps)
    {
        if (RoomNames.SubjectOfChannelRoom(room.Value) is not { } name)
        {
            return 0;
        }

        return !RoomNames.IsThread(name) || steps > 8 || !NodeId.TryParse(replica.Store.Node(new(name))?.State?["target"]?.Text, out var target) ? 1
            : replica.Store.Node(target) is { } node ? 1 + RankOf(node.Home, steps + 1)
            : 2;
    }

    // The first page of a session begins with the change at the cursor.
    private bool IsSameHistory(SimPage page, RoomProgress room)
    {
        if (room.Cursor > 0 && mutant != SimMutant.AnyHistory && (page.Changes.Count == 0 || page.Changes[0].Change.Hash != room.Last))
        {
            return false;
        }

        _proven.Add(page.Room);
        return true;
    }

    private void OnRest(SimPage page, RoomProgress room)
    {
        var last = page.Changes.Count > 0 ? page.Changes[^1] : default;
        if (!Apply(page.Room, page.Changes, _ => (room.Cursor, room.Last) = last.Number > room.Cursor ? (last.Number, last.Change.Hash) : (room.Cursor, room.Last)))
        {
            return;
        }

        if (!page.HasMore)
        {
            _read.Add(page.Room);
        }
    }

    // False if the disk failed; then it is asked for again.
    private bool Apply(RoomId room, IReadOnlyList<(Change Change, long Number)> changes, Action<Decision> alongside)
    {
        var known = progress[room].Numbers;
        foreach (var (change, number) in changes)
        {
            known[change.Hash] = number;
        }

        return replica.Receive([.. changes.Select(one => (one.Change, room))], progress, decision =>
        {
            foreach (var (change, _) in changes)
            {
                // The hub shows that it has it.
                progress.Pending.Remove(change.Hash);
            }

            alongside(decision);
        }) is not null;
    }

    // Operations before everything else. A client that hears no answers offers once.
    private void Push()
    {
        foreach (var group in progress.Pending.Values
            .Where(row => row.State == PushState.ToSend && !_underWay.Contains(row.Change.Hash))
            .OrderByDescending(row => row.IsOperation).Take(60).Chunk(FrameMax).ToList())
        {
            IReadOnlyList<(Change, RoomId)> frame = [.. group.Select(row => (row.Change, row.Home))];
            _underWay.UnionWith(group.Select(row => row.Change.Hash));
            session.Ask(hub => hub.Offer(session, frame));
            if (!session.TakesAnswers)
            {
                group.ToList().ForEach(row => progress.Pending.Remove(row.Change.Hash));
            }
        }
    }
}
