using Parley.Ids;
using Parley.Json;
using Parley.Platform;

namespace Parley.Calls;

/// <summary>Signals over the hub, and between the tabs of one person also without one.</summary>
internal sealed class RelayedSignals : ISignalTransport
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RoomId, Joined> _topics = [];
    private ISignalWire? _wire;

    public ISignalTopic Join(RoomId topic, ISignalReceiver receiver)
    {
        lock (_gate)
        {
            var handle = new Handle(this, topic, receiver);
            if (!_topics.TryGetValue(topic, out var joined))
            {
                _topics[topic] = joined = new();
                joined.Handles.Add(handle);
                _wire?.Join(topic);
                return handle;
            }

            joined.Handles.Add(handle);
            Tell(receiver, joined.Reach);
            return handle;
        }
    }

    /// <summary>Sets what carries signals from now on; joined topics are joined there.</summary>
    public void Use(ISignalWire wire)
    {
        lock (_gate)
        {
            _wire = wire;
            foreach (var topic in _topics.Keys)
            {
                wire.Join(topic);
            }
        }
    }

    /// <summary>Where signals of a topic go changed. It is asked for here, in turn, so that the newest answer is the last one told.</summary>
    public void OnReach(RoomId topic, Func<RoomId, SignalReach> ask)
    {
        lock (_gate)
        {
            if (_topics.TryGetValue(topic, out var joined) && ask(topic) is var reach && reach != joined.Reach)
            {
                joined.Reach = reach;
                joined.Handles.ForEach(handle => Tell(handle.Receiver, reach));
            }
        }
    }

    public void OnSignal(RoomId topic, JsonValue signal)
    {
        lock (_gate)
        {
            if (_topics.TryGetValue(topic, out var joined))
            {
                joined.Handles.ForEach(handle => handle.Receiver.Heard(signal));
            }
        }
    }

    public void OnIceServers(RoomId topic, IceServers servers)
    {
        lock (_gate)
        {
            if (_topics.TryGetValue(topic, out var joined))
            {
                joined.Handles.ForEach(handle => handle.Receiver.Found(servers));
            }
        }
    }

    private static void Tell(ISignalReceiver receiver, SignalReach reach)
    {
        switch (reach)
        {
            case SignalReach.Somebody:
                receiver.Opened();
                break;
            case SignalReach.Nobody:
                receiver.Closed();
                break;
            case SignalReach.Denied:
                receiver.Denied();
                break;
        }
    }

    private void Do(Action<ISignalWire> act)
    {
        lock (_gate)
        {
            if (_wire is { } wire)
            {
                act(wire);
            }
        }
    }

    private void Leave(Handle handle)
    {
        lock (_gate)
        {
            if (_topics.TryGetValue(handle.Topic, out var joined) && joined.Handles.Remove(handle) && joined.Handles.Count == 0)
            {
                _topics.Remove(handle.Topic);
                _wire?.Leave(handle.Topic);
            }
        }
    }

    private sealed class Joined
    {
        public List<Handle> Handles { get; } = [];

        public SignalReach Reach { get; set; }
    }

    private sealed class Handle(RelayedSignals signals, RoomId topic, ISignalReceiver receiver) : ISignalTopic
    {
        public RoomId Topic => topic;

        public ISignalReceiver Receiver => receiver;

        public void Send(JsonValue signal) => signals.Do(wire => wire.Say(topic, signal));

        public void AskIceServers() => signals.Do(wire => wire.AskIceServers(topic));

        public void Dispose() => signals.Leave(this);
    }
}
