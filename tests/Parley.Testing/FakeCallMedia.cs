using System.Globalization;
using Parley.Calls;
using Parley.Json;
using Parley.Platform;

namespace Parley.Testing;

/// <summary>The air between the media engines of a test: two connections carry when each has the other's description.</summary>
public sealed class FakeMediaWorld
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (FakeCallMedia Engine, FakeConnection Connection)> _connections = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private int _made;

    /// <summary>What a browser would have thrown on.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_gate)
            {
                return [.. _faults];
            }
        }
    }

    /// <summary>How many descriptions were made in all: what does not rise was not negotiated.</summary>
    public int Descriptions { get; private set; }

    /// <summary>An engine for one call of one person.</summary>
    public FakeCallMedia Open(Action<MediaFact> fact) => new(this, fact);

    internal void Fault(string what)
    {
        lock (_gate)
        {
            _faults.Add(what);
        }
    }

    internal FakeConnection Make(FakeCallMedia engine, SessionId peer)
    {
        lock (_gate)
        {
            var connection = new FakeConnection(string.Create(CultureInfo.InvariantCulture, $"c{++_made}"), peer);
            _connections[connection.Id] = (engine, connection);
            return connection;
        }
    }

    internal void Described(FakeConnection connection)
    {
        (FakeCallMedia Engine, FakeConnection Connection) own, other;
        lock (_gate)
        {
            Descriptions++;
            if (connection.Remote is null || !_connections.TryGetValue(connection.Id, out own) || !_connections.TryGetValue(connection.Remote, out other)
                || other.Connection.Remote != connection.Id || connection.IsOffering || other.Connection.IsOffering)
            {
                return;
            }
        }

        own.Engine.Report(own.Connection, LinkHealth.Connected);
        other.Engine.Report(other.Connection, LinkHealth.Connected);
    }

    internal void Gone(FakeConnection connection)
    {
        (FakeCallMedia Engine, FakeConnection Connection) other;
        lock (_gate)
        {
            _connections.Remove(connection.Id);
            if (connection.Remote is null || !_connections.TryGetValue(connection.Remote, out other))
            {
                return;
            }
        }

        other.Engine.Report(other.Connection, LinkHealth.Interrupted);
    }
}

/// <summary>One fake connection.</summary>
/// <param name="id">Its id, which stands in its descriptions.</param>
/// <param name="peer">To whom.</param>
public sealed class FakeConnection(string id, SessionId peer)
{
    internal string Id => id;

    internal SessionId Peer => peer;

    internal string? Remote { get; set; }

    internal bool IsOffering { get; set; }

    internal LinkHealth Health { get; set; }
}

/// <summary>A media engine without media, as strict as a browser about the order of things.</summary>
public sealed class FakeCallMedia : ICallMedia
{
    private readonly Lock _gate = new();
    private readonly FakeMediaWorld _world;
    private readonly Action<MediaFact> _fact;
    private readonly Dictionary<SessionId, FakeConnection> _connections = [];
    private readonly HashSet<MediaSource> _captured = [];
    private volatile bool _isDead;

    internal FakeCallMedia(FakeMediaWorld world, Action<MediaFact> fact) => (_world, _fact) = (world, fact);

    /// <summary>What is sent now.</summary>
    public CallMedia Sent { get; private set; }

    /// <summary>What is captured now.</summary>
    public IReadOnlyCollection<MediaSource> Captured
    {
        get
        {
            lock (_gate)
            {
                return [.. _captured.Order()];
            }
        }
    }

    /// <summary>The ICE servers that it was given.</summary>
    public IReadOnlyList<IceServer> IceServers { get; private set; } = [];

    /// <summary>What the connections may carry of the pictures.</summary>
    public System.Collections.Concurrent.ConcurrentDictionary<SessionId, VideoLimit> Limits { get; } = new();

    /// <summary>Devices that fail, and how.</summary>
    public Dictionary<MediaSource, MediaFault> Faults { get; } = [];

    /// <summary>Completes when the person answers the browser's question; null where they have answered before.</summary>
    public Task? Answered { get; set; }

    /// <summary>True once it was disposed: every device is given back.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>With how many it is connected.</summary>
    public int ConnectedCount
    {
        get
        {
            lock (_gate)
            {
                return _connections.Values.Count(connection => connection.Health == LinkHealth.Connected);
            }
        }
    }

    /// <summary>The program dies: it says and does nothing more, and what flowed from it stops.</summary>
    public void Die()
    {
        _isDead = true;
        CloseAll();
    }

    /// <summary>Something of the devices happens.</summary>
    public void Happen(MediaFact fact) => Tell(fact);

    /// <inheritdoc/>
    public async ValueTask<MediaFault?> GetUserMediaAsync(MediaSource source, CancellationToken cancellationToken = default)
    {
        if (Answered is { } answered)
        {
            await answered;
        }

        return Capture(source);
    }

    /// <inheritdoc/>
    public ValueTask<MediaFault?> GetDisplayMediaAsync(CancellationToken cancellationToken = default) => new(Capture(MediaSource.Screen));

    /// <inheritdoc/>
    public void ReplaceTracks(CallMedia media)
    {
        lock (_gate)
        {
            Sent = media;
            _captured.RemoveWhere(source => source == MediaSource.Camera ? !media.Video : source == MediaSource.Screen && !media.Screen);
        }
    }

    /// <inheritdoc/>
    public void LimitVideo(SessionId peer, VideoLimit limit) => Limits[peer] = limit;

    /// <inheritdoc/>
    public void SetConfiguration(IReadOnlyList<IceServer> servers) => IceServers = servers;

    /// <inheritdoc/>
    public void CreatePeerConnection(SessionId peer, bool isOfferer)
    {
        ClosePeerConnection(peer);
        lock (_gate)
        {
            _connections[peer] = _world.Make(this, peer);
        }
    }

    /// <inheritdoc/>
    public void ClosePeerConnection(SessionId peer)
    {
        FakeConnection? closed;
        lock (_gate)
        {
            _connections.Remove(peer, out closed);
        }

        if (closed is not null)
        {
            _world.Gone(closed);
        }
    }

    /// <inheritdoc/>
    public void CreateOffer(SessionId peer, long round, bool iceRestart)
    {
        if (Find(peer) is { } connection)
        {
            Demand(!connection.IsOffering, "an offer while one is out");
            connection.IsOffering = true;
            Tell(new OfferCreated(peer, round, Sdp(connection)));
            Tell(new IceCandidateFound(peer, round, JsonValue.Object(("candidate", JsonValue.Of(connection.Id)))));
        }
    }

    /// <inheritdoc/>
    public void CreateAnswer(SessionId peer, long round, string offer)
    {
        if (Find(peer) is { } connection)
        {
            Demand(!connection.IsOffering, "glare");
            connection.Remote = RemoteOf(offer);
            Tell(new AnswerCreated(peer, round, Sdp(connection)));
            Tell(new IceCandidateFound(peer, round, JsonValue.Object(("candidate", JsonValue.Of(connection.Id)))));
            _world.Described(connection);
        }
    }

    /// <inheritdoc/>
    public void SetRemoteDescription(SessionId peer, string answer)
    {
        if (Find(peer) is { } connection)
        {
            Demand(connection.IsOffering, "an answer to no offer");
            (connection.IsOffering, connection.Remote) = (false, RemoteOf(answer));
            _world.Described(connection);
        }
    }

    /// <inheritdoc/>
    public void AddIceCandidate(SessionId peer, JsonValue candidate) =>
        Demand(Find(peer) is not { Remote: null }, "a candidate before its description");

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        CloseAll();
        return ValueTask.CompletedTask;
    }

    internal void Report(FakeConnection connection, LinkHealth health)
    {
        if (Find(connection.Peer) == connection && connection.Health != health)
        {
            connection.Health = health;
            Tell(new ConnectionStateChanged(connection.Peer, health));
        }
    }

    private static string Sdp(FakeConnection connection) => $"v=0\r\na=ice-ufrag:{connection.Id}\r\na=fingerprint:sha-256 AA:BB\r\n";

    private static string RemoteOf(string sdp) => sdp.Split('\n').Single(line => line.StartsWith("a=ice-ufrag:", StringComparison.Ordinal))["a=ice-ufrag:".Length..].Trim();

    private MediaFault? Capture(MediaSource source)
    {
        if (Faults.TryGetValue(source, out var fault))
        {
            return fault;
        }

        lock (_gate)
        {
            _captured.Add(source);
        }

        return null;
    }

    private void CloseAll()
    {
        SessionId[] peers;
        lock (_gate)
        {
            peers = [.. _connections.Keys];
            _captured.Clear();
        }

        Array.ForEach(peers, ClosePeerConnection);
    }

    private FakeConnection? Find(SessionId peer)
    {
        lock (_gate)
        {
            return _connections.GetValueOrDefault(peer);
        }
    }

    private void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            _world.Fault(otherwise);
        }
    }

    private void Tell(MediaFact fact)
    {
        if (!_isDead)
        {
            _fact(fact);
        }
    }
}
