namespace Parley.Sync;

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
    public static RefusalMeaning MeaningOf(string code) => code switch
    {
        "REPLAY_REJECTED" => RefusalMeaning.Known,
        "NOT_ADMITTED" => RefusalMeaning.OnceAdmitted,
        "QUOTA_EXCEEDED" or "STORAGE_FULL" or "BILLING_READ_ONLY" or "INVALID_WALL_TIME"
            or "UNAUTHORIZED" or "TOKEN_EXPIRED" or "TOKEN_REVOKED" => RefusalMeaning.NotNow,
        _ => RefusalMeaning.Final,
    };
}
