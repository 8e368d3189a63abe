using System.Buffers.Binary;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Platform;

namespace Parley.Presence;

/// <summary>Presence as rooms over any node id, reference-counted: five joins share one session, the last leave leaves (W29).</summary>
public sealed class PresenceRooms : IDisposable
{
    /// <summary>How long a typing mark lives after it was received, ms.</summary>
    public const long TypingMs = 4_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, PresenceRoom> _rooms = new(StringComparer.Ordinal);
    private readonly PersonId _me;
    private readonly Func<string> _name;
    private readonly TimeProvider _time;
    private readonly RandomBytes _random;
    private readonly long _started;
    private readonly ITimer _heartbeat;
    private readonly ITimer _lapse;
    private IPresenceWire? _wire;

    internal PresenceRooms(PersonId me, Func<string> name, TimeProvider time, RandomBytes random)
    {
        _me = me;
        _name = name;
        _time = time;
        _random = random;
        _started = time.GetTimestamp();
        _heartbeat = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _lapse = time.CreateTimer(_ => Lapse(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private long NowMs => (long)_time.GetElapsedTime(_started).TotalMilliseconds;

    /// <summary>Joins the presence of a node at once; the session shows others as they are heard.</summary>
    public PresenceSession Join(NodeId node)
    {
        var topic = RoomNames.Presence(node);
        lock (_gate)
        {
            if (!_rooms.TryGetValue(topic.Value, out var room))
            {
                _rooms[topic.Value] = room = new(topic, NewClient());
                _wire?.Join(topic);
                Send(room, room.Show(new(), Write, NowMs));
                StartHeartbeat();
            }

            room.Holders++;
            return new(this, room);
        }
    }

    /// <summary>Stops the timers and leaves every room.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var room in _rooms.Values)
            {
                Send(room, room.Leave(NowMs));
                _wire?.Leave(room.Topic);
            }

            _rooms.Clear();
            _wire = null;
        }

        _heartbeat.Dispose();
        _lapse.Dispose();
    }

    /// <summary>Sets what carries presence from now on; joined rooms are joined there.</summary>
    internal void Use(IPresenceWire wire)
    {
        lock (_gate)
        {
            _wire = wire;
            foreach (var room in _rooms.Values)
            {
                wire.Join(room.Topic);
                Send(room, room.Announce(NowMs));
            }
        }
    }

    /// <summary>A topic is open (again): says who is here (W21).</summary>
    internal void OnOpened(string topic)
    {
        lock (_gate)
        {
            if (_rooms.TryGetValue(topic, out var room))
            {
                Send(room, room.Announce(NowMs));
            }
        }
    }

    /// <summary>An update came in.</summary>
    internal void OnUpdate(string topic, ReadOnlySpan<byte> update)
    {
        lock (_gate)
        {
            if (_rooms.TryGetValue(topic, out var room))
            {
                Send(room, room.Receive(update, NowMs));
                StartLapse();
            }
        }
    }

    /// <summary>The own name changed: says it everywhere.</summary>
    internal void Refresh()
    {
        lock (_gate)
        {
            foreach (var room in _rooms.Values)
            {
                Send(room, room.Show(room.State, Write, NowMs));
            }
        }
    }

    internal void Show(PresenceRoom room, Func<PresenceState, PresenceState> change)
    {
        lock (_gate)
        {
            if (_rooms.ContainsValue(room))
            {
                Send(room, room.Show(change(room.State), Write, NowMs));
            }
        }
    }

    internal void Release(PresenceRoom room)
    {
        lock (_gate)
        {
            if (--room.Holders == 0 && _rooms.Remove(room.Topic.Value))
            {
                Send(room, room.Leave(NowMs));
                _wire?.Leave(room.Topic);
                StartHeartbeat();
            }
        }
    }

    private void Tick()
    {
        lock (_gate)
        {
            foreach (var room in _rooms.Values)
            {
                var expired = room.State.Typing is { } typing && typing.UntilMs < _time.GetUtcNow().ToUnixTimeMilliseconds();
                Send(room, expired ? room.Show(room.State with { Typing = null }, Write, NowMs) : null);
                Send(room, room.Tick(NowMs));
            }
        }
    }

    private void Lapse()
    {
        lock (_gate)
        {
            foreach (var room in _rooms.Values)
            {
                room.Publish(NowMs);
            }

            StartLapse();
        }
    }

    private void StartHeartbeat()
    {
        var period = _rooms.Count > 0 ? TimeSpan.FromMilliseconds(Awareness.TickMs) : Timeout.InfiniteTimeSpan;
        _heartbeat.Change(period, period);
    }

    private void StartLapse()
    {
        var now = NowMs;
        var next = _rooms.Values.Select(room => room.NextLapse(now)).OfType<long>().DefaultIfEmpty(-1).Min();
        _lapse.Change(next < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(next - now), Timeout.InfiniteTimeSpan);
    }

    private void Send(PresenceRoom room, byte[]? update)
    {
        if (update is not null)
        {
            _wire?.Send(room.Topic, update);
        }
    }

    private JsonValue Write(PresenceState state) => PresenceFields.Write(state, _me, _name(), _time.GetUtcNow().ToUnixTimeMilliseconds());

    private ulong NewClient()
    {
        Span<byte> bytes = stackalloc byte[4];
        _random(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}

/// <summary>One holder's part in a room's presence. Disposing leaves; the last of a room's holders leaves the room.</summary>
public sealed class PresenceSession : IDisposable
{
    private readonly PresenceRooms _rooms;
    private readonly PresenceRoom _room;
    private int _disposed;

    internal PresenceSession(PresenceRooms rooms, PresenceRoom room)
    {
        _rooms = rooms;
        _room = room;
    }

    /// <summary>Everybody else seen in the room, newest first; own other tabs included, this client not.</summary>
    public Live<IReadOnlyList<PresencePeer>> Peers => _room.Peers;

    /// <summary>Merges into the own state and announces it. Lost when offline, sent again on connect.</summary>
    public void Show(Func<PresenceState, PresenceState> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        _rooms.Show(_room, change);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _rooms.Release(_room);
        }
    }
}
