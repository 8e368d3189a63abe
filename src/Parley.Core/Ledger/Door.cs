using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>A person's standing in a room.</summary>
internal enum SenderStanding : byte
{
    /// <summary>May enter now.</summary>
    Member,

    /// <summary>Was removed or left, and did not come back.</summary>
    Removed,

    /// <summary>Never was in, as far as is known here.</summary>
    Stranger,
}

/// <summary>
/// The question that a hub asks before the author's rights: may whoever hands this in be here (docs/access.md, enforcement). A refusal says
/// nothing about the change: another sender may bring it, and it is not remembered.
/// </summary>
internal sealed class Door(LedgerTransaction transaction)
{
    // No honest clock reaches the first; above it each operation may go only so far, so that nobody brings the log to the end of time.
    private const long LamportFree = 1L << 32;
    private const long LamportStep = 1L << 20;

    private LedgerLimits Limits => transaction.Policy.Limits;

    /// <summary>A person's standing in an access scope; a stranger while it has no log.</summary>
    public static SenderStanding StandingOf(MembershipLog? log, PersonId person) =>
        log is null ? SenderStanding.Stranger
        : log.Now.AccessOf(person) is not null ? SenderStanding.Member
        : log.IsBarred(person) ? SenderStanding.Removed
        : SenderStanding.Stranger;

    /// <summary>A sender's standing in the rooms of a rule; nobody's is asked of what has no sender.</summary>
    public static SenderStanding StandingOf(in Ruling over, PersonId? sender) => sender is not { } person ? SenderStanding.Member : over.Rule switch
    {
        RoomRule.Open or RoomRule.Knock => SenderStanding.Member,
        RoomRule.Log => StandingOf(over.Log, person),
        RoomRule.Owner owner => owner.Person == person ? SenderStanding.Member : SenderStanding.Stranger,
        RoomRule.People people => people.Who.Contains(person) ? SenderStanding.Member : SenderStanding.Stranger,
        RoomRule.Unknown => SenderStanding.Stranger,
        _ => throw new InvalidOperationException("No such rule."),
    };

    /// <summary>
    /// Whether a change that must wait is kept; if not, it is refused here. Of a stranger only what their client would not offer again.
    /// </summary>
    public bool MayWait(SenderStanding standing, Candidate candidate) => standing switch
    {
        SenderStanding.Member => true,
        SenderStanding.Removed => No(candidate, new(Refusal.Forbidden, Reason.Removed, isFinal: false)),
        SenderStanding.Stranger => !candidate.Offer.IsOfferedAgain || No(candidate, new(Refusal.NotInRoom, Reason.NotAMember, isFinal: false)),
        _ => throw new InvalidOperationException("No such standing."),
    };

    /// <summary>Whether an operation that its log could decide now is taken from its sender; if not, it is refused here.</summary>
    public bool Admits(MembershipLog log, Candidate candidate)
    {
        if (MembershipOpReader.Read(candidate.Change, log.Domain, out var op) is { Status: not OpStatus.Valid } || op is null)
        {
            // The log says what is wrong with it.
            return true;
        }

        if (log.Count == 0)
        {
            // The root: it is as its maker wants it.
            return true;
        }

        var sender = candidate.Offer.Sender;
        var isOwnWay = sender == op.Author && op is LeaveOp or AdmitOp or CreateOp { Kind: AccessDomainKind.DirectMessage };
        if (sender is { } person && !isOwnWay && log.IsBarred(person))
        {
            return No(candidate, new(Refusal.Forbidden, Reason.Removed, isFinal: false));
        }

        if (op.Header.Lamport > Math.Max(log.NextLamport, LamportFree) + LamportStep)
        {
            return No(candidate, new(Refusal.Lamport, Reason.Lamport, isFinal: false));
        }

        if (log.Count >= Limits.OperationsMax || (log.CountOf(op.Author) >= Limits.OperationsPerMemberMax && log.Now.RoleOf(op.Author) is not >= AccessRole.Admin))
        {
            return No(candidate, new(Refusal.Quota, null, "The membership log is full for now.", IsFinal: false));
        }

        return op is not AdmitOp admit || AdmitsLate(log, admit, candidate);
    }

    /// <summary>Whether a sender may bring an ordinary change that can be decided; if not, it is refused here.</summary>
    public bool MayBring(SenderStanding standing, Candidate candidate) => standing switch
    {
        SenderStanding.Member => true,
        SenderStanding.Removed => No(candidate, new(Refusal.Forbidden, Reason.Removed, isFinal: false)),
        SenderStanding.Stranger => No(candidate, new(Refusal.NotInRoom, Reason.NotAMember, isFinal: false)),
        _ => throw new InvalidOperationException("No such standing."),
    };

    // Somebody who could seat the joiner anyhow may bring a late admission; and a hub that was not there while the invite was open cannot have
    // seen what came in time, so docs/access.md alone decides.
    private bool AdmitsLate(MembershipLog log, AdmitOp admit, Candidate candidate)
    {
        var isVouched = candidate.Offer.Sender is { } person && log.Now.AccessOf(person) >= AccessRole.Admin;
        if (isVouched || log.Operations.FirstOrDefault(op => op.Hash == admit.Invite) is not InviteOp invite || invite.ExpiresAt < transaction.Policy.SinceMs)
        {
            return true;
        }

        return transaction.NowMs > invite.ExpiresAt + Limits.LateAdmissionMsMax ? No(candidate, new(Refusal.Forbidden, Reason.InviteExpired, isFinal: false))
            : log.Now.UsesOf(invite.Hash) >= invite.Uses && log.Now.RoleOf(admit.Author) is null ? No(candidate, new(Refusal.Forbidden, Reason.InviteUsedUp, isFinal: false))
            : true;
    }

    private bool No(Candidate candidate, Verdict.Refused verdict)
    {
        transaction.Refuse(candidate, verdict);
        return false;
    }
}
