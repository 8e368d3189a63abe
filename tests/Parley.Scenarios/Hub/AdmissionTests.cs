using Microsoft.Extensions.DependencyInjection;
using Parley.Frames;
using Parley.Hub;
using Parley.Hub.Storage;
using Parley.Json;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

/// <summary>Who comes in, by which names of the hub, and what their token says about them.</summary>
public sealed class AdmissionTests
{
    private const string Room = "xnet-channel-c1";
    private readonly Author _ada = new(1);
    private readonly Author _bob = new(2);

    [Fact]
    public async Task A_token_comes_in_a_header_or_among_the_sub_protocols_and_nowhere_else()
    {
        await using var hub = await HubFixture.StartAsync();
        var token = Tokens.Of(_ada, hub).Text;
        await using var header = await HubClient.ShowAsync(hub, token);
        await using var offered = await HubClient.ShowAsync(hub, null, "/", "xnet-sync.v1", "xnet-auth." + token);
        await using var query = await HubClient.ShowAsync(hub, null, "/?token=" + token);
        await using var both = await HubClient.ShowAsync(hub, "spoilt", "/", "xnet-sync.v1", "xnet-auth." + token);

        Assert.Null(header.SubProtocol);
        Assert.Equal("xnet-sync.v1", offered.SubProtocol);
        await header.SubscribeAsync(_ada.Did);
        await offered.SubscribeAsync(_ada.Did);
        Assert.Equal((4401, "Missing UCAN token"), query.Closed);
        Assert.Equal((4401, "Invalid UCAN: Invalid token format"), both.Closed);
    }

    [Theory]
    [InlineData("ws://127.0.0.1:{0}")]
    [InlineData("ws://127.0.0.1:{0}/any/path")]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("ws://localhost:{0}/")]
    [InlineData("ws://[::1]:{0}/")]
    [InlineData("wss://hub.example.org/team")]
    [InlineData("https://hub.example.org/team/sync")]
    [InlineData("{1}")]
    public async Task The_hub_takes_tokens_for_its_own_names(string audience)
    {
        await using var hub = await HubFixture.StartAsync(static o => o.PublicAddresses.Add(new("wss://hub.example.org/team")));
        await using var first = await HubClient.ConnectAsync(hub);
        var name = string.Format(null, audience, hub.Socket.Port, first.Handshake["hubDid"]!.Text);

        await using var ada = await HubClient.ShowAsync(hub, Tokens.For(_ada, hub, name).Text);

        await ada.SubscribeAsync(_ada.Did);
    }

    [Theory]
    [InlineData("wss://hub.example.org/")]
    [InlineData("ws://hub.example.org/team")]
    [InlineData("wss://hub.example.org/teamster")]
    [InlineData("wss://hub.example.org:444/team")]
    [InlineData("wss://127.0.0.1:{0}/")]
    public async Task A_name_that_is_almost_the_hubs_is_not(string audience)
    {
        await using var hub = await HubFixture.StartAsync(static o => o.PublicAddresses.Add(new("wss://hub.example.org/team")));

        await using var ada = await HubClient.ShowAsync(hub, Tokens.For(_ada, hub, string.Format(null, audience, hub.Socket.Port)).Text);

        Assert.Equal((4401, "Invalid UCAN: Invalid audience"), ada.Closed);
    }

    [Fact]
    public async Task A_hub_does_not_start_with_an_address_that_no_token_can_name()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => HubFixture.StartAsync(static o => o.PublicAddresses.Add(new("ftp://hub.example.org"))));
    }

    [Fact]
    public async Task A_device_connects_as_its_person()
    {
        var phone = new Author(101);
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, _ada.Did);
        await using var device = await HubClient.JoinAsync(hub, Tokens.OfDevice(phone, Tokens.Delegation(_ada, phone, hub), hub), phone.Did, _ada.Did);
        var draft = _ada.Create(Nodes.Schemas.Page, ("title", JsonValue.Of("mine")));

        await device.SendAsync(Author.Frame(draft, _ada.Did));

        Assert.Equal(draft.Hash.ToString(), (await ada.ReadAsync("publish"))["data"]!["change"]!["hash"]!.Text);
        await device.SendAsync(ClientFrames.SyncRequest(new(phone.Did), 0, null, null));
        await device.ReadAsync("node-ack");
        Assert.Equal("UNAUTHORIZED", (await device.ReadAsync("node-error"))["code"]!.Text);
    }

    [Fact]
    public async Task An_open_hub_asks_for_no_token_and_believes_what_it_is_told()
    {
        await using var hub = await HubFixture.StartAsync(static o => o.Open = true);
        await using var ada = await HubClient.ShowAsync(hub, null);
        await using var spoilt = await HubClient.ShowAsync(hub, "spoilt");

        await ada.SendAsync(ClientFrames.Handshake(_ada.Did, [Features.Ack]));
        await ada.SubscribeAsync(_ada.Did, _bob.Did, "call:c1");
        await spoilt.SubscribeAsync(_ada.Did);
    }

    [Fact]
    public async Task A_hub_keeps_its_key_where_only_its_user_reads_it()
    {
        using var folder = new TemporaryFolder();
        var dids = new List<string>();
        for (var start = 0; start < 2; start++)
        {
            await using var hub = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"]);
            await using var client = await HubClient.ConnectAsync(hub);
            dids.Add(client.Handshake["hubDid"]!.Text!);
        }

        await using var inMemory = await HubFixture.StartAsync();
        await using var stranger = await HubClient.ConnectAsync(inMemory);

        Assert.Equal(dids[0], dids[1]);
        Assert.NotEqual(dids[0], stranger.Handshake["hubDid"]!.Text);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder["hub"], "hub.key")));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("not hex")]
    [InlineData("abcd")]
    public async Task A_spoilt_key_stops_the_start_and_is_left_alone(string content)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(Directory.CreateDirectory(folder["hub"]).FullName, "hub.key");
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAsync<ParleyException>(() => HubFixture.StartAsync(o => o.DataFolder = folder["hub"]));

        Assert.Equal(ParleyErrorCode.Storage, failure.Code);
        Assert.Equal(content, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_cannot_be_kept_revokes_nothing()
    {
        await using var hub = await HubFixture.StartAsync(static o => o.OpenStore = static () => new UnwillingStore());
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Room);

        var failure = await Assert.ThrowsAsync<ParleyException>(() => hub.Services.GetRequiredService<HubHost>().RevokeAsync(_ada.Person));

        Assert.Equal(ParleyErrorCode.Storage, failure.Code);
        Assert.Empty(await ada.ReadUntilPongAsync());
        await ada.SendAsync(Author.Frame(_ada.Message("c1", "still here")));
        await ada.ReadAsync("node-ack");
    }

    /// <summary>A store whose disk takes changes, and no revocations.</summary>
    private sealed class UnwillingStore() : AlteredStore("unwilling")
    {
        public override void Revoke(string name, long wallMs) => throw new ParleyException(ParleyErrorCode.Storage, "The disk is full.");
    }
}
