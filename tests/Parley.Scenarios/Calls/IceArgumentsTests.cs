using System.Net;
using Parley.Cli.Terminal;
using Parley.Cli.Turn;

namespace Parley.Scenarios.Calls;

/// <summary>The options of <c>parley hub</c> about TURN and STUN, and the coturn configuration that they make.</summary>
public sealed class IceArgumentsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-ice-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Servers_elsewhere_share_the_secret_of_a_file()
    {
        var file = Path.Combine(_folder, "secret");
        File.WriteAllText(file, "s3cret\n");
        var arguments = Parse(
            "--turn-server", "turn:a:3478?transport=udp", "--turn-server", "turns:a:443", "--turn-secret", file, "--stun-server", "stun:a", "--turn-lifetime-seconds", "60");
        var ice = IceArguments.Read(arguments);

        Assert.Equal(["turn:a:3478?transport=udp", "turns:a:443"], ice.TurnServers);
        Assert.Equal(["stun:a"], ice.StunServers);
        Assert.Equal(("s3cret", 60), (ice.TurnSecret, ice.TurnLifetimeSeconds));
        Assert.Null(IceArguments.ReadTurn(arguments));
    }

    [Fact]
    public void Without_any_option_there_are_none()
    {
        var ice = IceArguments.Read(Parse());
        Assert.Empty(ice.TurnServers);
        Assert.Empty(ice.StunServers);
        Assert.Equal((null, 3_600), (ice.TurnSecret, ice.TurnLifetimeSeconds));
    }

    [Theory]
    [InlineData("--turn-server", "turn:a")]
    [InlineData("--turn-secret", "/nowhere/at/all")]
    [InlineData("--turn-server", "http://a", "--turn-secret", "SECRET")]
    [InlineData("--turn-secret", "SECRET")]
    [InlineData("--turn-server", "turn:a", "--turn-secret", "EMPTY")]
    [InlineData("--turn", "--turn-server", "turn:a", "--turn-secret", "SECRET")]
    [InlineData("--stun-server", "stun:")]
    [InlineData("--turn-lifetime-seconds", "59")]
    [InlineData("--turn", "--turn-address", "turn.example.org")]
    [InlineData("--turn", "--turn-relay-ports", "50000")]
    [InlineData("--turn", "--turn-relay-ports", "50001-50000")]
    [InlineData("--turn", "--turn-relay-ports", "80-90")]
    public void What_makes_no_sense_is_a_usage_error(params string[] words)
    {
        File.WriteAllText(Path.Combine(_folder, "SECRET"), "s3cret");
        File.WriteAllText(Path.Combine(_folder, "EMPTY"), " \n");
        var arguments = Parse([.. words.Select(word => word is "SECRET" or "EMPTY" ? Path.Combine(_folder, word) : word)]);

        var refused = Assert.Throws<CliException>(() =>
        {
            IceArguments.Read(arguments);
            IceArguments.ReadTurn(arguments);
        });
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
    }

    [Fact]
    public void A_relay_on_loopback_serves_this_machine_and_one_elsewhere_no_private_network()
    {
        var here = IceArguments.ReadTurn(Parse("--turn"))!;
        Assert.Equal(["turn:127.0.0.1:3478?transport=udp", "turn:127.0.0.1:3478?transport=tcp"], here.Urls);
        Assert.Contains("allow-loopback-peers", here.ToConfiguration("s", _folder), StringComparison.Ordinal);

        var there = new TurnSettings(IPAddress.Parse("2001:db8::7"), 3_479, 50_000, 50_100);
        Assert.Equal("turn:[2001:db8::7]:3479?transport=udp", there.Urls[0]);
        var lines = there.ToConfiguration("s", _folder).Split('\n');
        Assert.DoesNotContain("allow-loopback-peers", lines);
        Assert.Contains("denied-peer-ip=10.0.0.0-10.255.255.255", lines);
        Assert.Contains("allowed-peer-ip=2001:db8::7", lines);
        Assert.Contains("static-auth-secret=s", lines);
    }

    private static Arguments Parse(params string[] words) =>
        Arguments.Parse(new Command("hub", "", static (_, _) => Task.FromResult(0)) { Options = IceArguments.Options }, words);
}
