using Parley.Calls;
using Parley.Connection;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Platform;

namespace Parley.Peers;

/// <summary>The way to the hub for what is not replication: topics of presence and calls, whether a session stands or not.</summary>
internal sealed class SessionGate(StatusBoard status, string peerId) : ISessionListener, IPresenceWire
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _topics = new(StringComparer.Ordinal);
    private HubSession? _session;

    /// <summary>Called when a topic of presence or a call is open at the hub.</summary>
    public Action<string>? Opened { get; set; }

    /// <summary>Called with each presence update from the hub.</summary>
    public Action<string, byte[]>? Updated { get; set; }

    /// <summary>Called when a topic is not open to this person, or not any more.</summary>
    public Action<string>? Denied { get; set; }

    /// <summary>Called when no session stands any more.</summary>
    public Action? Closed { get; set; }

    /// <summary>Called with each call signal from the hub.</summary>
    public Action<RoomId, JsonValue>? Signaled { get; set; }

    /// <summary>Called with ICE servers for a call.</summary>
    public Action<RoomId, IceServers>? IceTold { get; set; }

    public IReadOnlyList<RoomId> Topics
    {
        get
        {
            lock (_gate)
            {
                return [.. _topics.Keys.Select(topic => new RoomId(topic))];
            }
        }
    }

    public void Join(RoomId topic)
    {
        lock (_gate)
        {
            _topics[topic.Value] = _topics.GetValueOrDefault(topic.Value) + 1;
            if (_topics[topic.Value] == 1)
            {
                _session?.Post(ClientFrames.Subscribe([topic]), mayDrop: false);
            }
        }
    }

    public void Leave(RoomId topic)
    {
        lock (_gate)
        {
            var holders = _topics.GetValueOrDefault(topic.Value) - 1;
            if (holders > 0)
            {
                _topics[topic.Value] = holders;
            }
            else if (_topics.Remove(topic.Value))
            {
                _session?.Post(ClientFrames.Unsubscribe([topic]), mayDrop: false);
            }
        }
    }

    public void Send(RoomId topic, byte[] update)
    {
        lock (_gate)
        {
            _session?.Post(ClientFrames.Awareness(topic, peerId, update), mayDrop: true);
        }
    }

    /// <summary>Sends a call signal; lost without a session.</summary>
    public void Say(RoomId topic, JsonValue signal)
    {
        lock (_gate)
        {
            _session?.Post(ClientFrames.Publish(topic, signal), mayDrop: false);
        }
    }

    /// <summary>Asks for the ICE servers of a call; without a session nothing answers.</summary>
    public void AskIceServers(RoomId topic)
    {
        lock (_gate)
        {
            _session?.Post(ClientFrames.IceRequest(topic), mayDrop: false);
        }
    }

    /// <summary>Subscribes to rooms that are followed from now on; without a session the next one does.</summary>
    public void Subscribe(IReadOnlyList<RoomId> rooms)
    {
        lock (_gate)
        {
            if (_session is { } session)
            {
                status.CaughtUp(false);
                session.Post(ClientFrames.Subscribe(rooms), mayDrop: false);
            }
        }
    }

    /// <summary>Ends the subscriptions of rooms that are followed no longer.</summary>
    public void Unsubscribe(IReadOnlyList<RoomId> rooms)
    {
        lock (_gate)
        {
            _session?.Post(ClientFrames.Unsubscribe(rooms), mayDrop: false);
        }
    }

    public void OnOpen(HubSession session)
    {
        lock (_gate)
        {
            _session = session;
        }
    }

    public void OnClosed()
    {
        lock (_gate)
        {
            _session = null;
        }

        Closed?.Invoke();
    }

    public void OnSubscribed(IReadOnlyList<string> topics)
    {
        foreach (var topic in topics)
        {
            Opened?.Invoke(topic);
        }
    }

    public void OnFrame(HubFrame frame)
    {
        switch (frame)
        {
            case HubFrame.AwarenessUpdate update:
                Updated?.Invoke(update.Topic, update.Update);
                break;
            case HubFrame.AuthDenied denied:
                Denied?.Invoke(denied.Resource);
                break;
            case HubFrame.Publish signal when RoomNames.IsCall(new(signal.Topic)):
                Signaled?.Invoke(new(signal.Topic), signal.Data);
                break;
            case HubFrame.Ice ice:
                IceTold?.Invoke(new(ice.Topic), ice.Servers);
                break;
            default:
                break;
        }
    }

    public void OnLobby(bool isInLobby) => status.Lobby(isInLobby);

    public void OnCaughtUp(bool caughtUp) => status.CaughtUp(caughtUp);
}
