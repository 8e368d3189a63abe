using Parley.Access;
using Parley.Web.Shell;

namespace Parley.Web.Access;

/// <summary>For how long and for how many people an invite is.</summary>
public sealed class InviteTerms
{
    /// <summary>The ends that are offered.</summary>
    public static IReadOnlyList<int> DaysOffered { get; } = [1, 7, 30, 365];

    /// <summary>The numbers of people that are offered; the last is the most there can be.</summary>
    public static IReadOnlyList<int> UsesOffered { get; } = [1, 10, 100, InviteOp.UsesMax];

    /// <summary>Days until it ends.</summary>
    public int Days { get; set; } = 7;

    /// <summary>For how many people it is.</summary>
    public int Uses { get; set; } = 10;

    /// <summary>Both in one sentence.</summary>
    public string Text => Phrase.Of(Strings.Invite_Terms, UsesText(Uses), DaysText(Days));

    /// <summary>Its end, made now.</summary>
    public DateTimeOffset Ends(DateTimeOffset now) => now.AddDays(Days);

    /// <summary>An end in words.</summary>
    public static string DaysText(int days) => days switch
    {
        1 => Strings.Invite_Day,
        365 => Strings.Invite_Year,
        _ => Phrase.Of(Strings.Invite_Days, days),
    };

    /// <summary>A number of people in words.</summary>
    public static string UsesText(int uses) => uses switch
    {
        1 => Strings.Invite_One,
        InviteOp.UsesMax => Strings.Invite_Anybody,
        _ => Phrase.Of(Strings.Invite_Several, uses),
    };
}
