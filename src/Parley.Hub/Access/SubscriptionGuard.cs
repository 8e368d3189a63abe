using Parley.Hub.Admission;
using Parley.Hub.Connections;
using Parley.Hub.Presence;
using Parley.Hub.Sync;
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
internal sealed class SubscriptionGuard(HubAccess access, RoomRules rules, Topics topics, PresenceRelay presence, Doorkeeper doorkeeper)
{
    private const string Action = "hub/signal";
    private static readonly string NotAMember = Reason.NotAMember.ToCode();

    private readonly Lock _gate = new();
    private long _followed;

    /// <summary>Subscribes a socket to topics; which of them are open to it stands in the subscriptions.</summary>
    public void Add(HubConnection to, IEnumerable<string> names, Dictionary<string, Subscription> subscriptions)
    {
        foreach (var name in names)
        {
            var subscription = topics.Add(name, to);
            subscriptions.Add(name, subscription);
            while (!TrySettle(subscription, Volatile.Read(ref _followed)))
            {
                // A commit came between the question and its answer.
            }
        }
    }

    /// <summary>Tells a socket about a topic that is not open to it now.</summary>
    public static OutFrame Denial(string topic) => HubFrames.AuthDenied(Action, topic, NotAMember);

    /// <summary>Follows a commit: new nodes may have closed rooms, and people came and went.</summary>
    public void Follow(FilingRun run)
    {
        if (run.Writes.Nodes.Count == 0 && run.Touched.Count == 0 && !run.ReplacedRules)
        {
            return;
        }

        lock (_gate)
        {
            Volatile.Write(ref _followed, _followed + 1);
            if (run.ReplacedRules)
            {
                rules.Clear();
            }

            foreach (var node in run.Writes.Nodes.Keys)
            {
                foreach (var topic in topics.Of(node))
                {
                    Look(topic, null);
                }
            }

            foreach (var (domain, people) in run.Touched)
            {
                foreach (var topic in people.Count > 0 ? topics.Of(domain) : [])
                {
                    Look(topic, people);
                }
            }

            if (run.ReplacedRules)
            {
                LookAtAll();
            }

            // Before they are acknowledged, so that whoever came in by a link may go on at once.
            if (run.Touched.Count > 0 && doorkeeper.LooksAtMemberships)
            {
                LookAtAll(doorkeeper.Judge(run.Touched.Values.SelectMany(static people => people).ToHashSet()));
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

    /// <summary>After a commit that failed: what was believed meanwhile is asked for again.</summary>
    public void Undo()
    {
        lock (_gate)
        {
            Volatile.Write(ref _followed, _followed + 1);
            doorkeeper.Judge((IReadOnlySet<PersonId>?)null);
            LookAtAll();
        }
    }

    private void LookAtAll(HashSet<PersonId>? people = null)
    {
        foreach (var topic in people is { Count: 0 } ? [] : topics.All)
        {
            Look(topic, people);
        }
    }

    private (bool IsOpen, NodeId? Key) Ask(Session session, Topic topic)
    {
        try
        {
            return access.Look(session, topic.Name);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The disk does not answer, as the next commit will say. Nobody is let in on a guess.
            return (false, topic.Key);
        }
    }

    private bool TrySettle(Subscription subscription, long followed)
    {
        var (isOpen, key) = Ask(subscription.Connection.Session, subscription.Topic);
        lock (_gate)
        {
            if (followed != _followed)
            {
                return false;
            }

            topics.Hang(subscription.Topic, key);
            subscription.Topic.SetAwake(subscription, isOpen);
            return true;
        }
    }

    private void Look(Topic topic, HashSet<PersonId>? people)
    {
        foreach (var subscription in topic.Subscriptions())
        {
            var session = subscription.Connection.Session;
            if (people is not null && (session.Did is not { } did || !people.Contains(PersonId.FromTrusted(did))))
            {
                continue;
            }

            var (isOpen, key) = Ask(session, topic);
            topics.Hang(topic, key);
            if (!topic.SetAwake(subscription, isOpen))
            {
                continue;
            }

            if (isOpen)
            {
                subscription.Connection.Outbox.Add(HubFrames.Subscribed([topic.Name]));
                presence.Introduce(subscription.Connection, topic);
            }
            else
            {
                subscription.Connection.Outbox.Add(HubFrames.AuthDenied(Action, topic.Name, Reason.Removed.ToCode()));
            }
        }
    }
}
