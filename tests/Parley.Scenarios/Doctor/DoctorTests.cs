using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Calls.Diagnosis;
using Parley.Cli.Doctor;
using Parley.Cli.Terminal;
using Parley.Cli.Turn;
using Parley.Connection;
using Parley.Frames;
using Parley.Hub;
using Parley.Json;
using Parley.Testing;

namespace Parley.Scenarios.Doctor;

/// <summary>What <c>parley doctor</c> finds: a real hub, a real coturn where it is installed, and what stands in for a broken one.</summary>
public sealed class DoctorTests
{
    private static readonly ExaminationPatience Patience = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(20));

    [Fact]
    public async Task Through_a_real_coturn_everything_works()
    {
        await using var turn = await TurnAsync();
        await using var hub = await HubFixture.StartAsync(options => Offer(options, turn.Server.Urls, turn.Server.Secret));
        var run = await RunAsync(hub.Socket);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        foreach (var step in new[] { CheckStep.Folder, CheckStep.Hub, CheckStep.Admission, CheckStep.Servers, CheckStep.Stun, CheckStep.TurnUdp, CheckStep.TurnTcp, CheckStep.Relay })
        {
            Assert.Equal((step, CheckCode.Works), (step, run[step].Code));
        }

        Assert.Equal(CheckCode.NotOffered, run[CheckStep.TurnTls].Code);
        Assert.EndsWith("Nothing stands in the way of calls.\n", run.Text, StringComparison.Ordinal);
    }

    [Trait("weak-spot", "W7")]
    [Fact]
    public async Task A_secret_that_coturn_does_not_share_is_named()
    {
        await using var turn = await TurnAsync();
        await using var hub = await HubFixture.StartAsync(options => Offer(options, turn.Server.Urls, "another secret"));
        var run = await RunAsync(hub.Socket);

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal(new Finding(CheckStep.TurnUdp, CheckSeverity.Broken, CheckCode.CredentialRefused, 401), run[CheckStep.TurnUdp]);
        Assert.Equal(new Finding(CheckStep.TurnTcp, CheckSeverity.Broken, CheckCode.CredentialRefused, 401), run[CheckStep.TurnTcp]);
        Assert.Equal(CheckCode.NotReached, run[CheckStep.Relay].Code);
        Assert.Contains("Begin with: TURN over UDP. The TURN server does not take the credential", run.Text, StringComparison.Ordinal);
        Assert.Contains("static-auth-secret", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_that_has_ended_is_told_from_a_foreign_one()
    {
        await using var turn = await TurnAsync();
        await using var hub = await HubFixture.StartAsync(
            options => Offer(options, turn.Server.Urls, turn.Server.Secret), time: new ManualTime(TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(2)));
        var run = await RunAsync(hub.Socket);

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal((CheckSeverity.Hint, CheckCode.ClockSkewed), (run[CheckStep.Servers].Severity, run[CheckStep.Servers].Code));
        Assert.Equal(new Finding(CheckStep.TurnUdp, CheckSeverity.Broken, CheckCode.CredentialEnded, 401), run[CheckStep.TurnUdp]);

        // The hub's clock stands; this one goes on while the hub and the doctor start.
        var behind = -run[CheckStep.Servers].Skew!.Value.TotalSeconds;
        Assert.InRange(behind, 7_200, 7_290);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"The hub's clock is {behind:0} s behind this one."), run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_told_from_one_that_is_silent()
    {
        await using var silent = StandIn.Udp(null);
        var closed = FreePort();
        await using var hub = await HubFixture.StartAsync(options => Offer(options, [Turn(silent.Port, "udp"), Turn(closed, "tcp")], "s"));
        var run = await RunAsync(hub.Socket, Patience with { Server = TimeSpan.FromSeconds(2) });

        Assert.Equal(CheckCode.ServerSilent, run[CheckStep.TurnUdp].Code);
        Assert.Equal(CheckCode.ServerRefuses, run[CheckStep.TurnTcp].Code);
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("UDP port", run.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(508, CheckCode.ServerFull)]
    [InlineData(486, CheckCode.ServerFull)]
    [InlineData(403, CheckCode.RelayForbidden)]
    [InlineData(437, CheckCode.ServerFails)]
    public async Task An_error_of_the_server_is_told_with_its_number(int error, CheckCode code)
    {
        await using var standIn = StandIn.Udp(error);
        await using var hub = await HubFixture.StartAsync(options => Offer(options, [Turn(standIn.Port, "udp")], "s"));
        var run = await RunAsync(hub.Socket);
        Assert.Equal(new Finding(CheckStep.TurnUdp, CheckSeverity.Broken, code, error), run[CheckStep.TurnUdp]);
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_named()
    {
        await using var standIn = StandIn.Tls();
        await using var hub = await HubFixture.StartAsync(options => Offer(options, [$"turns:127.0.0.1:{standIn.Port}?transport=tcp"], "s"));
        var run = await RunAsync(hub.Socket);
        Assert.Equal((CheckSeverity.Broken, CheckCode.ServerCertificateBad), (run[CheckStep.TurnTls].Severity, run[CheckStep.TurnTls].Code));
        Assert.Equal(CheckCode.NotOffered, run[CheckStep.TurnUdp].Code);
    }

    [Fact]
    public async Task Names_that_have_no_address_are_told()
    {
        await using var hub = await HubFixture.StartAsync(options => Offer(options, ["turn:turn.invalid:3478?transport=udp"], "s"));
        Assert.Equal(CheckCode.ServerNameUnknown, (await RunAsync(hub.Socket))[CheckStep.TurnUdp].Code);
        Assert.Equal(CheckCode.HubNameUnknown, (await RunAsync(new("ws://hub.invalid")))[CheckStep.Hub].Code);
    }

    [Fact]
    public async Task A_hub_that_is_down_and_an_address_that_is_none_are_told()
    {
        var down = await RunAsync(new($"ws://127.0.0.1:{FreePort()}"));
        Assert.Equal((ExitCode.Unreachable, CheckCode.HubRefuses), (down.ExitCode, down[CheckStep.Hub].Code));
        Assert.All(CheckFacts.InTerminal.Skip(2), step => Assert.Equal(CheckCode.NotReached, down[step].Code));

        await using var standIn = StandIn.Tls();
        Assert.Equal(CheckCode.HubCertificateBad, (await RunAsync(new($"wss://127.0.0.1:{standIn.Port}")))[CheckStep.Hub].Code);
    }

    [Theory]
    [InlineData("200 OK", """{"connections":{}}""", CheckCode.WebSocketBlocked)]
    [InlineData("200 OK", """{"status":"ok"}""", CheckCode.NoHubThere)]
    [InlineData("502 Bad Gateway", "<h1>no</h1>", CheckCode.NoHubThere)]
    public async Task What_a_proxy_does_to_a_hub_is_told(string status, string said, CheckCode code)
    {
        await using var standIn = StandIn.Web(status, said);
        var run = await RunAsync(new($"ws://127.0.0.1:{standIn.Port}"), Patience with { Hub = TimeSpan.FromSeconds(2) }, open: _ => throw new CliException(ExitCode.Failed, "no key"));
        Assert.Equal(code, run[CheckStep.Hub].Code);
    }

    [Fact]
    public async Task A_hub_without_a_relay_is_a_hint_and_one_by_invitation_a_locked_door()
    {
        await using (var hub = await HubFixture.StartAsync())
        {
            var run = await RunAsync(hub.Socket);
            Assert.Equal((ExitCode.Ok, CheckCode.NoServers), (run.ExitCode, run[CheckStep.Servers].Code));
            Assert.Contains("this would help some: ICE servers.", run.Text, StringComparison.Ordinal);
        }

        await using (var hub = await HubFixture.StartAsync(static options => options.Commons = false))
        {
            Assert.Equal(CheckCode.NoSpace, (await RunAsync(hub.Socket))[CheckStep.Servers].Code);
        }

        await using (var hub = await HubFixture.StartAsync(static options => (options.Commons, options.Admission) = (false, AdmissionMode.InviteOnly)))
        {
            var run = await RunAsync(hub.Socket);
            Assert.Equal((ExitCode.Failed, CheckCode.InLobby), (run.ExitCode, run[CheckStep.Admission].Code));
        }
    }

    [Theory]
    [InlineData(ExitCode.KeyLocked, CheckCode.KeyLocked)]
    [InlineData(ExitCode.KeyFile, CheckCode.KeyDamaged)]
    [InlineData(ExitCode.DataFolder, CheckCode.FolderUnusable)]
    [InlineData(ExitCode.Failed, CheckCode.KeyMissing)]
    public async Task A_key_that_does_not_open_is_told_and_the_hub_is_looked_at_all_the_same(int why, CheckCode code)
    {
        await using var hub = await HubFixture.StartAsync();
        var run = await RunAsync(hub.Socket, open: _ => throw new CliException(why, "no"));
        Assert.Equal((why, code, CheckCode.Works), (run.ExitCode, run[CheckStep.Folder].Code, run[CheckStep.Hub].Code));
        Assert.Equal(CheckCode.NotReached, run[CheckStep.Admission].Code);
    }

    [Fact]
    public async Task For_programs_it_is_one_line_of_JSON()
    {
        await using var hub = await HubFixture.StartAsync();
        var answer = JsonReader.Read((await RunAsync(hub.Socket, isJson: true)).Text);
        Assert.Equal(CheckFacts.InTerminal.Count, answer["findings"]!.Items.Count);
        Assert.Equal(("servers", "hint", "noServers"), (answer["headline"]!["step"]!.Text, answer["headline"]!["severity"]!.Text, answer["headline"]!["code"]!.Text));
        Assert.NotEmpty(answer["headline"]!["cure"]!.Text!);
        Assert.Null(answer["findings"]!.Items[0]["cure"]);
    }

    [Fact]
    public void Everything_that_can_be_wrong_has_a_cause_and_a_cure()
    {
        foreach (var step in Enum.GetValues<CheckStep>())
        {
            foreach (var code in Enum.GetValues<CheckCode>())
            {
                var finding = new Finding(step, CheckSeverity.Broken, code);
                Assert.NotEmpty(DoctorWords.Cause(finding));
                Assert.Equal(code is CheckCode.Works or CheckCode.NotReached or CheckCode.NotOffered, DoctorWords.Cure(finding).Length == 0);
            }
        }
    }

    [Theory]
    [InlineData(ConnectionPhase.Alone, null, CheckCode.NoHub, null)]
    [InlineData(ConnectionPhase.Connecting, null, null, null)]
    [InlineData(ConnectionPhase.Offline, null, CheckCode.HubSilent, null)]
    [InlineData(ConnectionPhase.Syncing, null, CheckCode.Works, CheckCode.Works)]
    [InlineData(ConnectionPhase.Lobby, null, CheckCode.Works, CheckCode.InLobby)]
    [InlineData(ConnectionPhase.SignedOut, null, CheckCode.Works, CheckCode.SignedOut)]
    [InlineData(ConnectionPhase.Refused, null, CheckCode.HubIncompatible, null)]
    [InlineData(ConnectionPhase.Refused, "Invalid UCAN: Token expired", CheckCode.Works, CheckCode.ClockWrong)]
    [InlineData(ConnectionPhase.Refused, "Invalid UCAN: Token lifetime too long", CheckCode.Works, CheckCode.ClockWrong)]
    [InlineData(ConnectionPhase.Refused, "Token expired", CheckCode.Works, CheckCode.ClockWrong)]
    [InlineData(ConnectionPhase.Refused, "Invalid UCAN: Invalid audience", CheckCode.Works, CheckCode.AddressWrong)]
    [InlineData(ConnectionPhase.Refused, "You are banned from this hub.", CheckCode.Works, CheckCode.Banned)]
    [InlineData(ConnectionPhase.Refused, "This hub is for people whom its owner listed.", CheckCode.Works, CheckCode.NotListed)]
    [InlineData(ConnectionPhase.Refused, "Token revoked", CheckCode.Works, CheckCode.NotAdmitted)]
    public void A_connection_tells_about_the_hub_and_about_being_let_in(ConnectionPhase phase, string? closed, CheckCode? hub, CheckCode? admission)
    {
        var facts = HubStanding.With(new(), new(phase, RetryAt: closed is null ? null : DateTimeOffset.UnixEpoch, Reason: CloseReasons.Find(closed)));
        Assert.Equal((hub, admission), (facts.Hub, facts.Admission));
    }

    private static void Offer(HubOptions hub, IReadOnlyList<string> urls, string secret)
    {
        urls.ToList().ForEach(hub.Ice.TurnServers.Add);
        hub.Ice.TurnSecret = secret;
    }

    private static string Turn(int port, string transport) => string.Create(CultureInfo.InvariantCulture, $"turn:127.0.0.1:{port}?transport={transport}");

    private static async Task<DoctorRun> RunAsync(
        Uri hub, ExaminationPatience? patience = null, bool isJson = false, Func<CancellationToken, Task<ParleyClient>>? open = null)
    {
        await using var ada = new Person("Ada");
        using var output = new StringWriter { NewLine = "\n" };
        var report = new DoctorReport(output, isJson);
        var examination = new Examination(hub, open ?? (_ => ada.OpenAsync(hub: hub)), patience ?? Patience, TimeProvider.System);
        var facts = await examination.RunAsync(report.Tell, TestContext.Current.CancellationToken);
        return new(facts, report.End(facts), output.ToString());
    }

    private static async Task<RunningTurn> TurnAsync()
    {
        Assert.SkipUnless(TurnServer.Find() is not null, "coturn is not installed");
        var folder = Directory.CreateTempSubdirectory("parley-turn-").FullName;
        var settings = new TurnSettings(IPAddress.Loopback, FreePort(), 40_300, 40_350);
        return new(await TurnServer.StartAsync(settings, folder, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken), folder);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record DoctorRun(CheckFacts Facts, int ExitCode, string Text)
    {
        public Finding this[CheckStep step] => CallDiagnosis.Of(step, Facts)!;
    }

    private sealed record RunningTurn(TurnServer Server, string Folder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }
}
