using System.Numerics;

namespace Parley.Access;

/// <summary>A set of small indexes as bits. Sets of different lengths mix; what lies beyond the end is not in.</summary>
internal sealed class OpSet : IEquatable<OpSet>
{
    private ulong[] _words = [];

    /// <summary>An empty set.</summary>
    public OpSet()
    {
    }

    /// <summary>A copy.</summary>
    public OpSet(OpSet other) => _words = [.. other._words];

    /// <summary>How many are in.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in _words)
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    public bool IsEmpty => !_words.AsSpan().ContainsAnyExcept(0UL);

    public bool Has(int index)
    {
        var word = index >> 6;
        return word < _words.Length && (_words[word] >> (index & 63) & 1) != 0;
    }

    public void Add(int index)
    {
        var word = index >> 6;
        if (word >= _words.Length)
        {
            Array.Resize(ref _words, word + 1);
        }

        _words[word] |= 1UL << (index & 63);
    }

    public void UnionWith(OpSet other)
    {
        if (other._words.Length > _words.Length)
        {
            Array.Resize(ref _words, other._words.Length);
        }

        for (var i = 0; i < other._words.Length; i++)
        {
            _words[i] |= other._words[i];
        }
    }

    /// <summary>True when all of 0 … <paramref name="count"/> − 1 are in.</summary>
    public bool Covers(int count)
    {
        var full = count >> 6;
        return _words.Length >= full
            && !_words.AsSpan(0, full).ContainsAnyExcept(ulong.MaxValue)
            && ((count & 63) == 0 || (_words.Length > full && BitOperations.TrailingZeroCount(~_words[full]) >= (count & 63)));
    }

    /// <summary>The members, ascending.</summary>
    public IEnumerable<int> Members()
    {
        for (var i = 0; i < _words.Length; i++)
        {
            for (var rest = _words[i]; rest != 0; rest &= rest - 1)
            {
                yield return (i << 6) + BitOperations.TrailingZeroCount(rest);
            }
        }
    }

    public bool Equals(OpSet? other) => other is not null && Trimmed().SequenceEqual(other.Trimmed());

    public override bool Equals(object? obj) => Equals(obj as OpSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var word in Trimmed())
        {
            hash.Add(word);
        }

        return hash.ToHashCode();
    }

    private ReadOnlySpan<ulong> Trimmed() => _words.AsSpan().TrimEnd(0UL);
}
