using Parley.Access;
using Parley.Ids;
using Parley.Web.Shell;

namespace Parley.Web.Access;

/// <summary>Whether one may write in a space, private channel or conversation, and what is said instead of the composer where not.</summary>
public static class WritingRule
{
    /// <summary>Why nothing can be written now; null where it can, or where nothing is known.</summary>
    /// <param name="state">Who is in, and under which rules.</param>
    /// <param name="name">What the space or channel is called.</param>
    /// <param name="me">The reader.</param>
    /// <param name="nameOf">What people are called.</param>
    public static string? Why(MembershipState state, string name, PersonId me, Func<PersonId, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(nameOf);
        return state switch
        {
            { IsHere: false } => null,
            { HasLeft: true, EndedBy: { } who } when who == me => Phrase.Of(Strings.Write_Left, name),
            { HasLeft: true, EndedBy: { } who } => Phrase.Of(Strings.Write_Removed, nameOf(who), name),
            { Role: null } => Phrase.Of(Strings.Write_NotIn, name),
            { Policy.Post: AccessRole.Owner, Role: not AccessRole.Owner } => Strings.Write_OwnersOnly,
            { Policy.Post: AccessRole.Admin, Role: AccessRole.Member } => Strings.Write_AdminsOnly,
            _ => null,
        };
    }
}
