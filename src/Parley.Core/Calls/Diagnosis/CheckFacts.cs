namespace Parley.Calls.Diagnosis;

/// <summary>What is known so far. Null is what nobody has looked at yet.</summary>
public sealed record CheckFacts
{
    /// <summary>Where the steps of this surface begin to differ: a browser has no folder, a terminal no devices.</summary>
    public static IReadOnlyList<CheckStep> InBrowser { get; } =
    [
        CheckStep.Page, CheckStep.Hub, CheckStep.Admission, CheckStep.Servers, CheckStep.Direct, CheckStep.Stun, CheckStep.TurnUdp, CheckStep.TurnTcp,
        CheckStep.TurnTls, CheckStep.Relay, CheckStep.Microphone, CheckStep.Camera,
    ];

    /// <summary>The steps that a terminal has.</summary>
    public static IReadOnlyList<CheckStep> InTerminal { get; } =
    [
        CheckStep.Folder, CheckStep.Hub, CheckStep.Admission, CheckStep.Servers, CheckStep.Stun, CheckStep.TurnUdp, CheckStep.TurnTcp, CheckStep.TurnTls,
        CheckStep.Relay,
    ];

    /// <summary>The page, or why it may use no devices.</summary>
    public CheckCode? Page { get; init; }

    /// <summary>The folder and its key, or why they do not open.</summary>
    public CheckCode? Folder { get; init; }

    /// <summary>The hub, or why it is not reached.</summary>
    public CheckCode? Hub { get; init; }

    /// <summary>That this person is let in, or why not.</summary>
    public CheckCode? Admission { get; init; }

    /// <summary>What the hub answered about ICE servers.</summary>
    public ServersFact? Servers { get; init; }

    /// <summary>An address of this device's own, or that there is none.</summary>
    public CheckCode? Direct { get; init; }

    /// <summary>What came of each server's address, in any order.</summary>
    public IReadOnlyList<PathFact> Paths { get; init; } = [];

    /// <summary>What came of sending something through a relay.</summary>
    public PathFact? Relay { get; init; }

    /// <summary>The microphone, or what is wrong with it.</summary>
    public CheckCode? Microphone { get; init; }

    /// <summary>The camera, or what is wrong with it.</summary>
    public CheckCode? Camera { get; init; }
}

/// <summary>What came of one address of a server.</summary>
/// <param name="Step">The way that it is.</param>
/// <param name="Code">What came of it.</param>
/// <param name="ErrorCode">The number that the server gave.</param>
/// <param name="RoundTripMs">How long its answer took.</param>
public sealed record PathFact(CheckStep Step, CheckCode Code, int? ErrorCode = null, double? RoundTripMs = null)
{
    /// <summary>What a server's error number means (RFC 8489, RFC 8656).</summary>
    /// <param name="errorCode">Such as 401.</param>
    public static CheckCode CodeOf(int errorCode) => errorCode switch
    {
        401 or 441 => CheckCode.CredentialRefused,
        403 => CheckCode.RelayForbidden,
        486 or 508 => CheckCode.ServerFull,

        // A browser's own number for a server that it does not reach.
        701 => CheckCode.ServerSilent,
        _ => CheckCode.ServerFails,
    };
}

/// <summary>What a hub answered about ICE servers.</summary>
/// <param name="Code">That it named some, or why there are none.</param>
/// <param name="Offered">For each way, how many addresses there are.</param>
/// <param name="EndsIn">How long the TURN credential is good, by this device's clock.</param>
/// <param name="Skew">How far the hub's clock is ahead of this one, as the credential tells.</param>
public sealed record ServersFact(CheckCode Code, IReadOnlyDictionary<CheckStep, int> Offered, TimeSpan? EndsIn = null, TimeSpan? Skew = null)
{
    private const int SkewSecondsMax = 60;

    /// <summary>That there are none, for this reason.</summary>
    public static ServersFact None(CheckCode why) => new(why, new Dictionary<CheckStep, int>());

    /// <summary>What servers say about themselves.</summary>
    /// <param name="servers">The answer.</param>
    /// <param name="now">This device's clock when the answer came.</param>
    public static ServersFact Of(IceServers servers, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(servers);
        var offered = IceUrl.AllOf(servers).GroupBy(static one => one.Url.Step).ToDictionary(static group => group.Key, static group => group.Count());
        TimeSpan? endsIn = servers.Servers.Select(static server => ExpiryOf(server.Username)).FirstOrDefault(static expiry => expiry is not null) is { } seconds
            ? TimeSpan.FromSeconds(seconds - now.ToUnixTimeSeconds())
            : null;
        var skew = endsIn - TimeSpan.FromSeconds(servers.LifetimeSeconds);
        var code = offered.Count == 0 ? CheckCode.NoServers
            : !offered.Keys.Any(CallDiagnosis.IsTurn) ? CheckCode.NoTurn
            : skew?.Duration() > TimeSpan.FromSeconds(SkewSecondsMax) ? CheckCode.ClockSkewed
            : CheckCode.Works;
        return new(code, offered, endsIn, skew);
    }

    // Unix seconds before the first colon (docs/protocol.md, parley.ice/1). Those of other schemes tell nothing, nor do numbers beyond any date.
    private static long? ExpiryOf(string? username) =>
        username?.Split(':', 2) is [var digits, _] && digits.Length <= 11 && long.TryParse(digits, System.Globalization.NumberStyles.None, null, out var seconds) ? seconds : null;
}
