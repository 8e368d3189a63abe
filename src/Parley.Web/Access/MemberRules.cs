using Parley.Access;
using Parley.Ids;
using Parley.Web.Shell;

namespace Parley.Web.Access;

/// <summary>What the screen offers to whom. The log decides; this only keeps away what it would refuse anyhow.</summary>
public static class MemberRules
{
    private static readonly AccessRole[] All = [AccessRole.Member, AccessRole.Admin, AccessRole.Owner];

    /// <summary>Owners and admins invite, and end invites.</summary>
    public static bool MayInvite(AccessRole? mine) => mine >= AccessRole.Admin;

    /// <summary>Owners and admins give the space its name.</summary>
    public static bool MayRename(AccessRole? mine) => mine >= AccessRole.Admin;

    /// <summary>Owners say who writes.</summary>
    public static bool MaySetRules(AccessRole? mine) => mine == AccessRole.Owner;

    /// <summary>Who ranks above removes. Of two owners the log alone knows which does.</summary>
    public static bool MayRemove(AccessRole? mine, AccessRole theirs) => mine > theirs || (mine, theirs) == (AccessRole.Owner, AccessRole.Owner);

    /// <summary>The roles that may be given to somebody else; theirs alone where nothing may be changed.</summary>
    public static IReadOnlyList<AccessRole> RolesFor(AccessRole? mine, AccessRole theirs) => mine == AccessRole.Owner ? All : [theirs];

    /// <summary>When this person leaves nobody can make admins any more.</summary>
    public static bool IsLastOwner(MembershipState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Role == AccessRole.Owner && state.Members.Values.Count(role => role == AccessRole.Owner) == 1;
    }

    /// <summary>The people with their roles, those of higher ones first, then by name.</summary>
    public static IReadOnlyList<(PersonId Person, AccessRole Role, string Name)> Ordered(MembershipState state, Func<PersonId, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(nameOf);
        return [.. state.Members.Select(m => (Person: m.Key, Role: m.Value, Name: nameOf(m.Key)))
            .OrderByDescending(m => m.Role).ThenBy(m => m.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(m => m.Person)];
    }

    /// <summary>A role in a word.</summary>
    public static string Name(AccessRole role) => role switch
    {
        AccessRole.Member => Strings.Role_Member,
        AccessRole.Admin => Strings.Role_Admin,
        AccessRole.Owner => Strings.Role_Owner,
    };

    /// <summary>Why it did not work.</summary>
    public static string Sentence(ParleyException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Reason == Reason.NotOutranked ? Strings.Member_NotOutranked : Problem.Sentence(failure);
    }
}
