using Parley.Ids;

namespace Parley.Access;

/// <summary>What became of an operation that arrived.</summary>
public enum OpStatus
{
    /// <summary>Part of the log for ever. Whether it has effect is another question (<see cref="OpFate"/>).</summary>
    Valid,
    /// <summary>Kept; judged again when what it waits for arrives.</summary>
    Held,
    /// <summary>Dropped for ever.</summary>
    Refused,
}

/// <summary>Why an operation waits.</summary>
public enum OpHold
{
    /// <summary>An operation that it names is not here or waits itself (<c>missing-deps</c>).</summary>
    MissingDependencies,
    /// <summary>Written by a newer version (<c>update-needed</c>).</summary>
    UpdateNeeded,
}

/// <summary>Why an operation is refused, in the order in which the checks are made (docs/access.md, validity).</summary>
public enum OpRefusal
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
public readonly record struct OpVerdict
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

    /// <summary>The reason as docs/access.md spells it; null where valid.</summary>
    public string? Reason => Hold?.Code() ?? Refusal?.Code();

    /// <summary>Held for a reason.</summary>
    public static OpVerdict HeldFor(OpHold reason) => new(OpStatus.Held, hold: reason);

    /// <summary>Refused for a reason.</summary>
    public static OpVerdict RefusedFor(OpRefusal reason) => new(OpStatus.Refused, refusal: reason);
}

/// <summary>The spellings of docs/access.md.</summary>
public static class OpReasons
{
    /// <summary>As docs/access.md spells it.</summary>
    public static string Code(this OpHold hold) => hold switch
    {
        OpHold.MissingDependencies => "missing-deps",
        OpHold.UpdateNeeded => "update-needed",
    };

    /// <summary>As docs/access.md spells it.</summary>
    public static string Code(this OpRefusal refusal) => refusal switch
    {
        OpRefusal.Malformed => "malformed",
        OpRefusal.WrongDomain => "wrong-domain",
        OpRefusal.NotInDirectMessage => "not-in-dm",
        OpRefusal.InvalidDependency => "invalid-dep",
        OpRefusal.Lamport => "lamport",
        OpRefusal.NotCreator => "not-creator",
        OpRefusal.CreateWithDependencies => "create-with-deps",
        OpRefusal.NotInSpace => "not-in-space",
        OpRefusal.NotAMember => "not-a-member",
        OpRefusal.UnknownInvite => "unknown-invite",
        OpRefusal.NotJoiner => "not-joiner",
        OpRefusal.BadProof => "bad-proof",
        OpRefusal.InviteExpired => "invite-expired",
        OpRefusal.InviteClosed => "invite-closed",
        OpRefusal.InviteUsedUp => "invite-used-up",
        OpRefusal.NoAuthority => "no-authority",
        OpRefusal.InsufficientRole => "insufficient-role",
        OpRefusal.SelfRevoke => "self-revoke",
        OpRefusal.NotOutranked => "not-outranked",
        OpRefusal.BadCitation => "bad-citation",
    };

    /// <summary>As docs/access.md spells it; null for <see cref="VoidReason.None"/>.</summary>
    public static string? Code(this VoidReason reason) => reason switch
    {
        VoidReason.None => null,
        VoidReason.AuthorityCut => "authority-cut",
        VoidReason.InviteRevoked => "invite-revoked",
        VoidReason.VoidInvite => "void-invite",
        VoidReason.VoidAuthority => "void-authority",
        VoidReason.CitationVoid => "citation-void",
    };
}
