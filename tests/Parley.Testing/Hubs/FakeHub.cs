using Parley.Frames;
using Parley.Identity;
using Parley.Json;
using Parley.Platform;

namespace Parley.Testing.Hubs;

/// <summary>A hub in memory at the other end of fake links. It verifies nothing: what it passes on is up to the test.</summary>
public abstract class FakeHub : ILinkFactory
{
    private readonly Lock _gate = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<ClientFrame> _received = [];
    private readonly List<UcanToken> _tokens = [];
    private readonly List<(Socket From, ClientFrame Frame)> _heldBack = [];

    /// <summary>True while nobody can connect.</summary>
    public bool IsDown { get; private set; }

    /// <summary>Admits nobody, and closes with this code instead of a hello; null admits everybody.</summary>
    public int? RefusesWith { get; set; }

    /// <summary>The tokens that were shown, one for each dial, in order.</summary>
    public IReadOnlyList<UcanToken> Tokens
    {
        get
        {
            lock (_gate)
            {
                return [.. _tokens];
            }
        }
    }

    /// <summary>How many sockets are open.</summary>
    public int SocketCount
    {
        get
        {
            lock (_gate)
            {
                return _sockets.Count;
            }
        }
    }

    /// <summary>Frames from clients for which this is true get lost.</summary>
    internal Func<ClientFrame, bool>? Loses { get; set; }

    /// <summary>Frames from clients for which this is true are taken only with <see cref="LetGo"/>.</summary>
    internal Func<ClientFrame, bool>? HoldsBack { get; set; }

    /// <summary>Every frame that clients sent until now, in order.</summary>
    internal IReadOnlyList<ClientFrame> Received
    {
        get
        {
            lock (_gate)
            {
                return [.. _received];
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<ILink> ConnectAsync(Uri address, UcanToken? token, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (IsDown)
            {
                throw new ParleyException(ParleyErrorCode.Disconnected, "The hub is down.");
            }

            if (token is not null)
            {
                _tokens.Add(token);
            }

            var (near, far) = FakeLink.Pair();
            if (RefusesWith is { } code)
            {
                far.Close(code);
                return new(near);
            }

            var socket = new Socket(far);
            _sockets.Add(socket);
            socket.Send(Handshake);
            _ = ServeAsync(socket);
            return new(near);
        }
    }

    /// <summary>Closes all sockets and takes no new ones.</summary>
    public void GoDown()
    {
        lock (_gate)
        {
            IsDown = true;
            _sockets.ForEach(socket => socket.Link.Close(1001));
            _sockets.Clear();
        }
    }

    /// <summary>Takes sockets again.</summary>
    public void ComeUp() => IsDown = false;

    /// <summary>Takes what was held back, and holds nothing back any more.</summary>
    public void LetGo()
    {
        lock (_gate)
        {
            HoldsBack = null;
            _heldBack.ForEach(held => Take(held.From, held.Frame));
            _heldBack.Clear();
        }
    }

    /// <summary>How many sockets have this topic.</summary>
    public int SubscribersOf(string topic)
    {
        lock (_gate)
        {
            return _sockets.Count(socket => socket.Topics.Contains(topic));
        }
    }

    /// <summary>Runs with nothing else going on in the hub.</summary>
    protected void Locked(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        lock (_gate)
        {
            work();
        }
    }

    /// <summary>The hub's first frame.</summary>
    protected abstract JsonValue Handshake { get; }

    /// <summary>A change came in; under the lock.</summary>
    protected abstract void Take(Socket from, string topic, string room, JsonValue change, bool inBatch);

    /// <summary>All changes of a frame came in; under the lock.</summary>
    protected virtual void AfterFrame(Socket from)
    {
    }

    /// <summary>The answer to a request; under the lock.</summary>
    private protected abstract JsonValue PageOf(ClientFrame.SyncRequest request);

    /// <summary>Publishes to everybody who has the topic, or everybody but one.</summary>
    protected void Publish(string topic, JsonValue data, Socket? except = null)
    {
        foreach (var socket in _sockets.Where(socket => socket != except && socket.Topics.Contains(topic)))
        {
            socket.Send(JsonValue.Object(("type", JsonValue.Of("publish")), ("topic", JsonValue.Of(topic)), ("data", data)));
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        while (await socket.Link.ReceiveAsync() is { } message)
        {
            lock (_gate)
            {
                if (ClientFrame.TryRead(message, out var frame, out var why) != FrameFault.None)
                {
                    throw new InvalidOperationException("A client sent a bad frame: " + why);
                }

                _received.Add(frame!);
                if (HoldsBack?.Invoke(frame!) == true)
                {
                    _heldBack.Add((socket, frame!));
                }
                else if (Loses?.Invoke(frame!) != true)
                {
                    Take(socket, frame!);
                }
            }
        }

        lock (_gate)
        {
            _sockets.Remove(socket);
        }
    }

    private void Take(Socket socket, ClientFrame frame)
    {
        switch (frame)
        {
            case ClientFrame.Subscribe subscribe:
                socket.Topics.UnionWith(subscribe.Topics);
                socket.Send(JsonValue.Object(("type", JsonValue.Of("subscribed")), ("topics", JsonValue.Array([.. subscribe.Topics.Select(JsonValue.Of)]))));
                break;
            case ClientFrame.Unsubscribe unsubscribe:
                socket.Topics.ExceptWith(unsubscribe.Topics);
                break;
            case ClientFrame.NodeChange change:
                Take(socket, change.Topic, change.Room, change.Change, inBatch: false);
                AfterFrame(socket);
                break;
            case ClientFrame.NodeChangeBatch batch:
                foreach (var change in batch.Changes)
                {
                    Take(socket, batch.Topic, batch.Room, change, inBatch: true);
                }

                AfterFrame(socket);
                break;
            case ClientFrame.SyncRequest request:
                socket.Send(PageOf(request));
                break;
            case ClientFrame.Ping:
                socket.Send(JsonValue.Object(("type", JsonValue.Of("pong"))));
                break;
            case ClientFrame.AwarenessUpdate update:
                Publish(update.Topic, update.Data, except: socket);
                break;
            default:
                break;
        }
    }

    /// <summary>One client's socket.</summary>
    protected sealed class Socket(FakeLink link)
    {
        /// <summary>The hub's end.</summary>
        public FakeLink Link => link;

        /// <summary>What it subscribed.</summary>
        public HashSet<string> Topics { get; } = new(StringComparer.Ordinal);

        /// <summary>Sends a frame; lost where the socket is closed.</summary>
        public void Send(JsonValue frame) => link.TrySend(CanonicalJson.ToBytes(frame));
    }
}
