namespace Parley.Calls.Diagnosis;

/// <summary>How much a finding matters.</summary>
public enum CheckSeverity
{
    /// <summary>As it should be.</summary>
    Fine,
    /// <summary>Nothing is known.</summary>
    Untested,
    /// <summary>Some calls suffer from it.</summary>
    Hint,
    /// <summary>Calls do not connect, or somebody is not heard.</summary>
    Broken,
}

/// <summary>What a step came to.</summary>
/// <param name="Step">Which.</param>
/// <param name="Severity">How much it matters, with everything else that is known.</param>
/// <param name="Code">What it is.</param>
/// <param name="ErrorCode">The number that a STUN or TURN server gave.</param>
/// <param name="RoundTripMs">How long an answer took.</param>
/// <param name="Skew">How far the hub's clock is ahead of this one.</param>
public sealed record Finding(
    CheckStep Step, CheckSeverity Severity, CheckCode Code, int? ErrorCode = null, double? RoundTripMs = null, TimeSpan? Skew = null);
