using Parley.Ids;

namespace Parley.Access;

/// <summary>An invite by which people may come in, or, among those that are over, might.</summary>
/// <param name="Operation">Names it: what <see cref="Membership.RevokeInviteAsync"/> takes.</param>
/// <param name="By">Who made it.</param>
/// <param name="ExpiresAt">Its end.</param>
/// <param name="Used">How many people came by it; may exceed <paramref name="Uses"/> where they did not know of each other.</param>
/// <param name="Uses">For how many people it is.</param>
/// <param name="PublicKey">The key whose secret the link holds.</param>
public sealed record OpenInvite(ChangeHash Operation, PersonId By, DateTimeOffset ExpiresAt, int Used, int Uses, ReadOnlyMemory<byte> PublicKey);

/// <summary>An operation that never had effect, with what took it away: "X's removal of Y was cancelled because Z removed X".</summary>
/// <param name="Operation">What was cancelled.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">The operations responsible.</param>
public sealed record CancelledOperation(MembershipOp Operation, VoidReason Reason, IReadOnlyList<MembershipOp> By);

/// <summary>Who is in a space, private channel or direct message, and under which rules: one snapshot.</summary>
/// <param name="Domain">Its id.</param>
/// <param name="IsHere">Its log is here. Where not, nothing is known and everything else is empty.</param>
/// <param name="Role">My own role; null where I am not in.</param>
/// <param name="HasLeft">I was in and am not any more: what is here stays readable, nothing new comes.</param>
/// <param name="EndedBy">Where <paramref name="HasLeft"/>: who ended it, me where I left.</param>
/// <param name="Members">Everybody who may enter, with the best role each holds.</param>
/// <param name="Invites">Open invites, expired or used up ones included until somebody's client ends them.</param>
/// <param name="InvitesOver">Invites that were ended, or whose maker no longer may invite.</param>
/// <param name="Policy">The rules in force.</param>
/// <param name="Cancelled">What was cancelled, oldest first.</param>
public sealed record MembershipState(
    NodeId Domain,
    bool IsHere,
    AccessRole? Role,
    bool HasLeft,
    PersonId? EndedBy,
    IReadOnlyDictionary<PersonId, AccessRole> Members,
    IReadOnlyList<OpenInvite> Invites,
    IReadOnlyList<OpenInvite> InvitesOver,
    AccessPolicy Policy,
    IReadOnlyList<CancelledOperation> Cancelled)
{
    internal static MembershipState Nothing(NodeId domain) =>
        new(domain, false, null, false, null, new Dictionary<PersonId, AccessRole>(), [], [], AccessPolicy.Empty, []);

    internal static MembershipState Of(MembershipLog log, PersonId me)
    {
        var now = log.Now;
        var role = now.AccessOf(me);
        var hasLeft = role is null && log.IsBarred(me);
        var open = now.OpenInvites.Select(invite => invite.Hash).ToHashSet();
        var invites = log.Operations.OfType<InviteOp>().ToLookup(invite => open.Contains(invite.Hash), invite => InviteOf(invite, now));
        var known = log.Operations.Concat(log.Space?.Operations ?? []).ToDictionary(op => op.Hash);
        return new(
            log.Domain,
            log.Count > 0,
            role,
            hasLeft,
            hasLeft ? (log.EndOf(me) ?? log.Space?.EndOf(me))?.Author : null,
            now.Access,
            [.. invites[true]],
            [.. invites[false]],
            now.Policy,
            [.. from op in log.Operations
                let fate = log.FateOf(op.Hash)!
                where !fate.IsEffective
                select new CancelledOperation(op, fate.Reason, [.. fate.By.Select(hash => known[hash])])]);
    }

    private static OpenInvite InviteOf(InviteOp invite, Standing now) => new(
        invite.Hash, invite.Author, DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(invite.ExpiresAt, ExpiresMaxMs)), now.UsesOf(invite.Hash), invite.Uses, invite.PublicKey);

    // The last moment that a date can name.
    private const long ExpiresMaxMs = 253_402_300_799_999;
}
