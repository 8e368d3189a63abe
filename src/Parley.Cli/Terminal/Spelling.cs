namespace Parley.Cli.Terminal;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Spelling
{
    /// <summary>The closest known word at most two edits away, or null.</summary>
    public static string? Closest(string written, IEnumerable<string> known) =>
        known.Select(word => (word, distance: Distance(written, word)))
            .Where(pair => pair.distance <= 2)
            .OrderBy(pair => pair.distance)
            .Select(pair => pair.word)
            .FirstOrDefault();

    /// <summary>Levenshtein's distance, one row at a time.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
