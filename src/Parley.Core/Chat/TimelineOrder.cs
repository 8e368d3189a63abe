using System.Globalization;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Chat;

/// <summary>
/// Where a message stands in its channel (docs/protocol.md, timeline order): by (t, author, batchIndex, hash) with
/// t = max(wallTime, t(after) + 1 ms), or wallTime where <c>parley:after</c> is absent or not here yet (W19).
/// </summary>
/// <remarks><c>parley:after</c> counts only where the Lamport time of its create is below the message's own, so that a forged circle ends.</remarks>
public readonly record struct TimelinePosition(long T, PersonId Author, int BatchIndex, ChangeHash Hash) : IComparable<TimelinePosition>
{
    /// <summary>The property that names the newest message its author had.</summary>
    public const string AfterProperty = "parley:after";

    /// <inheritdoc/>
    public int CompareTo(TimelinePosition other)
    {
        var order = T.CompareTo(other.T);
        order = order != 0 ? order : Author.CompareTo(other.Author);
        order = order != 0 ? order : BatchIndex.CompareTo(other.BatchIndex);
        return order != 0 ? order : Hash.CompareTo(other.Hash);
    }

    /// <summary>The position of a creating change, given t of the message it names (null where absent or unknown).</summary>
    public static TimelinePosition Of(Change create, long? afterT)
    {
        // Nothing stands before the epoch, so that the text order below needs no sign.
        var wallTime = Math.Max(0, create.WallTime);
        var t = afterT is { } after ? Math.Max(wallTime, after + 1) : wallTime;
        return new(t, create.Author, Math.Max(0, create.Fields.Batch?.Index ?? 0), create.Hash);
    }

    /// <summary>A text whose code-unit order is the order of positions: fixed-width hex of T, author, fixed-width index, hash hex.</summary>
    /// <remarks>The space that ends the author sorts below every character of a DID, so a DID that begins with another sorts after it.</remarks>
    public string ToSortKey() =>
        string.Create(CultureInfo.InvariantCulture, $"{T:x16} {Author.Value} {BatchIndex:x8} {Convert.ToHexStringLower(Hash.ToBytes())}");
}
