using Parley.Access;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Web.Rooms;

/// <summary>What somebody may do with a channel and its people: which buttons stand there. Whether it counts, docs/access.md decides.</summary>
/// <param name="MayRename">Name and topic.</param>
/// <param name="MayAdd">Let people in.</param>
/// <param name="MayLeave">Go.</param>
/// <param name="Role">The own role; null where one is not in.</param>
public sealed record ChannelRights(bool MayRename, bool MayAdd, bool MayLeave, AccessRole? Role)
{
    /// <summary>The rights in a channel.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="channel">Its node, where that is here.</param>
    /// <param name="state">Who is in: of an open channel, its space's.</param>
    /// <param name="me">The reader.</param>
    public static ChannelRights Of(ChannelKind kind, Node? channel, MembershipState? state, PersonId me)
    {
        var role = state?.Role;
        var isAdmin = role is AccessRole.Owner or AccessRole.Admin;
        return kind switch
        {
            ChannelKind.Open or ChannelKind.Voice => new(channel is not null && (isAdmin || (role is not null && channel.CreatedBy == me)), false, false, role),
            ChannelKind.Private => new(channel is not null && isAdmin, isAdmin, role is not null, role),
            ChannelKind.Direct => new(false, false, false, role),
            ChannelKind.Group => new(channel is not null && role is not null, false, role is not null, role),
        };
    }
}
