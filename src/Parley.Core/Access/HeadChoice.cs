using Parley.Ids;

namespace Parley.Access;

/// <summary>Which heads to name where there are more than may be named.</summary>
internal static class HeadChoice
{
    /// <summary>At most <paramref name="max"/> heads: those that are needed to know the required operations first, then the newest.</summary>
    public static IReadOnlyList<OpEntry> Pick(MembershipLog log, int max, IEnumerable<OpEntry> required)
    {
        var heads = log.HeadEntries().ToList();
        if (heads.Count <= max)
        {
            return heads;
        }

        var chosen = new List<OpEntry>(max);
        foreach (var entry in required)
        {
            if (chosen.Count < max && !chosen.Exists(head => Knows(log, head, entry)) && heads.Find(head => Knows(log, head, entry)) is { } knowing)
            {
                chosen.Add(knowing);
            }
        }

        chosen.AddRange(heads.Except(chosen).Take(max - chosen.Count));
        return chosen;
    }

    /// <summary>The grants under which a person acts now: in the log and, of a private channel, in its space.</summary>
    public static IEnumerable<OpEntry> SeatsOf(MembershipLog log, PersonId person)
    {
        for (var at = log; at is not null; at = at.Space)
        {
            if (at.Now.HighestSeat(person) is { } seat)
            {
                yield return at.Graph[seat];
            }
        }
    }

    private static bool Knows(MembershipLog log, OpEntry head, OpEntry entry)
    {
        var isOwnHead = head.Op.Header.Domain == log.Domain;
        var isOwnEntry = entry.Op.Header.Domain == log.Domain;
        return ReferenceEquals(head, entry)
            || (isOwnHead == isOwnEntry ? head.Past.Own.Has(entry.Index) : isOwnHead && head.Past.Space.Has(entry.Index));
    }
}
