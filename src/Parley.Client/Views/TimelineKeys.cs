using System.Globalization;
using Parley.Chat;
using Parley.Ids;

namespace Parley.Views;

/// <summary>Reading of sort keys (<see cref="TimelinePosition.ToSortKey"/>).</summary>
internal static class TimelineKeys
{
    /// <summary>The position. Throws <see cref="ArgumentException"/> where the text is not a sort key.</summary>
    public static TimelinePosition Parse(string sortKey) =>
        sortKey.Split(' ') is [var time, var did, var index, var hash]
        && long.TryParse(time, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var t)
        && PersonId.TryParse(did, out var author)
        && int.TryParse(index, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var batchIndex)
        && ChangeHash.TryParse("cid:blake3:" + hash, out var changeHash)
            ? new(t, author, batchIndex, changeHash)
            : throw new ArgumentException("Not a sort key.", nameof(sortKey));
}
