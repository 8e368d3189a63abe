using System.Globalization;
using System.Text;

namespace Parley.Web.Identity;

/// <summary>How a person is drawn where they have no picture: initials on one of seven hues that everybody computes alike.</summary>
public static class PersonMark
{
    /// <summary>How many identity hues there are.</summary>
    public const int Hues = 7;

    /// <summary>The hue of a DID: the sum of its UTF-16 units, modulo seven (docs/protocol.md, awareness fields).</summary>
    public static int HueOf(string did)
    {
        ArgumentNullException.ThrowIfNull(did);
        var sum = 0;
        foreach (var unit in did)
        {
            sum += unit;
        }

        return sum % Hues;
    }

    /// <summary>A DID short enough to be read and compared: its beginning and its end.</summary>
    public static string ShortDid(string did)
    {
        ArgumentNullException.ThrowIfNull(did);
        return did.Length > 24 ? did[..16] + "…" + did[^6..] : did;
    }

    /// <summary>One or two letters that stand for a name: of the first and the last word, else the first of the only one. Never empty.</summary>
    public static string Initials(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var first = "";
        var last = "";
        foreach (var word in name.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var letter = FirstLetter(word);
            if (letter.Length == 0)
            {
                continue;
            }

            (first, last) = first.Length == 0 ? (letter, "") : (first, letter);
        }

        return first.Length == 0 ? "·" : first + last;
    }

    // A whole text element, so that an emoji or a letter with its marks is not torn; punctuation says nothing about a person.
    private static string FirstLetter(string word)
    {
        var elements = StringInfo.GetTextElementEnumerator(word);
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            var rune = Rune.GetRuneAt(element, 0);
            if (!Rune.IsPunctuation(rune) && !Rune.IsControl(rune))
            {
                return element.ToUpperInvariant();
            }
        }

        return "";
    }
}
