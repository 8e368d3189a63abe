namespace Parley.Web.Shell;

/// <summary>Something the quick switcher can go to.</summary>
public sealed record SwitcherEntry(Place Place, string Title, string? Hint = null);

/// <summary>Ranks the entries of the quick switcher for what was typed.</summary>
public static class Switcher
{
    /// <summary>The most entries shown.</summary>
    public const int ShownMax = 9;

    /// <summary>The best entries for a text, best first: whole prefix, prefix of a word, substring, letters in order. Empty text keeps the order given.</summary>
    public static IReadOnlyList<SwitcherEntry> Rank(IEnumerable<SwitcherEntry> entries, string typed)
    {
        var text = (typed ?? "").Trim().TrimStart('#', '@');
        return [.. entries
            .Select((entry, index) => (entry, index, score: Score(entry.Title, text)))
            .Where(e => e.score > 0)
            .OrderByDescending(e => e.score).ThenBy(e => text.Length == 0 ? 0 : e.entry.Title.Length).ThenBy(e => e.index)
            .Take(ShownMax)
            .Select(e => e.entry)];
    }

    /// <summary>How well a title answers a text; 0 is not at all.</summary>
    public static int Score(string title, string text)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0 || title.StartsWith(text, StringComparison.OrdinalIgnoreCase))
        {
            return 4;
        }

        var at = title.IndexOf(text, StringComparison.OrdinalIgnoreCase);
        while (at >= 0)
        {
            if (!char.IsLetterOrDigit(title[at - 1]))
            {
                return 3;
            }

            at = title.IndexOf(text, at + 1, StringComparison.OrdinalIgnoreCase);
        }

        return title.Contains(text, StringComparison.OrdinalIgnoreCase) ? 2 : HasLettersInOrder(title, text) ? 1 : 0;
    }

    private static bool HasLettersInOrder(string title, string text)
    {
        var next = 0;
        foreach (var letter in title)
        {
            if (next < text.Length && char.ToUpperInvariant(letter) == char.ToUpperInvariant(text[next]))
            {
                next++;
            }
        }

        return next == text.Length;
    }
}
