using Parley.Commands;
using Parley.Ids;

namespace Parley.Access;

/// <summary>Who is in a space, a private channel or a direct message: read it, watch it, change it. Cheap to make; holds nothing open.</summary>
/// <remarks>
/// Every change is one signed operation that is durable here when the call returns, and holds wherever it arrives (docs/access.md).
/// The methods throw <see cref="ParleyException"/>: Forbidden (the message ends with the reason of docs/access.md), NotFound (the log is
/// not here), Unsupported (on a platform that cannot sign for an invite), Storage.
/// </remarks>
public sealed class Membership
{
    private readonly RoleHolder _role;
    private readonly InviteKeys _keys;

    internal Membership(NodeId domain, MembershipViews views, RoleHolder role, InviteKeys keys)
    {
        Domain = domain;
        State = views.Of(domain);
        _role = role;
        _keys = keys;
    }

    /// <summary>The space, private channel or direct message.</summary>
    public NodeId Domain { get; }

    /// <summary>Who is in, and under which rules.</summary>
    public Live<MembershipState> State { get; }

    /// <summary>Opens an invite: whoever has the link may enter as a member, also while everybody else is offline.</summary>
    /// <param name="expires">Until when.</param>
    /// <param name="uses">For how many people, 1 to 10 000. People who do not know of each other may be more.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The only copy of the secret.</returns>
    public async Task<Invite> InviteAsync(DateTimeOffset expires, int uses = 1, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(uses, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(uses, InviteOp.UsesMax);
        var (invite, publicKey) = await _keys.MakeAsync(Domain, cancellationToken).ConfigureAwait(false);
        await ActAsync(new MembershipCommand.OpenInvite(Domain, publicKey, expires.ToUnixTimeMilliseconds(), uses), cancellationToken).ConfigureAwait(false);
        return invite;
    }

    /// <summary>Ends an invite. Who came by it and is known here stays; who came at the same moment elsewhere is out.</summary>
    public Task RevokeInviteAsync(ChangeHash invite, CancellationToken cancellationToken = default) =>
        ActAsync(new MembershipCommand.EndInvite(Domain, invite), cancellationToken);

    /// <summary>Gives a person a role, lets in one who was removed, or lowers one who holds a higher role.</summary>
    public Task GrantAsync(PersonId person, AccessRole role = AccessRole.Member, CancellationToken cancellationToken = default) =>
        ActAsync(new MembershipCommand.Seat(Domain, person, role), cancellationToken);

    /// <summary>Removes a person: what they write from now on, and what I have not seen, does not count. Also bars one who left.</summary>
    public Task RevokeAsync(PersonId person, CancellationToken cancellationToken = default) =>
        ActAsync(new MembershipCommand.Unseat(Domain, person), cancellationToken);

    /// <summary>Leaves. What is here stays readable. The last owner may leave: nobody can make admins then.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken = default) => ActAsync(new MembershipCommand.Leave(Domain), cancellationToken);

    /// <summary>Sets rules. Keys that are null stay as they are.</summary>
    public Task SetPolicyAsync(AccessPolicy policy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return ActAsync(new MembershipCommand.SetPolicy(Domain, policy), cancellationToken);
    }

    private Task<string> ActAsync(MembershipCommand command, CancellationToken cancellationToken) => _role.Current.ActAsync(command, cancellationToken);
}
