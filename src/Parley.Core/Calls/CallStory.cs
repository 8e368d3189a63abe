using Parley.Ids;
using Parley.Json;

namespace Parley.Calls;

/// <summary>Which call it is, and who was in it: what those who sit tell those who come, so that whoever is last can write it down.</summary>
/// <param name="First">The session that took the first seat: it names the call.</param>
/// <param name="StartedAtMs">When, by that session's wall clock, Unix ms.</param>
/// <param name="People">Everybody who has sat in it, sorted; those whose session ids say so.</param>
internal sealed record CallStory(SessionId First, long StartedAtMs, IReadOnlyList<PersonId> People)
{
    /// <summary>The most people that are remembered.</summary>
    public const int PeopleMax = 64;

    /// <summary>The same with the people of these sessions.</summary>
    public CallStory With(IEnumerable<SessionId> sessions)
    {
        var people = sessions.Select(session => session.TryPerson(out var person) ? person : (PersonId?)null).OfType<PersonId>();
        return this with { People = [.. People.Union(people).Order().Take(PeopleMax)] };
    }

    /// <summary>What both say. Calls that ran apart and came together are the one that began first.</summary>
    public static CallStory? Earlier(CallStory? one, CallStory? other)
    {
        if (one is null || other is null)
        {
            return one ?? other;
        }

        var isOther = (other.StartedAtMs, other.First).CompareTo((one.StartedAtMs, one.First)) < 0;
        return (isOther ? other : one) with { People = [.. one.People.Union(other.People).Order().Take(PeopleMax)] };
    }

    /// <inheritdoc/>
    public bool Equals(CallStory? other) =>
        other is not null && First == other.First && StartedAtMs == other.StartedAtMs && People.SequenceEqual(other.People);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(First, StartedAtMs, People.Count);

    internal JsonValue ToJson() => JsonValue.Object(
        ("first", JsonValue.Of(First.Value)), ("at", JsonValue.Of(StartedAtMs)),
        ("people", JsonValue.Array([.. People.Select(person => JsonValue.Of(person.Value))])));

    /// <summary>Null where there is none, or none that makes sense.</summary>
    internal static CallStory? TryRead(JsonValue? value)
    {
        if (!SessionId.TryParse(value?["first"]?.Text, out var first) || value!["at"]?.Integer is not (>= 0 and var at)
            || value["people"] is not { Kind: JsonKind.Array, Items.Count: <= PeopleMax } people)
        {
            return null;
        }

        return new(first, at, [.. people.Items
            .Select(item => PersonId.TryParse(item.Text, out var person) ? person : (PersonId?)null).OfType<PersonId>().Order()]);
    }
}
