namespace Parley.Json;

/// <summary>The order in which ECMAScript lists the names of an object that was built in code-unit order.</summary>
internal static class MemberOrder
{
    // The largest array index of ECMAScript: 2^32 - 2.
    private const uint IndexMax = 4294967294;

    /// <summary>Compares members by name.</summary>
    public static Comparer<KeyValuePair<string, JsonValue>> Comparer { get; } =
        Comparer<KeyValuePair<string, JsonValue>>.Create((left, right) => Compare(left.Key, right.Key));

    /// <summary>True where the names ascend strictly, so that none stands twice.</summary>
    public static bool IsOrdered(ReadOnlySpan<KeyValuePair<string, JsonValue>> members)
    {
        for (var i = 1; i < members.Length; i++)
        {
            if (Compare(members[i - 1].Key, members[i].Key) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int Compare(string left, string right)
    {
        // Most names begin with a letter and are no index: code units decide at once.
        var leftIsIndex = TryIndex(left, out var leftIndex);
        var rightIsIndex = TryIndex(right, out var rightIndex);
        return (leftIsIndex, rightIsIndex) switch
        {
            (true, true) => leftIndex.CompareTo(rightIndex),
            (true, false) => -1,
            (false, true) => 1,
            (false, false) => string.CompareOrdinal(left, right),
        };
    }

    /// <summary>True for a canonical array index: decimal, no leading zero, at most 2^32 - 2.</summary>
    private static bool TryIndex(string name, out uint index)
    {
        index = 0;
        if (name.Length is 0 or > 10 || (name[0] == '0' && name.Length > 1))
        {
            return false;
        }

        ulong value = 0;
        foreach (var unit in name)
        {
            if (!char.IsAsciiDigit(unit))
            {
                return false;
            }

            value = (value * 10) + (uint)(unit - '0');
        }

        index = (uint)value;
        return value <= IndexMax;
    }
}
