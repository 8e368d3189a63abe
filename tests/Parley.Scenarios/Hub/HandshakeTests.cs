using System.Net;
using System.Net.Http.Headers;
using Parley.Ids;
using Parley.Json;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

public sealed class HandshakeTests
{
    private const string Did = "did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqH";

    [Fact]
    public async Task The_hub_says_first_who_it_is_and_what_it_can()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var client = await HubClient.ConnectAsync(hub);

        Assert.Equal("handshake", client.Handshake["type"]!.Text);
        Assert.Equal(1, client.Handshake["protocolVersion"]!.Integer);
        Assert.Equal(1, client.Handshake["minProtocolVersion"]!.Integer);
        Assert.False(client.Handshake["isDemo"]!.Boolean);
        Assert.Equal(
            ["node-changes", "batch-changes", "batch-push", "parley.ack/1", "parley.seq/1", "parley.join/1", "parley.devices/1", "parley.ice/1", "parley.commons/1"],
            client.Handshake["features"]!.Items.Select(static f => f.Text));
        Assert.Equal(32, client.Handshake["epoch"]!.Text!.Length);
        Assert.True(PersonId.TryParse(client.Handshake["hubDid"]!.Text, out _));
        Assert.Empty(await client.ReadUntilPongAsync());
    }

    [Fact]
    public async Task Any_path_is_taken_and_a_token_is_never_sent_back()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var both = await HubClient.ConnectAsync(hub, "/any/path?token=abc", "xnet-auth.secret", "xnet-sync.v1");
        await using var plain = await HubClient.ConnectAsync(hub);

        Assert.Equal("xnet-sync.v1", both.SubProtocol);
        Assert.Null(plain.SubProtocol);
    }

    [Fact]
    public async Task A_token_alone_is_not_chosen_as_sub_protocol()
    {
        await using var hub = await HubFixture.StartAsync();
        using var http = new HttpClient();
        using var request = Upgrade(hub, "13", "dGhlIHNhbXBsZSBub25jZQ==");
        request.Headers.Add("Sec-WebSocket-Protocol", "xnet-auth.secret");

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.SwitchingProtocols, response.StatusCode);
        Assert.False(response.Headers.Contains("Sec-WebSocket-Protocol"));
        // The example of RFC 6455, section 1.3.
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", response.Headers.GetValues("Sec-WebSocket-Accept").Single());
    }

    [Theory]
    [InlineData("12", "dGhlIHNhbXBsZSBub25jZQ==", HttpStatusCode.UpgradeRequired)]
    [InlineData("13", "dGhlIHNhbXBs", HttpStatusCode.BadRequest)]
    [InlineData("13", "not base64 at all, is it", HttpStatusCode.BadRequest)]
    public async Task A_broken_opening_is_refused(string version, string key, HttpStatusCode expected)
    {
        await using var hub = await HubFixture.StartAsync();
        using var http = new HttpClient();
        using var request = Upgrade(hub, version, key);

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData(1, 1, null)]
    [InlineData(4, 1, null)]
    [InlineData(3, 2, "upgrade-hub")]
    [InlineData(0, 0, "upgrade-client")]
    public async Task Versions_that_do_not_meet_are_told_and_the_socket_stays(int version, int minVersion, string? suggestion)
    {
        await using var hub = await HubFixture.StartAsync();
        await using var client = await HubClient.ConnectAsync(hub);

        await client.SendAsync($$"""{"type":"client-handshake","did":"{{Did}}","protocolVersion":{{version}},"minProtocolVersion":{{minVersion}},"features":[],"packageVersion":"1"}""");

        var frames = await client.ReadUntilPongAsync();
        Assert.Equal(suggestion, frames.SingleOrDefault()?["suggestion"]?.Text);
    }

    [Fact]
    [Trait("weak-spot", "W31")]
    public async Task A_hub_does_not_list_its_people()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var client = await HubClient.ConnectAsync(hub);
        using var http = new HttpClient { BaseAddress = hub.Http };

        using var people = await http.GetAsync(new Uri("/dids", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, people.StatusCode);
    }

    [Fact]
    public async Task Health_readiness_and_metrics_answer_over_http()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var client = await HubClient.ConnectAsync(hub);
        await client.ReadUntilPongAsync();
        using var http = new HttpClient { BaseAddress = hub.Http };

        var health = JsonReader.Read(await http.GetStringAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken));
        var ready = JsonReader.Read(await http.GetStringAsync(new Uri("/ready", UriKind.Relative), TestContext.Current.CancellationToken));
        var metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("ok", health["status"]!.Text);
        Assert.Equal(client.Handshake["hubDid"]!.Text, health["hubDid"]!.Text);
        Assert.Equal(1, health["connections"]!["active"]!.Integer);
        Assert.True(health["memory"]!.Integer > 0);
        Assert.Equal("ready", ready["status"]!.Text);
        Assert.Contains("parley_hub_frames_received_total{type=\"ping\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("parley_hub_connections 1\n", metrics, StringComparison.Ordinal);
    }

    private static HttpRequestMessage Upgrade(HubFixture hub, string version, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, hub.Http) { Version = HttpVersion.Version11 };
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", version);
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", key);
        return request;
    }
}
