namespace Parley.Sync;

/// <summary>
/// Cuts a page of catch-up by Lamport time (docs/protocol.md, catch-up): rows are offered in order, the page says which of them belong to it.
/// A full page ends before the group of changes that share its last Lamport time, because the next request asks for what is above a time and
/// would miss the rest of that group; a page that is all one group is taken whole, however long.
/// </summary>
/// <param name="changesMax">The most changes of a page, 1 or more.</param>
public sealed class LamportPage(int changesMax)
{
    private long _lamport;
    private long _lamportBefore;
    private int _offered;
    private int _groupStart;

    /// <summary>How many of the rows offered belong to the page, from the first.</summary>
    public int Count => HasMore && _groupStart > 0 ? _groupStart : _offered;

    /// <summary>True where there may be more: the page is full.</summary>
    public bool HasMore => _offered >= changesMax;

    /// <summary>Offers the next row in order (lamport, then author). False when the page wants no more; that row is not part of it.</summary>
    public bool Offer(long lamport)
    {
        if (HasMore && (_groupStart > 0 || lamport != _lamport))
        {
            return false;
        }

        if (_offered > 0 && lamport != _lamport)
        {
            _groupStart = _offered;
            _lamportBefore = _lamport;
        }

        _lamport = lamport;
        _offered++;
        return true;
    }

    /// <summary>The cursor after this page.</summary>
    /// <param name="roomMax">The highest Lamport time in the room, 0 where it is empty: the cursor after the last page.</param>
    public long HighWaterMark(long roomMax) => !HasMore ? roomMax : _groupStart > 0 ? _lamportBefore : _lamport;

    /// <summary>The page of a room that is held in memory.</summary>
    /// <param name="room">All its changes, in any order.</param>
    /// <param name="sinceLamport">The request's cursor; only changes above it are given.</param>
    /// <param name="changesMax">The most changes of a page.</param>
    /// <param name="lamportOf">The Lamport time of a change.</param>
    /// <param name="authorOf">The author of a change, who decides between equal times.</param>
    public static (IReadOnlyList<T> Changes, long HighWaterMark, bool HasMore) Of<T>(
        IReadOnlyCollection<T> room, double sinceLamport, int changesMax, Func<T, long> lamportOf, Func<T, string> authorOf)
    {
        var page = new LamportPage(changesMax);
        var changes = room
            .Where(change => lamportOf(change) > sinceLamport)
            .OrderBy(lamportOf)
            .ThenBy(authorOf, StringComparer.Ordinal)
            .TakeWhile(change => page.Offer(lamportOf(change)))
            .ToList();
        return (changes[..page.Count], page.HighWaterMark(room.Select(lamportOf).DefaultIfEmpty().Max()), page.HasMore);
    }
}
