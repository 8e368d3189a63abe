using Parley.Calls;
using Parley.Calls.Diagnosis;
using Xunit;

namespace Parley.Core.Tests.Calls.Diagnosis;

/// <summary>From facts to findings: which step is named first, and how much each matters beside the others.</summary>
public sealed class CallDiagnosisTests
{
    private static readonly CheckFacts Good = new()
    {
        Page = CheckCode.Works,
        Folder = CheckCode.Works,
        Hub = CheckCode.Works,
        Admission = CheckCode.Works,
        Servers = Offers(CheckCode.Works, CheckStep.Stun, CheckStep.TurnUdp, CheckStep.TurnTcp, CheckStep.TurnTls),
        Direct = CheckCode.Works,
        Paths = [Answers(CheckStep.Stun), Answers(CheckStep.TurnUdp), Answers(CheckStep.TurnTcp), Answers(CheckStep.TurnTls)],
        Relay = Answers(CheckStep.Relay),
        Microphone = CheckCode.Works,
        Camera = CheckCode.Works,
    };

    [Fact]
    public void Where_everything_works_nothing_is_said()
    {
        var findings = All(Good);
        Assert.All(findings, finding => Assert.Equal((CheckSeverity.Fine, CheckCode.Works), (finding.Severity, finding.Code)));
        Assert.Equal(Enum.GetValues<CheckStep>(), findings.Select(finding => finding.Step));
        Assert.Null(CallDiagnosis.Headline(findings));
        Assert.Equal(12, CallDiagnosis.Of(CheckStep.TurnUdp, Good)!.RoundTripMs);
    }

    [Fact]
    public void Before_anybody_looked_nothing_is_known() =>
        Assert.All(Enum.GetValues<CheckStep>(), step => Assert.Null(CallDiagnosis.Of(step, new CheckFacts())));

    public static TheoryData<string, CheckStep, CheckSeverity, CheckCode> Headlines => new()
    {
        { "page", CheckStep.Page, CheckSeverity.Broken, CheckCode.InsecurePage },
        { "key", CheckStep.Folder, CheckSeverity.Broken, CheckCode.KeyLocked },
        { "hub", CheckStep.Hub, CheckSeverity.Broken, CheckCode.HubRefuses },
        { "lobby", CheckStep.Admission, CheckSeverity.Broken, CheckCode.InLobby },
        { "no space", CheckStep.Servers, CheckSeverity.Broken, CheckCode.NoSpace },
        { "no servers", CheckStep.Servers, CheckSeverity.Hint, CheckCode.NoServers },
        { "stun alone", CheckStep.Servers, CheckSeverity.Hint, CheckCode.NoTurn },
        { "skew", CheckStep.Servers, CheckSeverity.Hint, CheckCode.ClockSkewed },
        { "no address", CheckStep.Direct, CheckSeverity.Hint, CheckCode.NoAddress },
        { "no address and no relay", CheckStep.Direct, CheckSeverity.Broken, CheckCode.NoAddress },
        { "stun silent", CheckStep.Stun, CheckSeverity.Hint, CheckCode.ServerSilent },
        { "stun silent and no relay", CheckStep.Stun, CheckSeverity.Broken, CheckCode.ServerSilent },
        { "udp silent", CheckStep.TurnUdp, CheckSeverity.Hint, CheckCode.ServerSilent },
        { "turn silent", CheckStep.TurnUdp, CheckSeverity.Broken, CheckCode.ServerSilent },
        { "foreign secret", CheckStep.TurnUdp, CheckSeverity.Broken, CheckCode.CredentialRefused },
        { "ended credential", CheckStep.Servers, CheckSeverity.Hint, CheckCode.ClockSkewed },
        { "full", CheckStep.TurnUdp, CheckSeverity.Broken, CheckCode.ServerFull },
        { "tls certificate", CheckStep.TurnTls, CheckSeverity.Hint, CheckCode.ServerCertificateBad },
        { "relay broken", CheckStep.Relay, CheckSeverity.Broken, CheckCode.RelayBroken },
        { "relay forbidden", CheckStep.Relay, CheckSeverity.Broken, CheckCode.RelayForbidden },
        { "microphone refused", CheckStep.Microphone, CheckSeverity.Broken, CheckCode.NotAllowed },
        { "microphone silent", CheckStep.Microphone, CheckSeverity.Hint, CheckCode.NoSignal },
        { "camera missing", CheckStep.Camera, CheckSeverity.Hint, CheckCode.NotFound },
    };

    [Theory]
    [MemberData(nameof(Headlines))]
    public void The_headline_is_the_first_thing_that_is_broken(string what, CheckStep step, CheckSeverity severity, CheckCode code)
    {
        var findings = All(Facts(what));
        if (what == "ended credential")
        {
            // Both are told: the clocks as a hint where they are seen, and what follows from it.
            Assert.Equal((CheckSeverity.Broken, CheckCode.CredentialEnded, (int?)401), (findings[7].Severity, findings[7].Code, findings[7].ErrorCode));
            Assert.Equal(CheckStep.TurnUdp, CallDiagnosis.Headline(findings)!.Step);
            Assert.Equal((step, severity, code), (findings[4].Step, findings[4].Severity, findings[4].Code));
            return;
        }

        var headline = CallDiagnosis.Headline(findings)!;
        Assert.Equal((step, severity, code), (headline.Step, headline.Severity, headline.Code));
    }

    [Fact]
    public void What_needs_something_broken_is_not_tried_and_blamed_on_nobody()
    {
        var facts = new CheckFacts { Hub = CheckCode.HubCertificateBad };
        foreach (var step in new[] { CheckStep.Admission, CheckStep.Servers, CheckStep.Stun, CheckStep.TurnUdp, CheckStep.TurnTcp, CheckStep.TurnTls, CheckStep.Relay })
        {
            Assert.Equal(new Finding(step, CheckSeverity.Untested, CheckCode.NotReached), CallDiagnosis.Of(step, facts));
        }

        Assert.Null(CallDiagnosis.Of(CheckStep.Microphone, facts));
    }

    [Fact]
    public void A_failed_way_waits_for_the_others_so_that_it_is_never_taken_back()
    {
        var facts = Good with { Paths = [new(CheckStep.TurnUdp, CheckCode.ServerSilent)], Relay = null };
        Assert.Null(CallDiagnosis.Of(CheckStep.TurnUdp, facts));
        Assert.Null(CallDiagnosis.Of(CheckStep.Relay, facts));

        facts = facts with { Paths = [.. facts.Paths, Answers(CheckStep.TurnTls)] };
        Assert.Equal(CheckSeverity.Hint, CallDiagnosis.Of(CheckStep.TurnUdp, facts)!.Severity);
        Assert.Null(CallDiagnosis.Of(CheckStep.TurnTcp, facts));
        Assert.Null(CallDiagnosis.Of(CheckStep.Relay, facts));
    }

    [Fact]
    public void Of_two_servers_one_that_fails_is_a_hint()
    {
        var facts = Good with
        {
            Servers = new(CheckCode.Works, new Dictionary<CheckStep, int> { [CheckStep.TurnUdp] = 2 }),
            Paths = [Answers(CheckStep.TurnUdp), new(CheckStep.TurnUdp, CheckCode.ServerNameUnknown)],
        };
        var finding = CallDiagnosis.Of(CheckStep.TurnUdp, facts)!;
        Assert.Equal((CheckSeverity.Hint, CheckCode.ServerNameUnknown), (finding.Severity, finding.Code));
        Assert.Equal(CheckCode.NotOffered, CallDiagnosis.Of(CheckStep.TurnTls, facts)!.Code);
    }

    [Theory]
    [InlineData(401, CheckCode.CredentialRefused)]
    [InlineData(403, CheckCode.RelayForbidden)]
    [InlineData(486, CheckCode.ServerFull)]
    [InlineData(508, CheckCode.ServerFull)]
    [InlineData(701, CheckCode.ServerSilent)]
    [InlineData(500, CheckCode.ServerFails)]
    public void An_error_number_has_a_meaning(int error, CheckCode code) => Assert.Equal(code, PathFact.CodeOf(error));

    [Theory]
    [InlineData(1_800_000_000, CheckCode.Works, 3_600, 0)]
    [InlineData(1_800_000_030, CheckCode.Works, 3_570, -30)]
    [InlineData(1_800_007_200, CheckCode.ClockSkewed, -3_600, -7_200)]
    [InlineData(1_799_996_400, CheckCode.ClockSkewed, 7_200, 3_600)]
    public void The_credential_tells_how_the_hubs_clock_stands(long now, CheckCode code, int endsIn, int skew)
    {
        var fact = ServersFact.Of(Servers(new IceServer(["turn:t:3478"], "1800003600:did:key:z6Mk", "c")), DateTimeOffset.FromUnixTimeSeconds(now));
        Assert.Equal((code, (TimeSpan?)TimeSpan.FromSeconds(endsIn), (TimeSpan?)TimeSpan.FromSeconds(skew)), (fact.Code, fact.EndsIn, fact.Skew));
    }

    [Fact]
    public void Servers_are_counted_by_the_way_that_they_are()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        Assert.Equal(CheckCode.NoServers, ServersFact.Of(Servers(), now).Code);
        Assert.Equal(CheckCode.NoTurn, ServersFact.Of(Servers(new IceServer(["stun:s"])), now).Code);
        Assert.Equal(CheckCode.NoServers, ServersFact.Of(Servers(new IceServer(["http://s", "turn:"])), now).Code);

        var fact = ServersFact.Of(Servers(new IceServer(["turn:a:1?transport=udp", "turn:a:1?transport=tcp", "turns:a:443"], "somebody", "c")), now);
        Assert.Equal((CheckCode.Works, (TimeSpan?)null), (fact.Code, fact.EndsIn));
        // TURN over UDP answers STUN too, where no other server does.
        Assert.Equal([(CheckStep.Stun, 1), (CheckStep.TurnUdp, 1), (CheckStep.TurnTcp, 1), (CheckStep.TurnTls, 1)], fact.Offered.OrderBy(one => one.Key).Select(one => (one.Key, one.Value)));
        Assert.Equal("stun:[2001:db8::7]:3478", IceUrl.AllOf(Servers(new IceServer(["turn:[2001:db8::7]"], "u", "c")))[1].Text);
    }

    [Theory]
    [InlineData("stun:s.example.org", CheckStep.Stun, "s.example.org", 3_478)]
    [InlineData("stun:192.0.2.1:5", CheckStep.Stun, "192.0.2.1", 5)]
    [InlineData("turn:t", CheckStep.TurnUdp, "t", 3_478)]
    [InlineData("turn:t:99?transport=udp", CheckStep.TurnUdp, "t", 99)]
    [InlineData("turn:[2001:db8::1]:99?transport=tcp", CheckStep.TurnTcp, "2001:db8::1", 99)]
    [InlineData("turns:t", CheckStep.TurnTls, "t", 5_349)]
    [InlineData("turns:t:443?transport=tcp", CheckStep.TurnTls, "t", 443)]
    public void An_address_is_read(string text, CheckStep step, string host, int port)
    {
        Assert.True(IceUrl.TryParse(text, out var url));
        Assert.Equal(new IceUrl(step, host, port), url);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("t")]
    [InlineData("turn:")]
    [InlineData("turn:t:0")]
    [InlineData("turn:t:65536")]
    [InlineData("turn:t:x")]
    [InlineData("turn:[::1")]
    [InlineData("turn:t?transport=sctp")]
    [InlineData("turns:t?transport=udp")]
    [InlineData("stun:t?transport=udp")]
    [InlineData("turn:t?x=y")]
    [InlineData("turn:t?transport=udp?transport=udp")]
    [InlineData("stuns:t")]
    public void What_cannot_be_tried_is_passed_over(string? text) => Assert.False(IceUrl.TryParse(text, out _));

    private static CheckFacts Facts(string what) => what switch
    {
        "page" => Good with { Page = CheckCode.InsecurePage, Microphone = CheckCode.NotSupported },
        "key" => Good with { Folder = CheckCode.KeyLocked },
        "hub" => Good with { Hub = CheckCode.HubRefuses, Microphone = CheckCode.NotAllowed },
        "lobby" => Good with { Admission = CheckCode.InLobby },
        "no space" => Good with { Servers = ServersFact.None(CheckCode.NoSpace), Paths = [] },
        "no servers" => Good with { Servers = ServersFact.None(CheckCode.NoServers), Paths = [] },
        "stun alone" => Good with { Servers = Offers(CheckCode.NoTurn, CheckStep.Stun), Paths = [Answers(CheckStep.Stun)] },
        "skew" => Good with { Servers = Good.Servers! with { Code = CheckCode.ClockSkewed, Skew = TimeSpan.FromHours(1) } },
        "no address" => Good with { Direct = CheckCode.NoAddress },
        "no address and no relay" => Good with { Direct = CheckCode.NoAddress, Servers = ServersFact.None(CheckCode.NoServers), Paths = [] },
        "stun silent" => Fails(CheckCode.ServerSilent, null, CheckStep.Stun),
        "stun silent and no relay" => Good with { Servers = Offers(CheckCode.NoTurn, CheckStep.Stun), Paths = [new(CheckStep.Stun, CheckCode.ServerSilent)] },
        "udp silent" => Fails(CheckCode.ServerSilent, null, CheckStep.TurnUdp),
        "turn silent" => Fails(CheckCode.ServerSilent, null, CheckStep.TurnUdp, CheckStep.TurnTcp, CheckStep.TurnTls),
        "foreign secret" => Fails(CheckCode.CredentialRefused, 401, CheckStep.TurnUdp, CheckStep.TurnTcp, CheckStep.TurnTls),
        "ended credential" => Fails(CheckCode.CredentialRefused, 401, CheckStep.TurnUdp, CheckStep.TurnTcp, CheckStep.TurnTls) with
        {
            Servers = Good.Servers! with { Code = CheckCode.ClockSkewed, EndsIn = TimeSpan.FromHours(-1), Skew = TimeSpan.FromHours(-2) },
        },
        "full" => Fails(CheckCode.ServerFull, 508, CheckStep.TurnUdp, CheckStep.TurnTcp, CheckStep.TurnTls),
        "tls certificate" => Fails(CheckCode.ServerCertificateBad, null, CheckStep.TurnTls),
        "relay broken" => Good with { Relay = new(CheckStep.Relay, CheckCode.RelayBroken) },
        "relay forbidden" => Good with { Relay = new(CheckStep.Relay, CheckCode.RelayForbidden, 403) },
        "microphone refused" => Good with { Microphone = CheckCode.NotAllowed, Camera = CheckCode.NotAllowed },
        "microphone silent" => Good with { Microphone = CheckCode.NoSignal },
        "camera missing" => Good with { Camera = CheckCode.NotFound },
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    private static CheckFacts Fails(CheckCode code, int? error, params CheckStep[] steps) => Good with
    {
        Paths = [.. Good.Paths.Select(path => steps.Contains(path.Step) ? new PathFact(path.Step, code, error) : path)],
    };

    private static List<Finding> All(CheckFacts facts) => [.. Enum.GetValues<CheckStep>().Select(step => CallDiagnosis.Of(step, facts)!)];

    private static ServersFact Offers(CheckCode code, params CheckStep[] steps) =>
        new(code, steps.ToDictionary(step => step, _ => 1), TimeSpan.FromHours(1), TimeSpan.Zero);

    private static PathFact Answers(CheckStep step) => new(step, CheckCode.Works, RoundTripMs: 12);

    private static IceServers Servers(params IceServer[] servers) => new(servers, 3_600);
}
