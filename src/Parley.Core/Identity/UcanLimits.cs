namespace Parley.Identity;

/// <summary>The bounds on a token and on its proofs.</summary>
public static class UcanLimits
{
    /// <summary>The longest token in characters, its proofs included: what one HTTP header may hold.</summary>
    public const int LengthMax = 16_384;

    /// <summary>The deepest nesting of proofs. Each level writes what it holds a third longer, so few more would fit.</summary>
    public const int ProofDepthMax = 8;

    /// <summary>The most tokens in one chain, the outermost included: as many signatures have to be checked.</summary>
    public const int TokensMax = 16;

    /// <summary>The most capabilities that one token lists.</summary>
    public const int CapabilitiesMax = 64;

    /// <summary>The longest that a token for a hub may still be good for when it is shown: a day, as the reference's clients ask for.</summary>
    public static TimeSpan HubTokenLifetimeMax { get; } = TimeSpan.FromHours(24);

    /// <summary>The longest that a device's delegation may still be good for when it is shown.</summary>
    public static TimeSpan DelegationLifetimeMax { get; } = TimeSpan.FromDays(366);

    /// <summary>How far the clock of who made a token may be ahead before the two bounds above count.</summary>
    public static TimeSpan ClockSkewMax { get; } = TimeSpan.FromMinutes(5);
}
