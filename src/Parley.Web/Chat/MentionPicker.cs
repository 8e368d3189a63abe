using Parley.Nodes;

namespace Parley.Web.Chat;

/// <summary>Somebody who can be mentioned.</summary>
public sealed record MentionCandidate(string Did, string Label, bool Here = false, bool Self = false);

/// <summary>
/// The <c>@</c> completion of a composer: finds what is being typed, ranks the people, inserts a label, and remembers the picks.
/// A mention is declared by its pick, never parsed out of the text; a pick counts only while its literal label stands there.
/// </summary>
public sealed class MentionPicker
{
    /// <summary>The most people offered.</summary>
    public const int OfferedMax = 6;

    private readonly Dictionary<string, string> _picks = new(StringComparer.Ordinal);
    private int _start = -1;
    private int _caret;

    /// <summary>The people offered, best first; empty while nothing is being completed.</summary>
    public IReadOnlyList<MentionCandidate> Offered { get; private set; } = [];

    /// <summary>Which of them Enter takes.</summary>
    public int Selected { get; private set; }

    /// <summary>True while people are offered.</summary>
    public bool IsOpen => Offered.Count > 0;

    /// <summary>Looks at the text up to the caret: an <c>@</c> at the start or after white space, then letters, digits, <c>_</c> or <c>-</c>.</summary>
    public void Update(string text, int caret, IEnumerable<MentionCandidate> people)
    {
        ArgumentNullException.ThrowIfNull(text);
        _caret = Math.Clamp(caret, 0, text.Length);
        _start = StartOf(text, _caret);
        var typed = _start < 0 ? "" : text[(_start + 1).._caret];
        Offered = _start < 0 ? [] : [.. people
            .Select(person => (person, rank: Rank(person.Label, typed)))
            .Where(p => p.rank > 0)
            .OrderBy(p => p.person.Self).ThenByDescending(p => p.rank).ThenByDescending(p => p.person.Here)
            .ThenBy(p => p.person.Label, StringComparer.OrdinalIgnoreCase)
            .Take(OfferedMax)
            .Select(p => p.person)];
        Selected = 0;
    }

    /// <summary>Moves the selection, around the ends.</summary>
    public void Move(int step) => Selected = IsOpen ? (Selected + step + Offered.Count) % Offered.Count : 0;

    /// <summary>Offers nobody until the text changes.</summary>
    public void Close() => Offered = [];

    /// <summary>Puts the person's label and a space where the <c>@</c> stood.</summary>
    /// <returns>The text and where the caret goes.</returns>
    public (string Text, int Caret) Take(string text, MentionCandidate person)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(person);
        if (_start < 0 || _caret > text.Length)
        {
            return (text, text.Length);
        }

        var label = "@" + person.Label + " ";
        _picks[person.Did] = person.Label;
        Close();
        return (string.Concat(text.AsSpan(0, _start), label, text.AsSpan(_caret)), _start + label.Length);
    }

    /// <summary>The mentions to declare with a text: the picks whose label is still there as a word of its own. Null where there are none.</summary>
    public Mentions? For(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] dids = [.. _picks.Where(p => Stands(text, "@" + p.Value)).Select(p => p.Key).Take(Mentions.DidsMax)];
        return dids.Length == 0 ? null : new Mentions(dids);
    }

    /// <summary>Forgets the picks, after sending.</summary>
    public void Clear()
    {
        _picks.Clear();
        Close();
    }

    /// <summary>True when the label stands at a place of the text and no letter or digit touches it.</summary>
    internal static bool StandsAt(string text, string label, int at)
    {
        var end = at + label.Length;
        return string.CompareOrdinal(text, at, label, 0, label.Length) == 0
            && (at == 0 || !char.IsLetterOrDigit(text[at - 1]))
            && (end == text.Length || !char.IsLetterOrDigit(text[end]));
    }

    private static bool Stands(string text, string label)
    {
        for (var at = text.IndexOf(label, StringComparison.Ordinal); at >= 0; at = text.IndexOf(label, at + 1, StringComparison.Ordinal))
        {
            if (StandsAt(text, label, at))
            {
                return true;
            }
        }

        return false;
    }

    private static int StartOf(string text, int caret)
    {
        for (var i = caret - 1; i >= 0; i--)
        {
            if (text[i] == '@')
            {
                return i == 0 || char.IsWhiteSpace(text[i - 1]) ? i : -1;
            }

            if (!char.IsLetterOrDigit(text[i]) && text[i] is not ('_' or '-'))
            {
                return -1;
            }
        }

        return -1;
    }

    private static int Rank(string label, string typed)
    {
        if (typed.Length == 0 || label.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
        {
            return 2;
        }

        return label.Contains(typed, StringComparison.OrdinalIgnoreCase) ? 1 : 0;
    }
}
