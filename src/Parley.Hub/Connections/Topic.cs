using Parley.Calls;
using Parley.Hub.Limits;
using Parley.Ids;
using Parley.Json;

namespace Parley.Hub.Connections;

/// <summary>One socket's interest in one topic.</summary>
internal sealed class Subscription(HubConnection connection, Topic topic)
{
    public HubConnection Connection { get; } = connection;

    public Topic Topic { get; } = topic;

    /// <summary>Where it stands in the topic's list. Guarded by the topic.</summary>
    public int Slot { get; set; }

    /// <summary>
    /// False while its person may not read the room: it sleeps, gets nothing and says nothing, until they may. Written by
    /// <see cref="Topic.SetAwake"/>.
    /// </summary>
    public bool IsAwake { get; internal set; }
}

/// <summary>
/// A topic and its subscribers. Everything published to it passes its lock, so all subscribers see one order.
/// </summary>
internal sealed class Topic(string name)
{
    private readonly Lock _gate = new();
    private readonly List<Subscription> _subscriptions = new(1);
    private readonly int _awakeMax = RoomNames.IsPairing(new(name)) ? PairingLimits.SubscribersMax : int.MaxValue;
    private AwarenessRoom? _awareness;
    private CallRoom? _call;

    public string Name { get; } = name;

    /// <summary>The name as a JSON string.</summary>
    public byte[] QuotedName { get; } = CanonicalJson.ToBytes(JsonValue.Of(name));

    /// <summary>The nodes and access scopes on which it hangs who may read it. Guarded by <see cref="Topics"/>.</summary>
    public IReadOnlyList<NodeId> Keys { get; set; } = [];

    /// <summary>True once it was taken out of the table; a new subscriber needs a new one. Guarded by <see cref="_gate"/>.</summary>
    public bool IsRetired { get; private set; }

    /// <summary>Adds a subscriber; false where the topic was retired meanwhile.</summary>
    public bool TryAdd(Subscription subscription)
    {
        lock (_gate)
        {
            if (IsRetired)
            {
                return false;
            }

            subscription.Slot = _subscriptions.Count;
            _subscriptions.Add(subscription);
            return true;
        }
    }

    /// <summary>Takes a subscriber, its presence and its part in the call out; true where nobody is left and the topic retired.</summary>
    /// <param name="subscription">The subscriber.</param>
    /// <param name="droppedAtMs">When its socket ended; null where it left by its own wish.</param>
    public bool Remove(Subscription subscription, long? droppedAtMs = null)
    {
        lock (_gate)
        {
            var last = _subscriptions[^1];
            _subscriptions[subscription.Slot] = last;
            last.Slot = subscription.Slot;
            _subscriptions.RemoveAt(_subscriptions.Count - 1);
            End(subscription.Connection, droppedAtMs);
            return IsRetired = _subscriptions.Count == 0;
        }
    }

    /// <summary>
    /// Wakes a subscription where there is room for one more, or puts it to sleep with all the presence that it showed and its part in the
    /// call. True where that changed something.
    /// </summary>
    public bool SetAwake(Subscription subscription, bool isAwake)
    {
        lock (_gate)
        {
            if (subscription.IsAwake == isAwake || (isAwake && IsFull()))
            {
                return false;
            }

            subscription.IsAwake = isAwake;
            if (!isAwake)
            {
                End(subscription.Connection, droppedAtMs: null);
            }

            return true;
        }
    }

    private bool IsFull() => _subscriptions.Count > _awakeMax && _subscriptions.Count(static s => s.IsAwake) >= _awakeMax;

    /// <summary>Its subscriptions as they stand.</summary>
    public IReadOnlyList<Subscription> Subscriptions()
    {
        lock (_gate)
        {
            return [.. _subscriptions];
        }
    }

    /// <summary>Gives a frame to every subscriber but <paramref name="except"/>; nothing where the one that says it fell asleep meanwhile.</summary>
    public void Publish(in OutFrame frame, HubConnection? except, Subscription? by = null)
    {
        lock (_gate)
        {
            if (by is null or { IsAwake: true })
            {
                Send(frame, except);
            }
        }
    }

    /// <summary>Runs something on the topic's presence, in order with what is published.</summary>
    public void WithAwareness(Action<AwarenessRoom, Topic> step)
    {
        lock (_gate)
        {
            step(_awareness ??= new(), this);
        }
    }

    /// <summary>Runs something on the topic's call, in order with what is published.</summary>
    public void WithCall(Action<CallRoom, Topic> step)
    {
        lock (_gate)
        {
            step(_call ??= new(), this);
        }
    }

    /// <summary>Ends lapsed presence, and sessions whose sockets did not come back, and tells the others.</summary>
    public void Expire(long nowMs)
    {
        lock (_gate)
        {
            if (_awareness?.Expire(nowMs) is { } removal)
            {
                Send(AwarenessFrames.Update(this, removal).Droppable(), except: null);
            }

            SayLeft(_call?.Expire(nowMs));
        }
    }

    /// <summary>As <see cref="Publish"/>, from within <see cref="WithAwareness"/>.</summary>
    public void Send(in OutFrame frame, HubConnection? except)
    {
        foreach (var subscription in _subscriptions)
        {
            if (subscription.IsAwake && !ReferenceEquals(subscription.Connection, except))
            {
                subscription.Connection.Outbox.Add(frame);
            }
        }
    }

    /// <summary>A socket is gone, or no longer welcome: what it showed goes, and its sessions leave, at once or unless they come back.</summary>
    private void End(HubConnection connection, long? droppedAtMs)
    {
        if (_awareness?.Leave(connection) is { } removal)
        {
            Send(AwarenessFrames.Update(this, removal).Droppable(), except: null);
        }

        if (droppedAtMs is { } at)
        {
            _call?.Drop(connection, at);
        }
        else
        {
            SayLeft(_call?.Leave(connection));
        }
    }

    private void SayLeft(IReadOnlyList<SessionId>? sessions)
    {
        foreach (var session in sessions ?? [])
        {
            Send(HubFrames.Publish(this, CallSignalWriter.Write(new LeaveSignal(session))), except: null);
        }
    }
}
