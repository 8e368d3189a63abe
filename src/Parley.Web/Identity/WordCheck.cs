namespace Parley.Web.Identity;

/// <summary>Asks for three of the recovery words, to see that they were written down.</summary>
public sealed class WordCheck
{
    /// <summary>How many words are asked for.</summary>
    public const int Asked = 3;

    private readonly IReadOnlyList<string> _words;
    private readonly string[] _answers = new string[Asked];

    /// <summary>Chooses three distinct places with the given random source.</summary>
    public WordCheck(IReadOnlyList<string> words, RandomBytes random)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(random);
        _words = words;
        Array.Fill(_answers, "");
        Places = Choose(words.Count, random);
    }

    /// <summary>The places asked for, counted from zero, in rising order.</summary>
    public IReadOnlyList<int> Places { get; }

    /// <summary>What was typed for the n-th question.</summary>
    public string this[int question]
    {
        get => _answers[question];
        set => _answers[question] = value ?? "";
    }

    /// <summary>True when every answer is there, right or wrong.</summary>
    public bool Complete => _answers.All(a => a.Trim().Length > 0);

    /// <summary>True when the n-th answer is the word of its place, whatever its case and surrounding space.</summary>
    public bool IsRight(int question) =>
        string.Equals(_answers[question].Trim(), _words[Places[question]], StringComparison.OrdinalIgnoreCase);

    /// <summary>True when all answers are right.</summary>
    public bool Passed => Enumerable.Range(0, Asked).All(IsRight);

    private static int[] Choose(int count, RandomBytes random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, Asked);
        var chosen = new SortedSet<int>();
        Span<byte> one = stackalloc byte[1];
        while (chosen.Count < Asked)
        {
            random(one);
            // Above the largest multiple of the count a remainder would favour the low places.
            if (one[0] < 256 / count * count)
            {
                chosen.Add(one[0] % count);
            }
        }

        return [.. chosen];
    }
}
