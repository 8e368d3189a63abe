using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Calls;

/// <summary>A call that is over, for the channel's history.</summary>
/// <param name="Call">Names the call: the session that began it.</param>
/// <param name="By">Who began it; null where the session id does not say so.</param>
/// <param name="StartedAt">Its begin, by that person's clock.</param>
/// <param name="EndedAt">Its end, by the clock of whoever was last.</param>
/// <param name="People">Who was in it.</param>
public sealed record CallRecord(string Call, PersonId? By, DateTimeOffset StartedAt, DateTimeOffset EndedAt, IReadOnlyList<PersonId> People)
{
    private const string CallProperty = "parley:call";

    /// <summary>The records of a channel, newest first: the query to watch. Several nodes may tell of one call; <see cref="Of"/> puts them together.</summary>
    public static NodeQuery In(NodeId channel) =>
        NodeQuery.Of(Schemas.CallSession).Where("channel", channel.Value).OrderBy(NodeOrder.Timeline, descending: true);

    /// <summary>The calls that nodes tell of, oldest first. The last two who leave at once both write; what they know is put together.</summary>
    public static IReadOnlyList<CallRecord> Of(IEnumerable<Node> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        return [.. nodes.Select(Read).OfType<CallRecord>()
            .GroupBy(record => record.Call, StringComparer.Ordinal)
            .Select(static of => of.Aggregate(static (one, other) => one with
            {
                StartedAt = one.StartedAt < other.StartedAt ? one.StartedAt : other.StartedAt,
                EndedAt = one.EndedAt > other.EndedAt ? one.EndedAt : other.EndedAt,
                People = [.. one.People.Union(other.People).Order()],
            }))
            .OrderBy(static record => record.StartedAt).ThenBy(static record => record.Call, StringComparer.Ordinal)];
    }

    /// <summary>True where somebody else called and this person was not in: in a direct message, a missed call.</summary>
    public bool IsMissedBy(PersonId person) => By is { } by && by != person && !People.Contains(person);

    internal static NodeDraft Draft(NodeId channel, CallStory story, long endedAtMs) => new()
    {
        SchemaId = Schemas.CallSession,
        Properties = JsonValue.Object(
            ("channel", JsonValue.Of(channel.Value)), ("startedAt", JsonValue.Of(story.StartedAtMs)),
            ("endedAt", JsonValue.Of(Math.Max(endedAtMs, story.StartedAtMs))),
            ("participants", JsonValue.Array([.. story.People.Select(person => JsonValue.Of(person.Value))])),
            ("topology", JsonValue.Of("mesh")), (CallProperty, JsonValue.Of(story.First.Value))),
    };

    private static CallRecord? Read(Node node)
    {
        if (node.Properties["startedAt"]?.Integer is not (>= 0 and var started) || node.Properties["endedAt"]?.Integer is not (>= 0 and var ended))
        {
            return null;
        }

        // Whoever writes it may be wrong about time; it was not later than the node.
        started = Math.Min(started, node.CreatedAt);
        ended = Math.Clamp(ended, started, Math.Max(started, node.CreatedAt));
        PersonId? by = SessionId.TryParse(node.Text(CallProperty), out var first) && first.TryPerson(out var person) ? person : null;
        var people = (node.Properties["participants"]?.Items ?? [])
            .Select(static item => PersonId.TryParse(item.Text, out var one) ? one : (PersonId?)null).OfType<PersonId>().Take(CallStory.PeopleMax);
        return new(
            node.Text(CallProperty) ?? node.Id.Value, by,
            DateTimeOffset.FromUnixTimeMilliseconds(started), DateTimeOffset.FromUnixTimeMilliseconds(ended), [.. people]);
    }
}
