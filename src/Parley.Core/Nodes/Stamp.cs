using System.Text;
using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>The stamp with which a property write competes (docs/protocol.md, merge).</summary>
/// <param name="Lamport">First criterion, higher wins.</param>
/// <param name="WallTime">Second, higher wins.</param>
/// <param name="Author">Last, larger code units win; also used by delete and restore.</param>
/// <param name="Keyed">True for writes of format 4 and later: between two of these the larger <see cref="Key"/> wins before the author is asked.</param>
public readonly record struct Stamp(long Lamport, long WallTime, PersonId Author, bool Keyed)
{
    /// <summary>The stamp of a change's property writes.</summary>
    public static Stamp Of(Change change) =>
        new(change.Lamport, change.WallTime, change.Author, change.Fields.ProtocolVersion >= Change.ProtocolVersionCurrent);

    /// <summary>hex(BLAKE3(utf8(author + "\x1f" + property + "\x1f" + canonical value))). An absent value counts as null.</summary>
    public static string Key(PersonId author, string property, JsonValue? value)
    {
        var text = $"{author.Value}\x1f{property}\x1f{CanonicalJson.ToText(value ?? JsonValue.Null)}";
        return Convert.ToHexStringLower(Blake3.Hash(Encoding.UTF8.GetBytes(text)).ToBytes());
    }

    /// <summary>By lamport, then wall time: what decides nearly always.</summary>
    internal int CompareTimes(in Stamp other)
    {
        var order = Lamport.CompareTo(other.Lamport);
        return order != 0 ? order : WallTime.CompareTo(other.WallTime);
    }
}

/// <summary>Where a change stands among the changes of a node: by (lamport, author, hash).</summary>
public readonly record struct ChangeOrder(long Lamport, PersonId Author, ChangeHash Hash) : IComparable<ChangeOrder>
{
    /// <summary>The place of a change.</summary>
    public static ChangeOrder Of(Change change) => new(change.Lamport, change.Author, change.Hash);

    /// <inheritdoc/>
    public int CompareTo(ChangeOrder other)
    {
        var order = Lamport.CompareTo(other.Lamport);
        order = order != 0 ? order : Author.CompareTo(other.Author);
        return order != 0 ? order : Hash.CompareTo(other.Hash);
    }
}

/// <summary>
/// Where a change stands among those that may be a node's root; the lowest is the root. One that proves its maker comes before any other,
/// whatever lamports they claim (W10); among equals the <see cref="ChangeOrder"/> decides.
/// </summary>
public readonly record struct RootRank(bool Proven, ChangeOrder Order) : IComparable<RootRank>
{
    /// <summary>The rank of a change.</summary>
    public static RootRank Of(Change change, bool proves) => new(proves, ChangeOrder.Of(change));

    /// <inheritdoc/>
    public int CompareTo(RootRank other) => Proven != other.Proven ? Proven ? -1 : 1 : Order.CompareTo(other.Order);
}
