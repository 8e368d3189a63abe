using System.Collections.Concurrent;
using Parley.Hub.Connections;

namespace Parley.Hub.Sync;

/// <summary>All topics that somebody is subscribed to.</summary>
internal sealed class Topics
{
    private readonly ConcurrentDictionary<string, Topic> _topics = new(StringComparer.Ordinal);

    /// <summary>How many.</summary>
    public int Count => _topics.Count;

    /// <summary>All of them, as they come.</summary>
    public IEnumerable<Topic> All => _topics.Values;

    /// <summary>The topic, or null where nobody is subscribed.</summary>
    public Topic? Find(string name) => _topics.GetValueOrDefault(name);

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
    public void Remove(Subscription subscription)
    {
        if (subscription.Topic.Remove(subscription))
        {
            _topics.TryRemove(new(subscription.Topic.Name, subscription.Topic));
        }
    }

    /// <summary>Gives a frame to all subscribers of a topic.</summary>
    public void Publish(string name, in OutFrame frame, HubConnection? except = null) => Find(name)?.Publish(frame, except);
}
