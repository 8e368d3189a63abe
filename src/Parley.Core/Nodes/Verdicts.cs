namespace Parley.Nodes;

/// <summary>Why something was refused for good. Each maps to one code on the wire (<see cref="RefusalCodes"/>).</summary>
public enum Refusal
{
    /// <summary>Fields missing, of wrong type or out of range; duplicate names; <c>__proto__</c>; malformed mentions.</summary>
    Malformed,
    /// <summary>The recomputed hash differs.</summary>
    Hash,
    /// <summary>The signature does not verify.</summary>
    Signature,
    /// <summary>Wall time more than five minutes ahead (a hub refuses; a replica holds).</summary>
    WallTime,
    /// <summary>Lamport above 2^48.</summary>
    Lamport,
    /// <summary>Offered in a room that is not its home room.</summary>
    Room,
    /// <summary>The author may not do this.</summary>
    Forbidden,
    /// <summary>A quota or bound is exhausted.</summary>
    Quota,
    /// <summary>The disk or another store limit is exhausted.</summary>
    Storage,
    /// <summary>The sender is not let into the hub yet; it is offered again once they are.</summary>
    NotAdmitted,
    /// <summary>The sender is not in the room; they keep the change and offer it again.</summary>
    NotInRoom,
}

/// <summary>Why a change waits on disk.</summary>
public enum HoldReason
{
    /// <summary>The node's create has not arrived.</summary>
    UnknownNode,
    /// <summary>Wall time or lamport is above the local window; it is applied when the window reaches it.</summary>
    Future,
    /// <summary>The membership that would allow the author has not arrived.</summary>
    UnknownMember,
}

/// <summary>The reasons of refusals.</summary>
public static class RefusalCodes
{
    /// <summary>The <c>node-error</c> code.</summary>
    public static string Code(this Refusal refusal) => refusal.ToReason().ToCode();

    /// <summary>As a reason.</summary>
    public static Reason ToReason(this Refusal refusal) => refusal switch
    {
        Refusal.Malformed => Reason.InvalidChange,
        Refusal.Hash => Reason.InvalidHash,
        Refusal.Signature => Reason.InvalidSignature,
        Refusal.WallTime => Reason.InvalidWallTime,
        Refusal.Lamport => Reason.InvalidLamport,
        Refusal.Room => Reason.InvalidRoom,
        Refusal.Forbidden => Reason.WriteForbidden,
        Refusal.Quota => Reason.QuotaExceeded,
        Refusal.Storage => Reason.StorageFull,
        Refusal.NotAdmitted => Reason.NotAdmitted,
        Refusal.NotInRoom => Reason.Unauthorized,
    };
}
