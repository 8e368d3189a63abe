using Parley.Json;

namespace Parley.Nodes;

/// <summary>One write of a property.</summary>
public sealed record PropertyWrite(JsonValue Value, Stamp Stamp);

/// <summary>A property with its winner.</summary>
/// <param name="Value">The winning value.</param>
/// <param name="Stamp">Its stamp.</param>
/// <param name="Rival">
/// Where writes of format 4 and older ones tie on lamport and wall time: the best write of the format that lost.
/// The rules for the two formats do not form one order, so both must be known for the next tie to come out the same in every order of arrival.
/// </param>
public readonly record struct StampedValue(JsonValue Value, Stamp Stamp, PropertyWrite? Rival = null)
{
    /// <summary>The tiebreak key of the winner, or null for a write older than format 4. Computed on demand: ties are rare.</summary>
    public string? TiebreakKey(string property) => Stamp.Keyed ? Stamp.Key(Stamp.Author, property, Value) : null;

    /// <summary>The winner of this value's writes and one more. Order and repetition do not matter.</summary>
    internal StampedValue Compete(string property, JsonValue value, in Stamp stamp)
    {
        var times = stamp.CompareTimes(Stamp);
        if (times != 0)
        {
            return times > 0 ? new(value, stamp) : this;
        }

        var incoming = new PropertyWrite(value, stamp);
        var winner = new PropertyWrite(Value, Stamp);
        var (keyed, plain) = Stamp.Keyed ? (winner, Rival) : (Rival, winner);
        if (stamp.Keyed)
        {
            keyed = Better(property, keyed, incoming);
        }
        else
        {
            plain = Better(property, plain, incoming);
        }

        if (keyed is null || plain is null)
        {
            var only = keyed ?? plain!;
            return new(only.Value, only.Stamp);
        }

        // Between the formats the author decides; one author's own two formats, the newer.
        var isKeyed = keyed.Stamp.Author.CompareTo(plain.Stamp.Author) >= 0;
        var (first, second) = isKeyed ? (keyed, plain) : (plain, keyed);
        return new(first.Value, first.Stamp, second);
    }

    /// <summary>The better of two writes of one format that tie on the times.</summary>
    private static PropertyWrite Better(string property, PropertyWrite? held, PropertyWrite incoming)
    {
        if (held is null)
        {
            return incoming;
        }

        // Without keys the author decides, and only one author's own two writes come to the key.
        var order = incoming.Stamp.Keyed ? 0 : incoming.Stamp.Author.CompareTo(held.Stamp.Author);
        order = order != 0 ? order : string.CompareOrdinal(KeyOf(property, incoming), KeyOf(property, held));
        return order > 0 ? incoming : held;
    }

    private static string KeyOf(string property, PropertyWrite write) => Stamp.Key(write.Stamp.Author, property, write.Value);
}
