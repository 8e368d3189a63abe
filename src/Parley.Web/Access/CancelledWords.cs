using Parley.Access;
using Parley.Ids;
using Parley.Web.Shell;

namespace Parley.Web.Access;

/// <summary>Says what of a space's history never had effect, and because of what: "Ann's removal of Bo was cancelled, because Cem had removed Ann."</summary>
public static class CancelledWords
{
    /// <summary>The sentence for a cancelled operation.</summary>
    public static string Sentence(CancelledOperation cancelled, Func<PersonId, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(cancelled);
        ArgumentNullException.ThrowIfNull(nameOf);
        return Phrase.Of(Strings.Cancelled, What(cancelled.Operation, nameOf), Why(cancelled, nameOf));
    }

    private static string What(MembershipOp operation, Func<PersonId, string> nameOf)
    {
        var who = nameOf(operation.Author);
        return operation switch
        {
            RevokeOp revoke => Phrase.Of(Strings.Cancelled_Removal, who, nameOf(revoke.Subject)),
            ExpelOp expel => Phrase.Of(Strings.Cancelled_Removal, who, nameOf(expel.Subject)),
            GrantOp grant => Phrase.Of(Strings.Cancelled_Grant, who, nameOf(grant.Subject), MemberRules.Name(grant.Role).ToLowerInvariant()),
            AdmitOp => Phrase.Of(Strings.Cancelled_Admission, who),
            InviteOp => Phrase.Of(Strings.Cancelled_Invite, who),
            RevokeInviteOp => Phrase.Of(Strings.Cancelled_InviteEnd, who),
            _ => Phrase.Of(Strings.Cancelled_Rules, who),
        };
    }

    // What is cancelled because of something cancelled leads back to a removal all the same: that is what people can understand.
    private static string Why(CancelledOperation cancelled, Func<PersonId, string> nameOf) => cancelled.By
        .Select(by => by switch
        {
            RevokeOp revoke => Phrase.Of(Strings.Cancelled_ByRemoval, nameOf(revoke.Author), nameOf(revoke.Subject)),
            LeaveOp => Phrase.Of(Strings.Cancelled_ByLeaving, nameOf(by.Author)),
            RevokeInviteOp => Phrase.Of(Strings.Cancelled_ByInviteEnd, nameOf(by.Author)),
            _ => null,
        })
        .FirstOrDefault(reason => reason is not null) ?? Phrase.Of(Strings.Cancelled_ByChain, nameOf(cancelled.Operation.Author));
}
