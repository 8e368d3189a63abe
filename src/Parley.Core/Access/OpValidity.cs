using System.Diagnostics;
using Parley.Ids;

namespace Parley.Access;

/// <summary>
/// Whether an operation whose dependencies are all valid is valid itself (docs/access.md, validity, rows 4 to 12).
/// It looks at the operation's own past alone, which never changes, so neither does the answer.
/// </summary>
internal readonly ref struct OpValidity(MembershipOp op, AccessDomainKind kind, OpGraph graph, OpPast past, Standing known)
{
    /// <summary>The first row that fails, or null.</summary>
    /// <param name="proofHolds">For an admission: whether the invite's key signed it; known wherever the invite is here.</param>
    public OpRefusal? Judge(bool? proofHolds)
    {
        if (!LamportIsAbovePast())
        {
            return OpRefusal.Lamport;
        }

        return op switch
        {
            CreateOp create => JudgeCreate(create),
            LeaveOp => known.RoleOf(op.Author) is null ? OpRefusal.NotAMember : null,
            _ when OutsideSpace() => OpRefusal.NotInSpace,
            AdmitOp admit => JudgeAdmit(admit, proofHolds),
            _ => JudgeAuthority(),
        };
    }

    private bool LamportIsAbovePast()
    {
        foreach (var dependency in op.Header.Depends)
        {
            var entry = graph.TryFind(dependency, out var index) ? graph[index] : graph.Space![SpaceIndexOf(dependency)];
            if (entry.Op.Header.Lamport >= op.Header.Lamport)
            {
                return false;
            }
        }

        return true;
    }

    private OpRefusal? JudgeCreate(CreateOp create) =>
        !DomainRoot.Proves(create) ? OpRefusal.NotCreator
        : kind != AccessDomainKind.DirectMessage && !past.Own.IsEmpty ? OpRefusal.CreateWithDependencies
        : OutsideSpace() ? OpRefusal.NotInSpace
        : null;

    private OpRefusal? JudgeAdmit(AdmitOp admit, bool? proofHolds)
    {
        if (InvitePast(admit.Invite) is not { } index)
        {
            return OpRefusal.UnknownInvite;
        }

        var invite = (InviteOp)graph[index].Op;
        var wallTime = admit.Header.WallTime;
        return admit.Subject != admit.Author ? OpRefusal.NotJoiner
            : !(proofHolds ?? throw new UnreachableException("The proof was never planned.")) ? OpRefusal.BadProof
            : wallTime < invite.Header.WallTime || wallTime > invite.ExpiresAt ? OpRefusal.InviteExpired
            : !known.IsOpen(index) ? OpRefusal.InviteClosed
            : OthersBy(index, admit.Author) >= invite.Uses ? OpRefusal.InviteUsedUp
            : null;
    }

    private OpRefusal? JudgeAuthority()
    {
        if (!graph.TryFind(op.Authority!.Value, out var authority) || !past.Own.Has(authority)
            || !graph[authority].Seats.Contains(op.Author) || !known.IsAlive(authority, op.Author))
        {
            return OpRefusal.NoAuthority;
        }

        var role = graph[authority].Role;
        return op switch
        {
            GrantOp grant when role < AccessRole.Owner && (role < AccessRole.Admin || grant.Role > AccessRole.Member) => OpRefusal.InsufficientRole,
            RevokeOp or RevokeInviteOp or InviteOp when role < AccessRole.Admin => OpRefusal.InsufficientRole,
            PolicyOp when role < AccessRole.Owner => OpRefusal.InsufficientRole,
            RevokeOp revoke => JudgeRevoke(revoke, authority),
            RevokeInviteOp end => InvitePast(end.Invite) is null ? OpRefusal.UnknownInvite : null,
            ExpelOp expel => JudgeExpel(expel, role),
            _ => null,
        };
    }

    // The person need not sit any more: such a revoke makes somebody else's removal final, and bars who left.
    private OpRefusal? JudgeRevoke(RevokeOp revoke, int authority)
    {
        if (revoke.Subject == revoke.Author)
        {
            return OpRefusal.SelfRevoke;
        }

        foreach (var grant in graph.SeatsOf(revoke.Subject))
        {
            if (past.Own.Has(grant) && graph.Outranks(authority, grant))
            {
                return null;
            }
        }

        return OpRefusal.NotOutranked;
    }

    private OpRefusal? JudgeExpel(ExpelOp expel, AccessRole role)
    {
        if (expel.Subject == expel.Author
            || !graph.Space!.TryFind(expel.Citation, out var cited)
            || !known.Space!.IsEffective(cited)
            || graph.Space[cited] is not { ReachesIntoChannels: true, CutSubject: { } lost } || lost != expel.Subject)
        {
            return OpRefusal.BadCitation;
        }

        return role >= AccessRole.Admin || !SomebodyElseRules(expel.Subject) ? null : OpRefusal.InsufficientRole;
    }

    private bool SomebodyElseRules(PersonId subject)
    {
        foreach (var person in graph.EverSeated)
        {
            if (person != subject && known.RoleOf(person) >= AccessRole.Admin)
            {
                return true;
            }
        }

        return false;
    }

    private bool OutsideSpace() => kind == AccessDomainKind.Channel && known.Space!.RoleOf(op.Author) is null;

    private int? InvitePast(ChangeHash invite) =>
        graph.TryFind(invite, out var index) && past.Own.Has(index) && graph[index].Op is InviteOp ? index : null;

    private int OthersBy(int invite, PersonId joiner)
    {
        var others = 0;
        foreach (var person in known.Joiners(invite))
        {
            others += person != joiner ? 1 : 0;
        }

        return others;
    }

    private int SpaceIndexOf(ChangeHash dependency)
    {
        graph.Space!.TryFind(dependency, out var index);
        return index;
    }
}
