using Parley.Web.Shell;

namespace Parley.Web.Contacts;

/// <summary>What a conversation is called where it has no name of its own: the names of its other people.</summary>
public static class PeopleTitle
{
    /// <summary>The most people named; of more, two are named and the rest counted.</summary>
    public const int NamedMax = 3;

    /// <summary>"Ann"; "Ann and Bo"; "Ann, Bo and Cem"; "Ann, Bo and 3 more". The names in alphabetical order.</summary>
    public static string Of(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] sorted = [.. names.Order(StringComparer.CurrentCultureIgnoreCase)];
        return sorted switch
        {
            [] => Strings.Direct_Nobody,
            [var one] => one,
            [var one, var two] => Phrase.Of(Strings.Direct_Two, one, two),
            [var one, var two, var three] => Phrase.Of(Strings.Direct_Three, one, two, three),
            [var one, var two, ..] => Phrase.Of(Strings.Direct_More, one, two, sorted.Length - 2),
        };
    }
}
