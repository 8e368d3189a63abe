namespace Parley.Web.Chat;

/// <summary>
/// Whether a text is markup that a person might have written. Markdown can be made that costs a parser the square of its length
/// (nine thousand brackets take seconds); such a text is shown as it stands instead.
/// </summary>
internal static class MarkupBound
{
    /// <summary>The most marks between two blank lines, fenced code aside.</summary>
    public const int MarksMax = 500;

    /// <summary>The deepest quote or list.</summary>
    public const int NestingMax = 16;

    private const string Marks = "[]()*_`~<>!:&\\|";
    private const int IndentMax = 4 * NestingMax;

    /// <summary>True where the text is within the bounds.</summary>
    public static bool Holds(ReadOnlySpan<char> text)
    {
        var marks = 0;
        var fenced = false;
        foreach (var line in text.EnumerateLines())
        {
            var content = line.TrimStart();
            if (content.StartsWith("```", StringComparison.Ordinal) || content.StartsWith("~~~", StringComparison.Ordinal))
            {
                fenced = !fenced;
            }

            if (content.IsEmpty)
            {
                marks = 0;
            }
            else if (!fenced && (!NestsLittle(line, content) || (marks += Count(content)) > MarksMax))
            {
                return false;
            }
        }

        return true;
    }

    private static int Count(ReadOnlySpan<char> line)
    {
        var count = 0;
        foreach (var letter in line)
        {
            count += Marks.Contains(letter) ? 1 : 0;
        }

        return count;
    }

    // Markers of quotes and lists may follow one another on a line, or be indented line by line.
    private static bool NestsLittle(ReadOnlySpan<char> line, ReadOnlySpan<char> content)
    {
        var markers = 0;
        var at = 0;
        while (at < content.Length && (content[at] is '>' or '-' or '+' or '*' or '.' or ')' or ' ' or '\t' || char.IsAsciiDigit(content[at])))
        {
            markers += content[at] is '>' or '-' or '+' or '*' or '.' or ')' ? 1 : 0;
            at++;
        }

        // A line of nothing but dashes is a rule, however long.
        return (markers <= NestingMax || content.Trim("-=*_ ").IsEmpty) && (markers == 0 || line.Length - content.Length <= IndentMax);
    }
}
