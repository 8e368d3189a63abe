using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Access;
using Parley.Calls;
using Parley.Cli.Turn;
using Parley.Frames;
using Parley.Hub;
using Parley.Ids;
using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Calls;

/// <summary>Who gets ICE servers, with which credentials, and what a real TURN server says to them.</summary>
public sealed class IceTests
{
    private const string Call = "call:c1";
    private static readonly string[] TurnUrls = ["turn:127.0.0.1:3478?transport=udp", "turns:turn.example.org:443?transport=tcp"];
    private readonly Author _ada = new(1);

    [Fact]
    public async Task A_member_gets_the_servers_with_a_credential_that_ends()
    {
        var time = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        await using var hub = await HubFixture.StartAsync(Configure, time: time);
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Call);
        await ada.SendAsync(ClientFrames.IceRequest(new(Call)));

        var frame = await ada.ReadAsync("ice-servers");
        var servers = IceServers.TryRead(frame["ice"]!)!;
        Assert.Equal((Call, 600), (frame["topic"]!.Text, servers.LifetimeSeconds));
        Assert.Equal(["stun:127.0.0.1:3478"], servers.Servers[0].Urls);
        Assert.Equal(TurnUrls, servers.Servers[1].Urls);
        Assert.Equal($"1800000600:{_ada.Did}", servers.Servers[1].Username);

        // printf %s USERNAME | openssl dgst -sha1 -hmac s3cret -binary | base64
        Assert.Equal("DdO2LRClvXzs3d3O+ZLPdl8lbnc=", servers.Servers[1].Credential);
    }

    [Trait("weak-spot", "W7")]
    [Fact]
    public async Task Nobody_else_gets_any()
    {
        using var story = new AccessStory(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        await using var hub = await HubFixture.StartAsync(Configure);
        await using var ann = await HubClient.JoinAsync(hub, story.Ann.Did);
        await using var eve = await HubClient.JoinAsync(hub, story.Eve.Did);
        await AccessStory.StoreAsync(ann, story.Root, story.PlazaNode(), story.Do(story.Ann, story.Space, d => d.Grant(story.Bob.Person, AccessRole.Member)));
        var call = "call:" + story.Plaza;

        await ann.SendAsync(ClientFrames.IceRequest(new(call)));
        Assert.Equal("error", Assert.Single(await ann.ReadUntilPongAsync())["type"]!.Text);
        await ann.SubscribeAsync(call);
        await ann.SendAsync(ClientFrames.IceRequest(new(call)));
        Assert.Equal("ice-servers", Assert.Single(await ann.ReadUntilPongAsync())["type"]!.Text);

        await eve.SendAsync(ClientFrames.Subscribe([new(call)]));
        await eve.ReadUntilPongAsync();
        await eve.SendAsync(ClientFrames.IceRequest(new(call)));
        Assert.Equal("not-a-member", Assert.Single(await eve.ReadUntilPongAsync())["error"]!.Text);
        await eve.SendAsync(ClientFrames.IceRequest(new("xnet-doc-c1")));
        Assert.Empty(await eve.ReadUntilPongAsync());
    }

    [Fact]
    public async Task An_open_hub_which_asks_nobody_who_they_are_gives_no_turn_away()
    {
        await using var hub = await HubFixture.StartAsync(options =>
        {
            Configure(options);
            options.Open = true;
        });
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Call);
        await ada.SendAsync(ClientFrames.IceRequest(new(Call)));
        var servers = IceServers.TryRead((await ada.ReadAsync("ice-servers"))["ice"]!)!;
        Assert.Equal(["stun:127.0.0.1:3478"], servers.Servers.SelectMany(server => server.Urls));
    }

    [Fact]
    public async Task A_client_in_a_call_uses_them_and_asks_again_before_they_end()
    {
        await using var scene = await CallScene.OpenAsync(static hub =>
        {
            Configure(hub);
            hub.Ice.TurnLifetimeSeconds = 20;
        });
        var ann = await scene.AddAsync("Ann");
        await ann.JoinAsync(new(Audio: true));
        await scene.UntilAsync(() => ann.Media.IceServers.Count == 2, "the servers are there");
        var first = ann.Media.IceServers[1].Username;

        await scene.WithinAsync(TimeSpan.FromSeconds(11), () => ann.Media.IceServers[1].Username != first, "others are there");
    }

    [Fact]
    public async Task Whoever_is_in_no_call_may_ask_for_them_too_as_a_member()
    {
        await using var hub = await HubFixture.StartAsync(Configure);
        await using var ann = new Person("Ann");
        await using var eve = new Person("Eve");
        var mine = await ann.OpenAsync(hub: hub.Socket);
        var space = await mine.Spaces.CreateAsync("Harbour", TestContext.Current.CancellationToken);
        await mine.SettleAsync(TestContext.Current.CancellationToken);
        var channel = RoomNames.ThreadOf(space);

        var servers = await mine.Calls.FindIceServersAsync(channel, TestContext.Current.CancellationToken);
        Assert.EndsWith(ann.Id.Value, servers.Servers[1].Username, StringComparison.Ordinal);
        Assert.Null(mine.Calls.Current.Value);

        var hers = await eve.OpenAsync(hub: hub.Socket);
        await hers.SettleAsync(TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<ParleyException>(() => hers.Calls.FindIceServersAsync(channel, TestContext.Current.CancellationToken));
        Assert.Equal(ParleyErrorCode.Forbidden, refused.Code);
    }

    [Fact]
    public async Task Coturn_takes_what_the_hub_minted_and_nothing_else()
    {
        await using var turn = await TurnAsync();
        var server = new IPEndPoint(turn.Settings.Address, turn.Settings.Port);
        var good = await MintAsync(turn, TimeProvider.System.GetUtcNow());
        var over = await MintAsync(turn, TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(2));
        var other = await MintAsync(turn, TimeProvider.System.GetUtcNow(), "another secret");

        Assert.Equal(0, await TurnProbe.AllocateAsync(server, good.Username!, good.Credential!));
        Assert.Equal(401, await TurnProbe.AllocateAsync(server, over.Username!, over.Credential!));
        Assert.Equal(401, await TurnProbe.AllocateAsync(server, other.Username!, other.Credential!));
        Assert.Equal(401, await TurnProbe.AllocateAsync(server, good.Username!.Replace(_ada.Did, new Author(2).Did, StringComparison.Ordinal), good.Credential!));
        Assert.Equal(401, await TurnProbe.AllocateAsync(server, "9" + good.Username, good.Credential!));
    }

    [Fact]
    public async Task A_coturn_that_ends_is_started_again_and_goes_with_its_hub()
    {
        int again;
        await using (var turn = await TurnAsync())
        {
            var first = turn.Server.ProcessId;
            using (var process = System.Diagnostics.Process.GetProcessById(first))
            {
                process.Kill();
            }

            again = await Eventually.SeesAsync(() => turn.Server.ProcessId, id => id != first);
            var good = await MintAsync(turn, TimeProvider.System.GetUtcNow());
            await Eventually.SeesAsync(
                () => TurnProbe.AllocateAsync(new(turn.Settings.Address, turn.Settings.Port), good.Username!, good.Credential!), static code => code == 0);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(turn.Folder, "turn.conf")));
            }
        }

        Assert.False(Directory.Exists($"/proc/{again}"));
    }

    [Fact]
    public async Task What_a_killed_hub_left_behind_is_ended_first()
    {
        await using var place = await TurnAsync();
        await place.Server.DisposeAsync();
        var configuration = Path.Combine(place.Folder, "turn.conf");
        await File.WriteAllTextAsync(configuration, place.Settings.ToConfiguration("an older secret", place.Folder), TestContext.Current.CancellationToken);
        using var left = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(TurnServer.Find()!, ["-c", configuration]) { RedirectStandardOutput = true })!;
        await Eventually.SeesAsync(
            () => File.Exists(Path.Combine(place.Folder, "turn.pid")) ? File.ReadAllText(Path.Combine(place.Folder, "turn.pid")).Trim() : "",
            id => id == $"{left.Id}");

        await using var next = await TurnServer.StartAsync(
            place.Settings, place.Folder, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);

        await left.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(left.Id, next.ProcessId);
    }

    private static void Configure(HubOptions hub)
    {
        hub.Ice.StunServers.Add("stun:127.0.0.1:3478");
        Array.ForEach(TurnUrls, hub.Ice.TurnServers.Add);
        (hub.Ice.TurnSecret, hub.Ice.TurnLifetimeSeconds) = ("s3cret", 600);
    }

    private async Task<IceServer> MintAsync(RunningTurn turn, DateTimeOffset at, string? secret = null)
    {
        await using var hub = await HubFixture.StartAsync(
            options =>
            {
                turn.Server.Urls.ToList().ForEach(options.Ice.TurnServers.Add);
                options.Ice.TurnSecret = secret ?? turn.Server.Secret;
            },
            time: new ManualTime(at));
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Call);
        await ada.SendAsync(ClientFrames.IceRequest(new(Call)));
        return Assert.Single(IceServers.TryRead((await ada.ReadAsync("ice-servers"))["ice"]!)!.Servers);
    }

    private static async Task<RunningTurn> TurnAsync()
    {
        Assert.SkipUnless(TurnServer.Find() is not null, "coturn is not installed");
        var settings = new TurnSettings(IPAddress.Loopback, FreePort(), 40_000, 40_050);
        var folder = Directory.CreateTempSubdirectory("parley-turn-").FullName;
        var server = await TurnServer.StartAsync(settings, folder, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);
        return new(server, settings, folder);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record RunningTurn(TurnServer Server, TurnSettings Settings, string Folder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }
}
