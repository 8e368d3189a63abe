namespace Parley.Peers;

/// <summary>What a hub's refusal means for the change.</summary>
internal enum RefusalMeaning
{
    /// <summary>It is not taken, and nothing says that it will be. It is offered again when memberships of its room move.</summary>
    AsThingsStand,
    /// <summary>The hub has it already.</summary>
    Known,
    /// <summary>It may be taken later (a clock, a token, the disk): it is offered again in a minute.</summary>
    NotNow,
    /// <summary>This person's changes are not taken in this room now (who they are there, a quota).</summary>
    NotHere,
    /// <summary>It will be taken once the hub lets this person in, of which we hear.</summary>
    OnceAdmitted,
}

/// <summary>The codes of <c>node-error</c> (docs/protocol.md, errors).</summary>
internal static class HubRefusals
{
    // A code that is not known here says nothing about time: it is offered again when memberships move.
    public static RefusalMeaning MeaningOf(string code) => Reasons.Find(code) switch
    {
        Reason.ReplayRejected => RefusalMeaning.Known,
        Reason.NotAdmitted => RefusalMeaning.OnceAdmitted,
        Reason.Unauthorized or Reason.QuotaExceeded => RefusalMeaning.NotHere,
        Reason.StorageFull or Reason.BillingReadOnly or Reason.InvalidWallTime or Reason.TokenExpired or Reason.TokenRevoked => RefusalMeaning.NotNow,
        _ => RefusalMeaning.AsThingsStand,
    };
}
