using Parley.Hub.Limits;

namespace Parley.Hub.Connections;

/// <summary>
/// One socket: its mutable state and its receive loop. Frames are handled one after another, in the order in which they came (W30).
/// </summary>
internal sealed class HubConnection
{
    private const int AwarenessClientsMax = 256;
    private const int CallSessionsMax = 64;
    private const int ProgressBytes = 4_096;

    /// <summary>How long a connection outlives its token: what was on its way is told why it is not taken, and only then is the door closed.</summary>
    private static readonly TimeSpan TokenGrace = TimeSpan.FromSeconds(1);

    /// <summary>How long a closing peer has to close too.</summary>
    private const long CloseWaitMs = 2_000;

    private readonly Stream _stream;
    private readonly HubParts _parts;
    private readonly SocketReader _reader;
    private readonly Action _abort;
    private readonly Lock _gate = new();
    private readonly Lock _abortGate = new();
    private bool _isOver;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _awarenessClients;
    private int _callSessions;
    private int _pendingChanges;
    private TaskCompletionSource? _settled;
    private long _closingSinceMs;
    private long _receivedMs;
    private long _progressMs;
    private int _progressBytes;
    private bool _isPinged;

    public HubConnection(long id, Stream stream, HubParts parts, Session session, Action abort)
    {
        Id = id;
        Session = session;
        _stream = stream;
        _parts = parts;
        _abort = abort;
        _reader = new(parts.Options.Limits.FrameBytesMax);
        _receivedMs = _progressMs = parts.Clock.Ms;
        Budget = new(parts.Options.Limits);
        Outbox = new(stream, parts.Flushers[(int)(id % parts.Flushers.Length)], parts.Metrics, parts.Options.Limits.QueueBytesMax)
        {
            // Whoever adds a frame may hold a topic's lock, which ending a connection takes too.
            Cut = () => ThreadPool.UnsafeQueueUserWorkItem(static c => c.Cut("it does not read"), this, preferLocal: false),
        };
    }

    /// <summary>Names it in logs.</summary>
    public long Id { get; }

    /// <summary>What waits to be sent.</summary>
    public Outbox Outbox { get; }

    /// <summary>Who it is.</summary>
    public Session Session { get; }

    /// <summary>Its topics by name. Belongs to the receive loop, which locks it to change it; whoever else reads it does by <see cref="Subscribed"/>.</summary>
    public Dictionary<string, Subscription> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>What it may still send. Belongs to the receive loop.</summary>
    public FrameBudget Budget;

    /// <summary>True once a close frame was sent or is on its way: what comes now is not handled.</summary>
    public bool IsClosing => Volatile.Read(ref _closingSinceMs) != 0;

    /// <summary>Completes when the socket is closed and everything of it is given back.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Its subscriptions as they stand.</summary>
    public IReadOnlyList<Subscription> Subscribed()
    {
        lock (Subscriptions)
        {
            return [.. Subscriptions.Values];
        }
    }

    /// <summary>Cuts the socket off; nothing once it has ended, when its request is gone or serves another.</summary>
    public void Abort()
    {
        lock (_abortGate)
        {
            if (!_isOver)
            {
                _abort();
            }
        }
    }

    /// <summary>Receives until the socket is closed from either side.</summary>
    public async Task RunAsync()
    {
        if (!IsClosing)
        {
            Outbox.Add(_parts.Handshake);
        }

        try
        {
            await ReceiveAsync();
            await Outbox.BelowAsync(0).WaitAsync(TimeSpan.FromMilliseconds(CloseWaitMs), _parts.Clock.Time);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException or TimeoutException)
        {
            // The peer is gone, or was cut off: nothing is left to say to it.
        }
        finally
        {
            await SettledAsync();
            _reader.Abandon();
            foreach (var subscription in Subscriptions.Values)
            {
                _parts.Topics.Remove(subscription, _parts.Clock.Ms);
            }

            await Outbox.CloseAsync();
            lock (_abortGate)
            {
                _isOver = true;
            }

            _ended.SetResult();
        }
    }

    /// <summary>Sends a close frame once; the peer has <see cref="CloseWaitMs"/> to answer.</summary>
    public void Close(ushort code, string reason)
    {
        if (Interlocked.CompareExchange(ref _closingSinceMs, Math.Max(1, _parts.Clock.Ms), 0) == 0)
        {
            if (code is not CloseCode.Normal and not CloseCode.GoingAway)
            {
                Log.ClosedFor(_parts.Log, Id, reason);
            }

            Outbox.AddLast(HubFrames.Close(code, reason));
        }
    }

    /// <summary>Closes what is silent in the middle of a frame, does not answer a ping, does not close, or whose token's time is over.</summary>
    public void Sweep(long nowMs, DateTimeOffset now)
    {
        var idleMs = _parts.Options.Limits.IdleMsMax;
        var closingSince = Volatile.Read(ref _closingSinceMs);
        var silentMs = nowMs - Volatile.Read(ref _receivedMs);
        if (closingSince != 0)
        {
            if (nowMs - closingSince > CloseWaitMs)
            {
                Abort();
            }
        }
        else if (Session.IsOver(now - TokenGrace))
        {
            Close(CloseCode.Unauthenticated, "Token expired");
        }
        else if (_reader.IsMidMessage && nowMs - Volatile.Read(ref _progressMs) > idleMs)
        {
            Close(CloseCode.PolicyViolation, "A frame took too long");
        }
        else if (silentMs > idleMs)
        {
            Cut("it does not answer");
        }
        else if (silentMs > idleMs / 2 && !_isPinged)
        {
            _isPinged = true;
            Outbox.Add(FrameBuilder.Control(SocketOpcode.Ping, []));
        }
    }

    /// <summary>Says that changes went to the writer; <see cref="Settled"/> answers.</summary>
    public void Submitted()
    {
        lock (_gate)
        {
            _pendingChanges++;
        }
    }

    /// <summary>Says that one submission was answered.</summary>
    public void Settled()
    {
        TaskCompletionSource? settled = null;
        lock (_gate)
        {
            if (--_pendingChanges == 0)
            {
                (settled, _settled) = (_settled, null);
            }
        }

        settled?.SetResult();
    }

    /// <summary>How many submissions wait for their answer.</summary>
    public int Pending
    {
        get
        {
            lock (_gate)
            {
                return _pendingChanges;
            }
        }
    }

    /// <summary>Waits until everything submitted was answered.</summary>
    public Task SettledAsync()
    {
        lock (_gate)
        {
            if (_pendingChanges == 0)
            {
                return Task.CompletedTask;
            }

            _settled ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _settled.Task;
        }
    }

    /// <summary>Takes one of the seats that a socket has in awareness rooms; false where it has them all.</summary>
    public bool TryTakeSeat() => TryTake(ref _awarenessClients, AwarenessClientsMax);

    /// <summary>Gives a seat back.</summary>
    public void GiveSeatBack() => Interlocked.Decrement(ref _awarenessClients);

    /// <summary>Takes one of the call sessions for which a socket may speak at once; false where it has them all.</summary>
    public bool TryTakeCallSession() => TryTake(ref _callSessions, CallSessionsMax);

    /// <summary>Gives a call session back.</summary>
    public void GiveCallSessionBack() => Interlocked.Decrement(ref _callSessions);

    private static bool TryTake(ref int taken, int max)
    {
        if (Interlocked.Increment(ref taken) <= max)
        {
            return true;
        }

        Interlocked.Decrement(ref taken);
        return false;
    }

    private void Cut(string reason)
    {
        if (Interlocked.CompareExchange(ref _closingSinceMs, Math.Max(1, _parts.Clock.Ms), 0) == 0)
        {
            Log.ClosedFor(_parts.Log, Id, reason);
        }

        Abort();
    }

    private async Task ReceiveAsync()
    {
        while (true)
        {
            if (!_reader.IsMidMessage)
            {
                // Wait without a buffer: that is what an idle socket costs.
                _reader.Release();
                _ = await _stream.ReadAsync(Memory<byte>.Empty);
            }

            var count = await _stream.ReadAsync(_reader.Prepare());
            if (count == 0)
            {
                return;
            }

            _reader.Received(count);
            Progress(count);
            while (_reader.TryRead(out var found))
            {
                if (found.Kind == SocketEventKind.Close)
                {
                    Close(found.Code == 0 ? CloseCode.Normal : found.Code, "");
                    return;
                }

                if (!IsClosing)
                {
                    await _parts.Frames.HandleAsync(this, found);
                }
            }
        }
    }

    private void Progress(int count)
    {
        var now = _parts.Clock.Ms;
        Volatile.Write(ref _receivedMs, now);
        _isPinged = false;
        _progressBytes += count;
        if (!_reader.IsMidMessage || _progressBytes >= ProgressBytes)
        {
            _progressBytes = 0;
            Volatile.Write(ref _progressMs, now);
        }
    }
}
