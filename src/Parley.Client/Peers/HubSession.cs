using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Connection;
using Parley.Frames;
using Parley.Ids;
using Parley.Live;
using Parley.Platform;
using Parley.Replica;
using Parley.Store;

namespace Parley.Peers;

/// <summary>The replica's parts that a session works with.</summary>
internal sealed record SyncParts(
    ReplicaLedger Ledger, RoomBook Rooms, Outbox Outbox, HubMemory Memory, PersonId Me, TimeProvider Time, ILogger Log);

/// <summary>Who cares for what is not replication.</summary>
internal interface ISessionListener
{
    /// <summary>The topics to subscribe besides the followed rooms.</summary>
    IReadOnlyList<RoomId> Topics { get; }

    /// <summary>Frames may be sent from now on.</summary>
    void OnOpen(HubSession session);

    /// <summary>The hub confirmed topics.</summary>
    void OnSubscribed(IReadOnlyList<string> topics);

    /// <summary>A frame that is not replication.</summary>
    void OnFrame(HubFrame frame);

    /// <summary>No frame goes out any more.</summary>
    void OnClosed();

    /// <summary>The hub has not let this person in, or has now.</summary>
    void OnLobby(bool isInLobby);

    /// <summary>All that the hub has is here, or is not any more.</summary>
    void OnCaughtUp(bool caughtUp);
}

/// <summary>One link's life: shake hands, subscribe, catch up, then live in both directions until it closes.</summary>
internal sealed class HubSession : IDisposable
{
    private const int SubscribeAtOnce = 1_000;

    // Presence is dropped when this much waits to be sent: a newer state follows.
    private const int PostsMax = 256;
    private static readonly string[] OwnFeatures = [Features.NodeChanges, Features.BatchChanges, Features.BatchPush, Features.Ack, Features.Seq];
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(25);

    // How long a dropped frame may keep everybody waiting who waits for its answer.
    private static readonly TimeSpan DropPatience = TimeSpan.FromSeconds(10);

    private readonly SyncParts _parts;
    private readonly ILink _link;
    private readonly ISessionListener _listener;
    private readonly HubInbox _inbox;
    private readonly Pusher _pusher;
    private readonly Pacing _pacing;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Bell _dropped = new();
    private readonly Bell _passDue = new();
    private readonly Channel<byte[]> _posts = Channel.CreateUnbounded<byte[]>();
    private volatile bool _heard;
    private bool _isInLobby;

    private HubSession(SyncParts parts, ILink link, HubDialect dialect, ISessionListener listener)
    {
        _parts = parts;
        _link = link;
        _listener = listener;
        _pacing = new(dialect.ChangesPerSecond, parts.Time);
        _pusher = new(parts.Outbox, dialect, (frame, token) => SendAsync(frame.Bytes, frame.Hashes.Count, token), parts.Time)
        {
            LookFor = () => _inbox!.TryAdd(new HubInbox.Work.Look()),
        };
        _inbox = new(parts, dialect, _pusher, (bytes, token) => SendAsync(bytes, 0, token), listener.OnCaughtUp);
        parts.Rooms.PassDue = _passDue.Ring;
    }

    /// <summary>Answers the hub's hello and prepares the replica for it. Throws <see cref="ParleyException"/>: Incompatible, Disconnected, Storage.</summary>
    public static async Task<HubSession> OpenAsync(SyncParts parts, Dialled dialled, Uri address, ISessionListener listener, CancellationToken cancellationToken)
    {
        var (link, handshake) = dialled;
        await link.SendAsync(ClientFrames.Handshake(parts.Me.Value, OwnFeatures), cancellationToken).ConfigureAwait(false);
        if (ProtocolVersions.Mismatch(handshake.ProtocolVersion, handshake.MinProtocolVersion) is { } suggestion)
        {
            throw new ParleyException(ParleyErrorCode.Incompatible, $"The hub's version does not meet ours: {suggestion}.");
        }

        var dialect = HubDialect.Of(handshake, parts.Me, address);
        await parts.Memory.MeetAsync(dialect, parts.Ledger, parts.Rooms, cancellationToken).ConfigureAwait(false);
        return new(parts, link, dialect, listener);
    }

    /// <summary>Runs until the link closes, the store fails or the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _listener.OnOpen(this);
        List<Task> tasks =
        [
            ReceiveAsync(ending.Token),
            _inbox.RunAsync(ending.Token),
            _pusher.RunAsync(ending.Token),
            PingAsync(ending.Token),
            MissAsync(ending.Token),
            RereadAsync(ending.Token),
            PostAsync(ending.Token),
            SubscribeAsync([.. _parts.Rooms.Followed().OrderBy(ReadingOrder.RankOf).Select(r => new RoomId(r)), .. _listener.Topics], ending.Token),
        ];
        try
        {
            // The first of them that ends the session ends the others; the pusher and the first subscription may be done before.
            while (tasks.Count > 0 && await Task.WhenAny(tasks).ConfigureAwait(false) is { } ended)
            {
                await ended.ConfigureAwait(false);
                if (tasks.IndexOf(ended) == 0)
                {
                    break;
                }

                tasks.Remove(ended);
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Sends a frame when its turn comes; never waits.</summary>
    public void Post(byte[] frame, bool mayDrop)
    {
        if (!mayDrop || _posts.Reader.Count < PostsMax)
        {
            _posts.Writer.TryWrite(frame);
        }
    }

    private async Task SubscribeAsync(IReadOnlyList<RoomId> topics, CancellationToken cancellationToken)
    {
        foreach (var chunk in topics.Chunk(SubscribeAtOnce))
        {
            await SendAsync(ClientFrames.Subscribe(chunk), 0, cancellationToken).ConfigureAwait(false);
        }
    }

    // One frame at a time, within the hub's limits.
    private async ValueTask SendAsync(byte[] frame, int changes, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _pacing.WaitAsync(changes, cancellationToken).ConfigureAwait(false);
            await _link.SendAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    public void Dispose()
    {
        _parts.Rooms.PassDue = null;
        _pusher.Dispose();
        _sending.Dispose();
    }

    private async Task PostAsync(CancellationToken cancellationToken)
    {
        await foreach (var frame in _posts.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await SendAsync(frame, 0, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        while (await _link.ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            _heard = true;
            if (HubFrame.TryRead(message, out var frame, out var why) != FrameFault.None)
            {
                SyncLog.BadFrame(_parts.Log, why);
                continue;
            }

            await TakeAsync(frame!, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask TakeAsync(HubFrame frame, CancellationToken cancellationToken)
    {
        switch (frame)
        {
            case HubFrame.NodeChange or HubFrame.NodeChangeBatch or HubFrame.SyncResponse or HubFrame.NodeAck or HubFrame.NodeError or HubFrame.Cleared:
                await _inbox.AddAsync(new HubInbox.Work.Received(frame), cancellationToken).ConfigureAwait(false);
                break;
            case HubFrame.Subscribed subscribed:
                if (_isInLobby && subscribed.Topics.Contains(_parts.Me.Value, StringComparer.Ordinal))
                {
                    // What was refused in the lobby is taken now.
                    ShowLobby(false);
                    _pusher.Again();
                }

                var rooms = subscribed.Topics.Where(topic => _parts.Rooms[topic].Followed).ToList();
                await _inbox.AddAsync(new HubInbox.Work.Read(rooms), cancellationToken).ConfigureAwait(false);
                _listener.OnSubscribed(subscribed.Topics);
                break;
            case HubFrame.AuthDenied denied when _parts.Rooms[denied.Resource].Followed:
                if (denied.Resource == _parts.Me.Value)
                {
                    // Nothing else keeps a person out of their own room.
                    ShowLobby(true);
                }

                await _inbox.AddAsync(new HubInbox.Work.Denied(denied.Resource), cancellationToken).ConfigureAwait(false);
                break;
            case HubFrame.Error error:
                // The hub dropped a frame for its rate or size: it may have been one of ours.
                SyncLog.HubError(_parts.Log, error.Message);
                _pusher.Again();
                _dropped.Ring();
                break;
            default:
                _listener.OnFrame(frame);
                break;
        }
    }

    private void ShowLobby(bool isInLobby)
    {
        _isInLobby = isInLobby;
        _listener.OnLobby(isInLobby);
    }

    // A dropped frame may have been a subscription or the request of a page, and nothing says whose: where answers stay away, the next session asks anew.
    private async Task MissAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _dropped.WaitAsync(null, _parts.Time, cancellationToken).ConfigureAwait(false);
            while (!_inbox.IsCaughtUp)
            {
                var answers = _inbox.Answers;
                await Task.Delay(DropPatience, _parts.Time, cancellationToken).ConfigureAwait(false);
                if (!_inbox.IsCaughtUp && _inbox.Answers == answers)
                {
                    throw new ParleyException(ParleyErrorCode.Timeout, "The hub dropped what it was asked.");
                }
            }
        }
    }

    // A pass may be due at once, or after the pause that follows one that dropped something again.
    private async Task RereadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var waits = _parts.Rooms.Dropped().Where(d => d.Redo.End is not null).Select(d => d.Redo.Wait(_parts.Time)).Where(wait => wait > TimeSpan.Zero);
            await _passDue.WaitAsync(waits.Select(wait => (TimeSpan?)wait).Min(), _parts.Time, cancellationToken).ConfigureAwait(false);
            _inbox.TryAdd(new HubInbox.Work.Reread());
        }
    }

    // A link may be dead without saying so: silence is asked about once, and then ends the session.
    private async Task PingAsync(CancellationToken cancellationToken)
    {
        var asked = false;
        while (true)
        {
            _heard = false;
            await Task.Delay(PingAfter, _parts.Time, cancellationToken).ConfigureAwait(false);
            if (_heard)
            {
                asked = false;
                continue;
            }

            if (asked)
            {
                throw new ParleyException(ParleyErrorCode.Timeout, "The hub is silent.");
            }

            asked = true;
            await SendAsync(ClientFrames.Ping(), 0, cancellationToken).ConfigureAwait(false);
        }
    }
}
