using System.Collections.Concurrent;
using Parley.Ids;

namespace Parley.Hub.Connections;

/// <summary>All topics that somebody is subscribed to.</summary>
internal sealed class Topics
{
    private readonly ConcurrentDictionary<string, Topic> _topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<NodeId, HashSet<Topic>> _byKey = new();
    private readonly Lock _keys = new();

    /// <summary>How many.</summary>
    public int Count => _topics.Count;

    /// <summary>All of them, as they come.</summary>
    public IEnumerable<Topic> All => _topics.Values;

    /// <summary>The topic, or null where nobody is subscribed.</summary>
    public Topic? Find(string name) => _topics.GetValueOrDefault(name);

    /// <summary>The topics that hang on a node or access scope.</summary>
    public IReadOnlyList<Topic> Of(NodeId key)
    {
        if (!_byKey.ContainsKey(key))
        {
            return [];
        }

        lock (_keys)
        {
            return _byKey.TryGetValue(key, out var topics) ? [.. topics] : [];
        }
    }

    /// <summary>Says on what a topic hangs.</summary>
    public void Hang(Topic topic, IReadOnlyList<NodeId> keys)
    {
        lock (_keys)
        {
            if (topic.IsRetired || topic.Keys.SequenceEqual(keys))
            {
                return;
            }

            Unhang(topic);
            topic.Keys = keys;
            foreach (var key in keys)
            {
                _byKey.GetOrAdd(key, static _ => []).Add(topic);
            }
        }
    }

    /// <summary>Subscribes a socket.</summary>
    public Subscription Add(string name, HubConnection connection)
    {
        while (true)
        {
            var topic = _topics.GetOrAdd(name, static key => new(key));
            var subscription = new Subscription(connection, topic);
            if (topic.TryAdd(subscription))
            {
                return subscription;
            }

            // It retired between the two lines; whoever retired it takes it out, or we do.
            _topics.TryRemove(new(name, topic));
        }
    }

    /// <summary>Ends a subscription.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="droppedAtMs">When its socket ended; null where it was ended by its own wish.</param>
    public void Remove(Subscription subscription, long? droppedAtMs = null)
    {
        if (subscription.Topic.Remove(subscription, droppedAtMs))
        {
            _topics.TryRemove(new(subscription.Topic.Name, subscription.Topic));
            lock (_keys)
            {
                Unhang(subscription.Topic);
            }
        }
    }

    /// <summary>Gives a frame to all subscribers of a topic.</summary>
    public void Publish(string name, in OutFrame frame, HubConnection? except = null) => Find(name)?.Publish(frame, except);

    private void Unhang(Topic topic)
    {
        foreach (var key in topic.Keys)
        {
            if (_byKey.TryGetValue(key, out var topics) && topics.Remove(topic) && topics.Count == 0)
            {
                _byKey.TryRemove(key, out _);
            }
        }

        topic.Keys = [];
    }
}
