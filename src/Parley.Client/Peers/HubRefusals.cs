namespace Parley.Peers;

/// <summary>What a hub's refusal means for the change.</summary>
internal enum RefusalMeaning
{
    /// <summary>It will never be taken.</summary>
    Final,
    /// <summary>The hub has it already.</summary>
    Known,
    /// <summary>It may be taken later (a quota, a clock, a token): the next session offers it again.</summary>
    NotNow,
    /// <summary>It will be taken once the hub lets this person in, of which we hear.</summary>
    OnceAdmitted,
}

/// <summary>The codes of <c>node-error</c> (docs/protocol.md, errors).</summary>
internal static class HubRefusals
{
    // A code that is not known here is final: nobody offers for ever what a newer hub refuses for a rule of its own.
    public static RefusalMeaning MeaningOf(string code) => Reasons.Find(code) switch
    {
        Reason.ReplayRejected => RefusalMeaning.Known,
        Reason.NotAdmitted => RefusalMeaning.OnceAdmitted,
        Reason.QuotaExceeded or Reason.StorageFull or Reason.BillingReadOnly or Reason.InvalidWallTime
            or Reason.Unauthorized or Reason.TokenExpired or Reason.TokenRevoked => RefusalMeaning.NotNow,
        _ => RefusalMeaning.Final,
    };
}
