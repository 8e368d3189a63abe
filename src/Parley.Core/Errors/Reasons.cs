namespace Parley;

/// <summary>The spellings of reasons, on the wire, in stores and between tabs.</summary>
public static class Reasons
{
    private static readonly Dictionary<string, Reason> s_byCode = Enum.GetValues<Reason>().ToDictionary(ToCode, StringComparer.Ordinal);

    /// <summary>Its one spelling.</summary>
    public static string ToCode(this Reason reason) => reason switch
    {
        Reason.Malformed => "malformed",
        Reason.WrongDomain => "wrong-domain",
        Reason.NotInDirectMessage => "not-in-dm",
        Reason.InvalidDependency => "invalid-dep",
        Reason.Lamport => "lamport",
        Reason.NotCreator => "not-creator",
        Reason.CreateWithDependencies => "create-with-deps",
        Reason.NotInSpace => "not-in-space",
        Reason.NotAMember => "not-a-member",
        Reason.UnknownInvite => "unknown-invite",
        Reason.NotJoiner => "not-joiner",
        Reason.BadProof => "bad-proof",
        Reason.InviteExpired => "invite-expired",
        Reason.InviteClosed => "invite-closed",
        Reason.InviteUsedUp => "invite-used-up",
        Reason.NoAuthority => "no-authority",
        Reason.InsufficientRole => "insufficient-role",
        Reason.SelfRevoke => "self-revoke",
        Reason.NotOutranked => "not-outranked",
        Reason.BadCitation => "bad-citation",
        Reason.AuthorityCut => "authority-cut",
        Reason.InviteRevoked => "invite-revoked",
        Reason.VoidInvite => "void-invite",
        Reason.VoidAuthority => "void-authority",
        Reason.CitationVoid => "citation-void",
        Reason.ImmutableField => "immutable-field",
        Reason.BadSeen => "bad-seen",
        Reason.Removed => "removed",
        Reason.GrantVoid => "grant-void",
        Reason.NotAuthor => "not-author",
        Reason.SpaceRemoved => "space-removed",
        Reason.SpaceGrantVoid => "space-grant-void",
        Reason.SpaceNotAMember => "space-not-a-member",
        Reason.MissingDependencies => "missing-deps",
        Reason.UpdateNeeded => "update-needed",
        Reason.MissingOperations => "missing-ops",
        Reason.NoGrantKnown => "no-grant-known",
        Reason.UnknownNode => "unknown-node",
        Reason.WriteOnce => "write-once",
        Reason.TooManyKnocks => "too-many-knocks",
        Reason.ForeignSession => "foreign-session",
        Reason.TooManySessions => "too-many-sessions",
        Reason.InvalidChange => "INVALID_CHANGE",
        Reason.InvalidHash => "INVALID_HASH",
        Reason.InvalidSignature => "INVALID_SIGNATURE",
        Reason.InvalidLamport => "INVALID_LAMPORT",
        Reason.InvalidRoom => "INVALID_ROOM",
        Reason.InvalidWallTime => "INVALID_WALL_TIME",
        Reason.InvalidSignal => "INVALID_SIGNAL",
        Reason.WriteForbidden => "WRITE_FORBIDDEN",
        Reason.QuotaExceeded => "QUOTA_EXCEEDED",
        Reason.StorageFull => "STORAGE_FULL",
        Reason.NotAdmitted => "NOT_ADMITTED",
        Reason.Unauthorized => "UNAUTHORIZED",
        Reason.TokenExpired => "TOKEN_EXPIRED",
        Reason.TokenRevoked => "TOKEN_REVOKED",
        Reason.ReplayRejected => "REPLAY_REJECTED",
        Reason.BillingReadOnly => "BILLING_READ_ONLY",
        Reason.TokenTooLong => "token-too-long",
        Reason.WrongAudience => "wrong-audience",
        Reason.Banned => "banned",
        Reason.NotListed => "not-listed",
    };

    /// <summary>Reads a spelling. False for none and for any other: a newer hub may have further reasons.</summary>
    public static bool TryParse(string? code, out Reason reason)
    {
        reason = default;
        return code is not null && s_byCode.TryGetValue(code, out reason);
    }

    /// <summary>The reason of a spelling, or null.</summary>
    public static Reason? Find(string? code) => TryParse(code, out var reason) ? reason : null;
}
