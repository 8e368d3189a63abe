using System.Runtime.CompilerServices;

namespace Parley.Json;

/// <summary>Collects members on the stack as long as there are few, so that most objects cost one allocation.</summary>
internal ref struct JsonMembers
{
    private const int InlineMax = 16;

    // Up to here duplicate names are found by comparing all pairs; beyond, a set keeps it linear.
    private const int PairwiseMax = 12;

    private Inline _inline;
    private List<KeyValuePair<string, JsonValue>>? _overflow;
    private int _count;

    public void Add(KeyValuePair<string, JsonValue> member)
    {
        if (_count < InlineMax)
        {
            _inline[_count] = member;
        }
        else
        {
            (_overflow ??= []).Add(member);
        }

        _count++;
    }

    public readonly KeyValuePair<string, JsonValue>[] ToArray()
    {
        var members = new KeyValuePair<string, JsonValue>[_count];
        ((ReadOnlySpan<KeyValuePair<string, JsonValue>>)_inline)[..Math.Min(_count, InlineMax)].CopyTo(members);
        _overflow?.CopyTo(members, InlineMax);
        return members;
    }

    /// <summary>True where two members have one name.</summary>
    public static bool HasDuplicate(ReadOnlySpan<KeyValuePair<string, JsonValue>> members)
    {
        if (members.Length > PairwiseMax)
        {
            var names = new HashSet<string>(members.Length, StringComparer.Ordinal);
            foreach (ref readonly var member in members)
            {
                if (!names.Add(member.Key))
                {
                    return true;
                }
            }

            return false;
        }

        for (var i = 1; i < members.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (string.Equals(members[i].Key, members[j].Key, StringComparison.Ordinal))
                {
                    return true;
                }
            }
        }

        return false;
    }

    [InlineArray(InlineMax)]
    private struct Inline
    {
        private KeyValuePair<string, JsonValue> _first;
    }
}
