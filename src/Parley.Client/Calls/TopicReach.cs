using Parley.Ids;
using Parley.Platform;

namespace Parley.Calls;

/// <summary>
/// Of each call's topic, whether signals reach anybody: over the hub, or where two tabs of this person are in it. Kept by the tab that leads.
/// </summary>
/// <param name="changed">Called outside of any lock, after each change; asks <see cref="Of"/>.</param>
internal sealed class TopicReach(Action<RoomId> changed)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RoomId, Held> _topics = [];

    /// <summary>Where signals of a topic go now.</summary>
    public SignalReach Of(RoomId topic)
    {
        lock (_gate)
        {
            return !_topics.TryGetValue(topic, out var held) ? SignalReach.Nobody
                : held.IsDenied ? SignalReach.Denied
                : held.IsOpen || held.Tabs > 1 ? SignalReach.Somebody
                : SignalReach.Nobody;
        }
    }

    /// <summary>One more tab is in the topic; it wants to be told.</summary>
    public void Join(RoomId topic)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(topic, out var held))
            {
                _topics[topic] = held = new();
            }

            held.Tabs++;
        }

        changed(topic);
    }

    /// <summary>One tab less.</summary>
    public void Leave(RoomId topic)
    {
        lock (_gate)
        {
            if (_topics.TryGetValue(topic, out var held) && --held.Tabs == 0)
            {
                _topics.Remove(topic);
            }
        }

        changed(topic);
    }

    /// <summary>The hub opened a topic, or denies it.</summary>
    public void OnHub(RoomId topic, bool isOpen)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(topic, out var held))
            {
                return;
            }

            (held.IsOpen, held.IsDenied) = (isOpen, !isOpen);
        }

        changed(topic);
    }

    /// <summary>The way to the hub is cut.</summary>
    public void OnClosed()
    {
        RoomId[] topics;
        lock (_gate)
        {
            topics = [.. _topics.Keys];
            foreach (var held in _topics.Values)
            {
                (held.IsOpen, held.IsDenied) = (false, false);
            }
        }

        Array.ForEach(topics, changed);
    }

    private sealed class Held
    {
        public int Tabs { get; set; }

        public bool IsOpen { get; set; }

        public bool IsDenied { get; set; }
    }
}
