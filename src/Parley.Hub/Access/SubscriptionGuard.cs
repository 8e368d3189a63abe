using Parley.Hub.Admission;
using Parley.Hub.Connections;
using Parley.Hub.Limits;
using Parley.Hub.Presence;
using Parley.Ids;

namespace Parley.Hub.Access;

/// <summary>
/// Keeps subscriptions in step with what people may read: one whose person may not read the room sleeps, and wakes when they may.
/// </summary>
/// <remarks>
/// An answer is written only where no commit was followed since it was asked for, and every commit that may change one is followed before
/// it is acknowledged: so none is stale, and whoever loses a room is asleep in it by then. Asking may take a look into the database, and
/// therefore keeps nobody waiting.
/// </remarks>
internal sealed class SubscriptionGuard(
    HubAccess access, Topics topics, ConnectionTable connections, PresenceRelay presence, Doorkeeper doorkeeper, HubMetrics metrics)
{
    private const string Action = "hub/signal";
    private static readonly string NotAMember = Reason.NotAMember.ToCode();

    private readonly Lock _gate = new();
    private long _followed;

    /// <summary>Subscribes a socket to topics; which of them are open to it stands in the subscriptions.</summary>
    public void Add(HubConnection to, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            var subscription = topics.Add(name, to);
            lock (to.Subscriptions)
            {
                to.Subscriptions.Add(name, subscription);
            }

            while (!TrySettle(subscription, Volatile.Read(ref _followed)))
            {
                // A commit came between the question and its answer.
            }
        }
    }

    /// <summary>Tells a socket about a topic that is not open to it now.</summary>
    public static OutFrame Denial(string topic) => HubFrames.AuthDenied(Action, topic, NotAMember);

    /// <summary>Follows a commit: new nodes may have closed rooms, and people came and went.</summary>
    /// <param name="keys">The nodes and access scopes on which other rules may hang now.</param>
    /// <param name="touched">Whose access to which access scope may have changed.</param>
    public void Follow(IReadOnlyCollection<NodeId> keys, IReadOnlyDictionary<NodeId, HashSet<PersonId>> touched)
    {
        if (keys.Count == 0 && touched.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            Volatile.Write(ref _followed, _followed + 1);
            foreach (var subscription in keys.SelectMany(topics.Of).Distinct().SelectMany(static topic => topic.Subscriptions()))
            {
                Look(subscription);
            }

            LookAt(touched);

            // Before they are acknowledged, so that whoever came in by a link may go on at once.
            if (touched.Count > 0 && doorkeeper.LooksAtMemberships)
            {
                LookAtAll(doorkeeper.Judge(touched.Values.SelectMany(static people => people).ToHashSet()));
            }
        }
    }

    /// <summary>Judges these people's connections again, or everybody's: who may use the hub was changed.</summary>
    public void Judge(IReadOnlySet<PersonId>? whom)
    {
        lock (_gate)
        {
            Volatile.Write(ref _followed, _followed + 1);
            LookAtAll(doorkeeper.Judge(whom));
        }
    }

    /// <summary>After a commit that could not be told: what was believed meanwhile is asked for again.</summary>
    public void Undo()
    {
        lock (_gate)
        {
            Volatile.Write(ref _followed, _followed + 1);
            doorkeeper.Judge((IReadOnlySet<PersonId>?)null);
            foreach (var subscription in topics.All.SelectMany(static topic => topic.Subscriptions()))
            {
                Look(subscription);
            }
        }
    }

    // By person, so that it costs nothing how many others are in a room, or hope to be.
    private void LookAt(IReadOnlyDictionary<NodeId, HashSet<PersonId>> touched)
    {
        var domains = touched.SelectMany(static one => one.Value.Select(person => (Person: person, Domain: one.Key)))
            .ToLookup(static one => one.Person, static one => one.Domain);
        foreach (var person in domains)
        {
            foreach (var subscription in connections.Of(person.Key).SelectMany(static connection => connection.Subscribed()))
            {
                if (person.Any(subscription.Topic.Keys.Contains))
                {
                    Look(subscription);
                }
            }
        }
    }

    private void LookAtAll(HashSet<PersonId> people)
    {
        foreach (var subscription in people.SelectMany(connections.Of).SelectMany(static connection => connection.Subscribed()))
        {
            Look(subscription);
        }
    }

    private (bool IsOpen, IReadOnlyList<NodeId> Keys) Ask(Session session, Topic topic)
    {
        try
        {
            return access.Look(session, topic.Name);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The disk does not answer, as the next commit will say. Nobody is let in on a guess.
            return (false, topic.Keys);
        }
    }

    private bool TrySettle(Subscription subscription, long followed)
    {
        var (isOpen, keys) = Ask(subscription.Connection.Session, subscription.Topic);
        lock (_gate)
        {
            if (followed != _followed)
            {
                return false;
            }

            topics.Hang(subscription.Topic, keys);
            subscription.Topic.SetAwake(subscription, isOpen);
            return true;
        }
    }

    private void Look(Subscription subscription)
    {
        metrics.SubscriptionAsked();
        var (connection, topic) = (subscription.Connection, subscription.Topic);
        var (isOpen, keys) = Ask(connection.Session, topic);
        topics.Hang(topic, keys);
        if (!topic.SetAwake(subscription, isOpen))
        {
            return;
        }

        if (isOpen)
        {
            connection.Outbox.Add(HubFrames.Subscribed([topic.Name]));
            presence.Introduce(connection, topic);
        }
        else
        {
            connection.Outbox.Add(HubFrames.AuthDenied(Action, topic.Name, Reason.Removed.ToCode()));
        }
    }
}
