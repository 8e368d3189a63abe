namespace Parley.Calls.Diagnosis;

/// <summary>
/// From facts to findings. A step whose answer still depends on something that nobody has looked at has no finding yet, so that none is
/// shown that the next fact takes back.
/// </summary>
public static class CallDiagnosis
{
    private static readonly CheckStep[] Turn = [CheckStep.TurnUdp, CheckStep.TurnTcp, CheckStep.TurnTls];

    /// <summary>True for the ways through a TURN server.</summary>
    public static bool IsTurn(CheckStep step) => Array.IndexOf(Turn, step) >= 0;

    /// <summary>What a step came to, or null while that is open.</summary>
    public static Finding? Of(CheckStep step, CheckFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return step switch
        {
            CheckStep.Page => Plain(step, facts.Page),
            CheckStep.Folder => Plain(step, facts.Folder),
            CheckStep.Hub => Plain(step, facts.Hub),
            CheckStep.Admission => After(step, facts, Plain(step, facts.Admission), CheckStep.Folder, CheckStep.Hub),
            CheckStep.Servers => After(step, facts, OfServers(facts.Servers), CheckStep.Admission),
            CheckStep.Direct => OfDirect(facts),
            CheckStep.Stun => OfPath(step, facts),
            CheckStep.TurnUdp or CheckStep.TurnTcp or CheckStep.TurnTls => OfPath(step, facts),
            CheckStep.Relay => OfRelay(facts),
            CheckStep.Microphone => OfDevice(step, facts.Microphone),
            CheckStep.Camera => OfDevice(step, facts.Camera),
        };
    }

    /// <summary>The finding to begin with: the first that is broken, else the first hint; null where everything looked at is fine.</summary>
    /// <param name="findings">In the order of the steps.</param>
    public static Finding? Headline(IReadOnlyList<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return findings.FirstOrDefault(static one => one.Severity == CheckSeverity.Broken)
            ?? findings.FirstOrDefault(static one => one.Severity == CheckSeverity.Hint);
    }

    private static Finding? Plain(CheckStep step, CheckCode? code) => code is not { } known ? null : new(step, SeverityOf(known), known);

    private static CheckSeverity SeverityOf(CheckCode code) => code switch
    {
        CheckCode.Works => CheckSeverity.Fine,
        CheckCode.NotReached or CheckCode.NotOffered => CheckSeverity.Untested,
        CheckCode.NoServers or CheckCode.NoTurn or CheckCode.ClockSkewed => CheckSeverity.Hint,
        _ => CheckSeverity.Broken,
    };

    // What is before it in the chain is told there, once.
    private static Finding? After(CheckStep step, CheckFacts facts, Finding? own, params ReadOnlySpan<CheckStep> before)
    {
        foreach (var needed in before)
        {
            if (Of(needed, facts) is { Severity: CheckSeverity.Broken or CheckSeverity.Untested })
            {
                return new(step, CheckSeverity.Untested, CheckCode.NotReached);
            }
        }

        return own;
    }

    private static Finding? OfServers(ServersFact? fact) =>
        fact is null ? null : new(CheckStep.Servers, SeverityOf(fact.Code), fact.Code, Skew: fact.Code == CheckCode.ClockSkewed ? fact.Skew : null);

    private static Finding? OfDirect(CheckFacts facts) =>
        Plain(CheckStep.Direct, facts.Direct) is { Severity: CheckSeverity.Broken } broken ? Weighed(broken, facts) : Plain(CheckStep.Direct, facts.Direct);

    private static Finding? OfPath(CheckStep step, CheckFacts facts)
    {
        switch (Of(CheckStep.Servers, facts))
        {
            case null:
                return null;
            case { Severity: CheckSeverity.Broken or CheckSeverity.Untested }:
                return new(step, CheckSeverity.Untested, CheckCode.NotReached);
            default:
                break;
        }

        var offered = facts.Servers!.Offered.GetValueOrDefault(step);
        PathFact[] tried = [.. facts.Paths.Where(path => path.Step == step)];
        if (offered == 0)
        {
            return new(step, CheckSeverity.Untested, CheckCode.NotOffered);
        }

        if (tried.Length < offered)
        {
            return null;
        }

        if (tried.FirstOrDefault(static path => path.Code != CheckCode.Works) is not { } failed)
        {
            return new(step, CheckSeverity.Fine, CheckCode.Works, RoundTripMs: tried.Min(static path => path.RoundTripMs));
        }

        // Where an end by this clock is over, it is the clocks; else the secrets.
        var hasEnded = failed.Code == CheckCode.CredentialRefused && facts.Servers.EndsIn <= TimeSpan.Zero;
        var finding = new Finding(step, CheckSeverity.Broken, hasEnded ? CheckCode.CredentialEnded : failed.Code, failed.ErrorCode);
        return tried.Any(static path => path.Code == CheckCode.Works) ? finding with { Severity = CheckSeverity.Hint } : Weighed(finding, facts);
    }

    private static Finding? OfRelay(CheckFacts facts) => TurnWorks(facts) switch
    {
        null => null,
        false => new(CheckStep.Relay, CheckSeverity.Untested, CheckCode.NotReached),
        true => facts.Relay is not { } tried ? null : new(CheckStep.Relay, SeverityOf(tried.Code), tried.Code, tried.ErrorCode, tried.RoundTripMs),
    };

    private static Finding? OfDevice(CheckStep step, CheckCode? code) => code is not { } known ? null : new(
        step,
        known is CheckCode.Works or CheckCode.NotReached ? SeverityOf(known)
            // Without a picture one is still in the call; and silence may be just that.
            : step == CheckStep.Camera || known == CheckCode.NoSignal ? CheckSeverity.Hint : CheckSeverity.Broken,
        known);

    // One way that fails is no more than a hint where a relay is reached by another.
    private static Finding? Weighed(Finding broken, CheckFacts facts) => TurnWorks(facts) switch
    {
        null => null,
        true => broken with { Severity = CheckSeverity.Hint },
        false => broken,
    };

    /// <summary>Whether some relay is reached; null while that is open.</summary>
    private static bool? TurnWorks(CheckFacts facts)
    {
        if (facts.Paths.Any(static path => IsTurn(path.Step) && path.Code == CheckCode.Works))
        {
            return true;
        }

        return Of(CheckStep.Servers, facts) switch
        {
            null => null,
            { Severity: CheckSeverity.Broken or CheckSeverity.Untested } => false,
            _ => Turn.All(step => facts.Paths.Count(path => path.Step == step) >= facts.Servers!.Offered.GetValueOrDefault(step)) ? false : null,
        };
    }
}
