using Parley.Ids;

namespace Parley.Access;

/// <summary>What became of an operation that arrived.</summary>
internal enum OpStatus
{
    /// <summary>Part of the log for ever. Whether it has effect is another question (<see cref="OpFate"/>).</summary>
    Valid,
    /// <summary>Kept; judged again when what it waits for arrives.</summary>
    Held,
    /// <summary>Dropped for ever.</summary>
    Refused,
}

/// <summary>Why an operation waits.</summary>
internal enum OpHold
{
    /// <summary>An operation that it names is not here or waits itself (<c>missing-deps</c>).</summary>
    MissingDependencies,
    /// <summary>Written by a newer version (<c>update-needed</c>).</summary>
    UpdateNeeded,
}

/// <summary>Why an operation is refused, in the order in which the checks are made (docs/access.md, validity).</summary>
internal enum OpRefusal
{
    /// <summary>A field is missing, of wrong type or out of range.</summary>
    Malformed,
    /// <summary>It says to belong to another domain.</summary>
    WrongDomain,
    /// <summary>A direct message knows roots and leaves alone.</summary>
    NotInDirectMessage,
    /// <summary>It builds on a refused operation or on one of another domain.</summary>
    InvalidDependency,
    /// <summary>Its Lamport time is not above that of what it names.</summary>
    Lamport,
    /// <summary>The domain id does not name its author as maker.</summary>
    NotCreator,
    /// <summary>A root that names operations of its own domain.</summary>
    CreateWithDependencies,
    /// <summary>The author was not in the space, as far as it knew.</summary>
    NotInSpace,
    /// <summary>Somebody leaves who was not in.</summary>
    NotAMember,
    /// <summary>It names no invite of this domain in its past.</summary>
    UnknownInvite,
    /// <summary>An admission for somebody else.</summary>
    NotJoiner,
    /// <summary>The invite's key did not sign this admission.</summary>
    BadProof,
    /// <summary>Written after the invite's end, or before the invite.</summary>
    InviteExpired,
    /// <summary>The invite had ended, as far as the author knew.</summary>
    InviteClosed,
    /// <summary>As many people as the invite is for had come, as far as the author knew.</summary>
    InviteUsedUp,
    /// <summary>The grant that it acts under gave its author no living seat, as far as the author knew.</summary>
    NoAuthority,
    /// <summary>That grant's role does not suffice.</summary>
    InsufficientRole,
    /// <summary>A removal of oneself; leaving is another operation.</summary>
    SelfRevoke,
    /// <summary>The authority outranks no seat that the person ever had.</summary>
    NotOutranked,
    /// <summary>An expulsion that cites no effective loss of that person in the space.</summary>
    BadCitation,
}

/// <summary>A closed value: valid, held with its reason, or refused with its reason.</summary>
internal readonly record struct OpVerdict
{
    private OpVerdict(OpStatus status, OpHold? hold = null, OpRefusal? refusal = null) => (Status, Hold, Refusal) = (status, hold, refusal);

    /// <summary>The verdict valid.</summary>
    public static OpVerdict Valid => new(OpStatus.Valid);

    /// <summary>Which of the three.</summary>
    public OpStatus Status { get; }

    /// <summary>Set exactly where the status is held.</summary>
    public OpHold? Hold { get; }

    /// <summary>Set exactly where the status is refused.</summary>
    public OpRefusal? Refusal { get; }

    /// <summary>Why; null where valid.</summary>
    public Reason? Reason => Hold?.ToReason() ?? Refusal?.ToReason();

    /// <summary>Held for a reason.</summary>
    public static OpVerdict HeldFor(OpHold reason) => new(OpStatus.Held, hold: reason);

    /// <summary>Refused for a reason.</summary>
    public static OpVerdict RefusedFor(OpRefusal reason) => new(OpStatus.Refused, refusal: reason);
}

/// <summary>The reasons of docs/access.md.</summary>
internal static class OpReasons
{
    /// <summary>As a reason.</summary>
    public static Reason ToReason(this OpHold hold) => hold switch
    {
        OpHold.MissingDependencies => Reason.MissingDependencies,
        OpHold.UpdateNeeded => Reason.UpdateNeeded,
    };

    /// <summary>As a reason.</summary>
    public static Reason ToReason(this OpRefusal refusal) => refusal switch
    {
        OpRefusal.Malformed => Reason.Malformed,
        OpRefusal.WrongDomain => Reason.WrongDomain,
        OpRefusal.NotInDirectMessage => Reason.NotInDirectMessage,
        OpRefusal.InvalidDependency => Reason.InvalidDependency,
        OpRefusal.Lamport => Reason.Lamport,
        OpRefusal.NotCreator => Reason.NotCreator,
        OpRefusal.CreateWithDependencies => Reason.CreateWithDependencies,
        OpRefusal.NotInSpace => Reason.NotInSpace,
        OpRefusal.NotAMember => Reason.NotAMember,
        OpRefusal.UnknownInvite => Reason.UnknownInvite,
        OpRefusal.NotJoiner => Reason.NotJoiner,
        OpRefusal.BadProof => Reason.BadProof,
        OpRefusal.InviteExpired => Reason.InviteExpired,
        OpRefusal.InviteClosed => Reason.InviteClosed,
        OpRefusal.InviteUsedUp => Reason.InviteUsedUp,
        OpRefusal.NoAuthority => Reason.NoAuthority,
        OpRefusal.InsufficientRole => Reason.InsufficientRole,
        OpRefusal.SelfRevoke => Reason.SelfRevoke,
        OpRefusal.NotOutranked => Reason.NotOutranked,
        OpRefusal.BadCitation => Reason.BadCitation,
    };

    /// <summary>As a reason; null for <see cref="VoidReason.None"/>.</summary>
    public static Reason? ToReason(this VoidReason reason) => reason switch
    {
        VoidReason.None => null,
        VoidReason.AuthorityCut => Reason.AuthorityCut,
        VoidReason.InviteRevoked => Reason.InviteRevoked,
        VoidReason.VoidInvite => Reason.VoidInvite,
        VoidReason.VoidAuthority => Reason.VoidAuthority,
        VoidReason.CitationVoid => Reason.CitationVoid,
    };
}
