using Microsoft.Extensions.DependencyInjection;
using Parley.Frames;
using Parley.Hub;
using Parley.Identity;
using Parley.Json;
using Parley.Nodes;
using Parley.Presence;
using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Attacks;

/// <summary>Coming in as somebody else, for too long, or with more than one was given. Each is refused with its code, and nobody else hears of it.</summary>
public sealed class ConnectionAttacks
{
    private const string Room = "xnet-channel-c1";
    private const string Presence = "xnet-doc-presence-main";
    // A dot and 64 bytes as base64url.
    private const int SignaturePart = 87;
    private static readonly Capability Connect = new("*", CapabilityNames.Connect);
    private static readonly Capability Everything = new("*", "*");
    private readonly Author _ada = new(1);
    private readonly Author _bob = new(2);
    private readonly Author _eve = new(3);

    [Trait("weak-spot", "W33")]
    [Theory]
    [InlineData("none", 4401, "Missing UCAN token")]
    [InlineData("no token at all", 4401, "Invalid UCAN: Invalid token format")]
    [InlineData("without a signature", 4401, "Invalid UCAN: Invalid token format")]
    [InlineData("alg none", 4401, "Invalid UCAN: Invalid token format")]
    [InlineData("too large", 4401, "Invalid UCAN: Token too large")]
    [InlineData("expired", 4401, "Invalid UCAN: Token expired")]
    [InlineData("good for longer than a day", 4401, "Invalid UCAN: Token lifetime too long")]
    [InlineData("for another hub", 4401, "Invalid UCAN: Invalid audience")]
    [InlineData("for the DID of another hub", 4401, "Invalid UCAN: Invalid audience")]
    [InlineData("for another port of this machine", 4401, "Invalid UCAN: Invalid audience")]
    [InlineData("for whatever hub", 4401, "Invalid UCAN: Invalid audience")]
    [InlineData("in somebody else's name", 4401, "Invalid UCAN: Invalid signature")]
    [InlineData("with somebody else's signature", 4401, "Invalid UCAN: Invalid signature")]
    [InlineData("by nobody", 4401, "Invalid UCAN: Invalid issuer DID")]
    [InlineData("without hub/connect", 4403, "Invalid UCAN: Capability hub/connect missing")]
    [InlineData("without any line", 4403, "Invalid UCAN: Capability hub/connect missing")]
    public async Task A_connection_that_does_not_prove_who_it_is_is_closed(string token, int code, string reason)
    {
        await using var hub = await HubFixture.StartAsync();

        await AssertRefusedAsync(hub, Bad(token, hub), code, reason);
    }

    [Trait("weak-spot", "W1")]
    [Theory]
    [InlineData("cyclic", "Invalid UCAN: Proof cycle detected")]
    [InlineData("too deep", "Invalid UCAN: Token too large")]
    [InlineData("too many", "Invalid UCAN: Token too large")]
    [InlineData("given to somebody else", "Invalid UCAN: Invalid proof audience")]
    [InlineData("over", "Invalid UCAN: Token expired")]
    [InlineData("forged", "Invalid UCAN: Invalid signature")]
    [InlineData("ending before the token", "Invalid UCAN: Token expiry exceeds proof")]
    [InlineData("for less", "Invalid UCAN: Capability not delegated")]
    [InlineData("a wildcard taken for a delegation", "Invalid UCAN: Capability not delegated")]
    [InlineData("a device's word for another device", "Invalid UCAN: Capability not delegated")]
    [InlineData("missing for a delegation", "Invalid UCAN: Capability not delegated")]
    public async Task A_proof_that_proves_nothing_opens_no_connection(string proof, string reason)
    {
        await using var hub = await HubFixture.StartAsync();

        await AssertRefusedAsync(hub, WithBadProof(proof, hub).Text, 4401, reason);
    }

    /// <summary>W1: whoever wrote a wildcard into their own token was let into everything.</summary>
    [Trait("weak-spot", "W1")]
    [Trait("weak-spot", "W17")]
    [Fact]
    public async Task A_wildcard_in_ones_own_token_gives_no_right()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var eve = await HubClient.ShowAsync(hub, Tokens.With(_eve, hub, [Everything, new("*", CapabilityNames.Admin), new(_ada.Did, CapabilityNames.Relay)]).Text);

        await eve.SendAsync(ClientFrames.SyncRequest(new(_ada.Did), 0, null, null));
        Assert.Equal("UNAUTHORIZED", (await eve.ReadAsync("node-error"))["code"]!.Text);
        await eve.SendAsync($$"""{"type":"node-clear","room":"{{Room}}"}""");
        Assert.Equal("UNAUTHORIZED", (await eve.ReadAsync("node-error"))["code"]!.Text);
        await eve.SendAsync(ClientFrames.Subscribe([new(Room), new(_ada.Did)]));
        Assert.Equal(_ada.Did, (await eve.ReadAsync("auth-denied"))["resource"]!.Text);
        Assert.Null(await eve.ReadAsync());
        Assert.Equal(4403, eve.Closed.Code);
    }

    [Trait("weak-spot", "W1")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_claim_in_the_handshake_changes_nothing(bool twice)
    {
        await using var hub = await HubFixture.StartAsync();
        await using var eve = await HubClient.ShowAsync(hub, Tokens.Of(_eve, hub).Text);
        await eve.SendAsync(ClientFrames.Handshake(_ada.Did, [Features.Ack]));
        if (twice)
        {
            await eve.SendAsync(ClientFrames.Handshake(_eve.Did, [Features.Ack]));
            await eve.SendAsync(ClientFrames.Handshake(_ada.Did, [Features.Ack]));
        }

        await eve.SubscribeAsync(_eve.Did);
        await eve.SendAsync(ClientFrames.SyncRequest(new(_ada.Did), 0, null, null));
        Assert.Equal("UNAUTHORIZED", (await eve.ReadAsync("node-error"))["code"]!.Text);
        await eve.SendAsync(ClientFrames.Subscribe([new(_ada.Did)]));
        Assert.Equal("auth-denied", (await eve.ReadAsync())!["type"]!.Text);
        Assert.Null(await eve.ReadAsync());
    }

    [Trait("weak-spot", "W33")]
    [Theory]
    [InlineData("c1")]
    [InlineData(Room)]
    public async Task A_token_for_one_room_is_held_to_it(string with)
    {
        await using var hub = await HubFixture.StartAsync();
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room, "xnet-channel-c2");
        await using var ada = await HubClient.JoinAsync(hub, Tokens.With(_ada, hub, [Connect, new(with, "hub/*")]), _ada.Did, Room);
        var inside = _ada.Message("c1", "where it may");
        var outside = _ada.Message("c2", "where it may not");

        await ada.SendAsync(Author.Frame(inside));
        Assert.Equal(inside.Hash.ToString(), (await bob.ReadAsync("publish"))["data"]!["change"]!["hash"]!.Text);
        await ada.ReadAsync("node-ack");

        await ada.SendAsync(Author.Batch("xnet-channel-c2", outside, inside));
        foreach (var hash in new[] { outside.Hash, inside.Hash })
        {
            var error = await ada.ReadAsync();
            Assert.Equal(("UNAUTHORIZED", hash.ToString(), "xnet-channel-c2"), (error!["code"]!.Text, error["hash"]!.Text, error["room"]!.Text));
        }

        await ada.SendAsync(ClientFrames.SyncRequest(new("xnet-channel-c2"), 0, null, null));
        Assert.Equal("UNAUTHORIZED", (await ada.ReadAsync("node-error"))["code"]!.Text);
        Assert.Empty(await bob.ReadUntilPongAsync());

        await ada.SendAsync(ClientFrames.Subscribe([new(Room), new("xnet-channel-c2")]));
        var denied = await ada.ReadAsync("auth-denied");
        Assert.Equal(("hub/signal", "xnet-channel-c2"), (denied["action"]!.Text, denied["resource"]!.Text));
        Assert.Null(await ada.ReadAsync());
        Assert.Equal(4403, ada.Closed.Code);
    }

    /// <summary>W7: call topics were asked for by nobody.</summary>
    [Trait("weak-spot", "W7")]
    [Trait("weak-spot", "W33")]
    [Theory]
    [InlineData("call:c1", "call/join", "call:c1", null, "call/signal")]
    [InlineData("call:c1", "call/*", "call:c1", null, null)]
    [InlineData("call:c1", "call/*", "call:c2", "call/join", null)]
    [InlineData("call:c1", "hub/signal", "call:c1", "call/join", null)]
    [InlineData("*", "call/signal", "call:c1", "call/join", null)]
    [InlineData("*", "call/*", Presence, "hub/signal", null)]
    public async Task Calls_and_presence_need_what_the_token_lists(string with, string can, string topic, string? subscribing, string? publishing)
    {
        await using var hub = await HubFixture.StartAsync();
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, topic);
        await using var eve = await HubClient.ShowAsync(hub, Tokens.With(_eve, hub, [Connect, new(with, can)]).Text);

        await eve.SendAsync(ClientFrames.Subscribe([new(topic)]));
        Assert.Equal(subscribing, (await eve.ReadAsync())!["action"]?.Text);
        if (subscribing is null)
        {
            await eve.SendAsync($$$"""{"type":"publish","topic":"{{{topic}}}","data":{"kind":"leave","from":"{{{_eve.Did}}}#1"}}""");
            Assert.Equal(publishing, publishing is null ? null : (await eve.ReadAsync())!["action"]!.Text);
        }

        if (subscribing is null && publishing is null)
        {
            Assert.Equal("leave", (await bob.ReadAsync())!["data"]!["kind"]!.Text);
            return;
        }

        Assert.Null(await eve.ReadAsync());
        Assert.Equal(4403, eve.Closed.Code);
        Assert.Empty(await bob.ReadUntilPongAsync());
    }

    [Fact]
    public async Task A_token_that_is_over_does_nothing_more_and_its_connection_ends()
    {
        var time = new ManualTime();
        await using var hub = await HubFixture.StartAsync(time: time);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room, Presence);
        await using var ada = await HubClient.JoinAsync(hub, Tokens.Of(_ada, hub, TimeSpan.FromSeconds(20)), _ada.Did, Room, Presence);
        await using var idle = await HubClient.JoinAsync(hub, Tokens.Of(_ada, hub, TimeSpan.FromSeconds(20)), _ada.Did, Room);
        var late = _ada.Message("c1", "too late");

        time.Advance(TimeSpan.FromSeconds(20));
        await ada.SendAsync(Author.Frame(late));
        var error = await ada.ReadAsync("node-error");
        Assert.Equal(("TOKEN_EXPIRED", late.Hash.ToString()), (error["code"]!.Text, error["hash"]!.Text));
        await ada.SendAsync(ClientFrames.SyncRequest(new(Room), 0, null, null));
        Assert.Equal("TOKEN_EXPIRED", (await ada.ReadAsync("node-error"))["code"]!.Text);
        await ada.SendAsync(ClientFrames.Awareness(new(Presence), "peer", AwarenessCodec.Encode([new(7, 1, JsonReader.Read("{}"))])));
        Assert.Equal("TOKEN_EXPIRED", (await ada.ReadAsync("auth-denied"))["code"]!.Text);
        Assert.Null(await ada.ReadAsync());
        Assert.Equal((4401, "Token expired"), ada.Closed);

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await idle.ReadAsync());
        Assert.Equal((4401, "Token expired"), idle.Closed);
        Assert.Empty(await bob.ReadUntilPongAsync());
    }

    [Theory]
    [InlineData("its own")]
    [InlineData("the delegation")]
    [InlineData("the person")]
    [InlineData("the device")]
    public async Task A_connection_whose_token_is_revoked_ends_at_once_and_does_not_come_back(string revoked)
    {
        using var folder = new TemporaryFolder();
        var phone = new Author(101);
        UcanToken token;
        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"]))
        {
            var delegation = Tokens.Delegation(_ada, phone, hub);
            token = Tokens.OfDevice(phone, delegation, hub);
            await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
            await using var ada = await HubClient.JoinAsync(hub, token, _ada.Did, Room, _ada.Did);

            await (revoked switch
            {
                "its own" => Host(hub).RevokeAsync(token.Id),
                "the delegation" => Host(hub).RevokeAsync(delegation.Id),
                "the person" => Host(hub).RevokeAsync(_ada.Person),
                _ => Host(hub).RevokeAsync(phone.Person),
            });
            await bob.SendAsync(Author.Frame(_bob.Message("c1", "between us")));
            await bob.ReadAsync("node-ack");

            Assert.Null(await ada.ReadAsync());
            Assert.Equal((4403, "Token revoked"), ada.Closed);
            await AssertRefusedAsync(hub, token.Text, 4403, "Token revoked");
        }

        await using var again = await HubFixture.StartAsync(o =>
        {
            o.DataFolder = folder["hub"];
            o.PublicAddresses.Add(new(token.Audience));
        });
        await AssertRefusedAsync(again, token.Text, 4403, "Token revoked");
    }

    [Fact]
    public async Task Whoever_is_shown_the_door_and_stays_hears_nothing_more()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        await using var raw = await RawSocket.ConnectAsync(hub);
        await raw.SendAsync(RawSocket.Frame(0x81, ClientFrames.Subscribe([new(Room)])));
        Assert.Equal(0x81, (await raw.ReadFrameAsync()).First);

        await Host(hub).RevokeAsync(RawSocket.Who.Person);
        await bob.SendAsync(Author.Frame(_bob.Message("c1", "between us")));
        await bob.ReadAsync("node-ack");

        Assert.Equal(0x88, (await raw.ReadFrameAsync()).First);
        raw.Finish();
        Assert.Equal(0, (await raw.ReadFrameAsync()).First);
    }

    /// <summary>W23: anybody was shown as whomever they named.</summary>
    [Trait("weak-spot", "W23")]
    [Fact]
    public async Task Nobody_is_shown_as_somebody_else()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Presence);
        await using var eve = await HubClient.JoinAsync(hub, _eve.Did, Presence);

        await eve.SendAsync(Show(
            new(7, 1, User($"\"{_ada.Did}\"")), new(8, 1, User("null")), new(9, 1, User($"[\"{_eve.Did}\"]")), new(10, 1, User($"\"{_eve.Did}\""))));
        await eve.SendAsync(Show(new AwarenessEntry(10, 2, User($"\"{_ada.Did}\""))));
        await eve.ReadUntilPongAsync();

        var heard = Assert.Single(await bob.ReadUntilPongAsync());
        Assert.True(AwarenessCodec.TryDecode(Convert.FromBase64String(heard["data"]!["update"]!.Text!), out var entries));
        Assert.Equal((10ul, 1ul), (Assert.Single(entries).Client, entries[0].Clock));
        await using var late = await HubClient.JoinAsync(hub, _ada.Did, Presence);
        Assert.Equal([_eve.Did], (await late.ReadUntilPongAsync())[0]["data"]!["users"]!.Items.Select(static u => u["did"]!.Text));
    }

    private static HubHost Host(HubFixture hub) => hub.Services.GetRequiredService<HubHost>();

    private static JsonValue User(string did) => JsonReader.Read($$$"""{"user":{"did":{{{did}}},"name":"Ada"}}""");

    private static byte[] Show(params AwarenessEntry[] entries) => ClientFrames.Awareness(new(Presence), "peer", AwarenessCodec.Encode(entries));

    /// <summary>Opens, says what a member may say, and is closed before any of it counts.</summary>
    private async Task AssertRefusedAsync(HubFixture hub, string? token, int code, string reason)
    {
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        await using var refused = await HubClient.ShowAsync(hub, token);

        Assert.Equal(JsonValue.Null, refused.Handshake);
        Assert.Equal((code, reason), refused.Closed);
        Assert.Contains(hub.LogLines, line => line.Contains(reason, StringComparison.Ordinal));
        Assert.DoesNotContain(hub.LogLines, line => line.Contains("did:key:", StringComparison.Ordinal) || line.Contains("eyJ", StringComparison.Ordinal));
        await refused.SendAsync(Author.Frame(_eve.Message("c1", "from outside")));
        Assert.Empty(await bob.ReadUntilPongAsync());
    }

    private string? Bad(string token, HubFixture hub)
    {
        var good = Tokens.Of(_eve, hub).Text;
        var claims = $$"""{"iss":"{{_ada.Did}}","aud":"{{HubAudience.Of(hub.Socket)}}","exp":{{hub.Time.GetUtcNow().ToUnixTimeSeconds() + 60}},"att":[{"with":"*","can":"*"}],"prf":[]}""";
        return token switch
        {
            "none" => null,
            "no token at all" => "abc",
            "without a signature" => good[..(good.LastIndexOf('.') + 1)],
            "alg none" => Tokens.Raw(_ada, claims, """{"alg":"none","typ":"JWT"}"""),
            "too large" => Tokens.Raw(_ada, claims[..^1] + $",\"pad\":\"{new string('x', 16_000)}\"}}"),
            "expired" => Tokens.Of(_eve, hub, TimeSpan.FromSeconds(-2)).Text,
            "good for longer than a day" => Tokens.Of(_eve, hub, TimeSpan.FromHours(25)).Text,
            "for another hub" => Tokens.For(_eve, hub, "wss://hub.example.org/").Text,
            "for the DID of another hub" => Tokens.For(_eve, hub, _bob.Did).Text,
            "for another port of this machine" => Tokens.For(_eve, hub, "ws://127.0.0.1:1/").Text,
            "for whatever hub" => Tokens.For(_eve, hub, "*").Text,
            "in somebody else's name" => Tokens.Raw(_eve, claims),
            "with somebody else's signature" => good[..good.LastIndexOf('.')] + Tokens.Of(_ada, hub).Text[^SignaturePart..],
            "by nobody" => Tokens.Raw(_eve, claims.Replace(_ada.Did, "did:key:anonymous", StringComparison.Ordinal)),
            "without hub/connect" => Tokens.With(_eve, hub, [new("*", CapabilityNames.Signal), new("*", CapabilityNames.Relay)]).Text,
            "without any line" => Tokens.With(_eve, hub, []).Text,
            _ => throw new ArgumentOutOfRangeException(nameof(token)),
        };
    }

    private UcanToken WithBadProof(string proof, HubFixture hub)
    {
        UcanToken Word(Author from, Author to, Capability[] lines, TimeSpan? lifetime = null, params UcanToken[] proofs) =>
            Tokens.For(from, hub, to.Did, lines, lifetime, proofs);
        UcanToken On(Capability[] lines, params UcanToken[] proofs) => Tokens.With(_eve, hub, lines, null, proofs);
        var acting = new Capability(_ada.Did, CapabilityNames.ActFor);
        switch (proof)
        {
            case "cyclic":
                return On([Connect], Word(_bob, _eve, [Connect], null, Word(_eve, _bob, [Connect])));
            case "too deep":
                // As short as tokens can be: longer ones would be refused for their length.
                var chain = "";
                for (byte i = 20; i < 30; i++)
                {
                    var proofs = chain.Length > 0 ? $"\"{chain}\"" : "";
                    chain = Tokens.Raw(new(i), $$"""{"iss":"{{new Author(i).Did}}","aud":"","exp":4102444800,"att":[],"prf":[{{proofs}}]}""");
                }

                return UcanToken.Parse(chain);
            case "too many":
                return On([Connect], [.. Enumerable.Range(20, 16).Select(i => Word(new((byte)i), _eve, [Connect]))]);
            case "given to somebody else":
                return On([Connect], Word(_ada, _bob, [Everything]));
            case "over":
                return On([Connect], Word(_ada, _eve, [Everything], TimeSpan.FromSeconds(-2)));
            case "forged":
                var claims = $$"""{"iss":"{{_ada.Did}}","aud":"{{_eve.Did}}","exp":4102444800,"att":[{"with":"*","can":"*"}],"prf":[]}""";
                return On([Connect], UcanToken.Parse(Tokens.Raw(_eve, claims)));
            case "ending before the token":
                return On([Connect], Word(_ada, _eve, [Everything], TimeSpan.FromMinutes(1)));
            case "for less":
                return On([Connect, new("*", CapabilityNames.Relay)], Word(_ada, _eve, [Connect], TimeSpan.FromHours(2)));
            case "a wildcard taken for a delegation":
                return On([Connect, acting], Word(_ada, _eve, [Everything], TimeSpan.FromHours(2)));
            case "a device's word for another device":
                return On([Connect, acting], Word(_bob, _eve, [Connect, acting], TimeSpan.FromHours(2), Tokens.Delegation(_ada, _bob, hub)));
            default:
                return On([Connect, acting]);
        }
    }
}
