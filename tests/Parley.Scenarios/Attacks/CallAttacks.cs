using Parley.Frames;
using Parley.Json;
using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Attacks;

/// <summary>Speaking in a call as somebody else, too much, or after one was shut out: refused with its code, and nobody else hears of it.</summary>
public sealed class CallAttacks
{
    private const string Call = "call:c1";
    private readonly Author _ada = new(1);
    private readonly Author _bob = new(2);
    private readonly Author _eve = new(3);

    /// <summary>W7: a connection with no rights at all could end anybody's call.</summary>
    [Trait("weak-spot", "W7")]
    [Theory]
    [InlineData("""{"kind":"leave","from":"ADA#1"}""", "UNAUTHORIZED", "foreign-session")]
    [InlineData("""{"kind":"announce","from":"ADA#1","did":"ADA","media":{}}""", "UNAUTHORIZED", "foreign-session")]
    [InlineData("""{"kind":"announce","from":"EVE#1","did":"ADA","media":{}}""", "UNAUTHORIZED", "foreign-session")]
    [InlineData("""{"kind":"announce","from":"EVE#1","did":7,"media":{}}""", "UNAUTHORIZED", "foreign-session")]
    [InlineData("""{"kind":"offer","from":"ADA#1","to":"BOB#1","sdp":"v=0"}""", "UNAUTHORIZED", "foreign-session")]
    [InlineData("""{"kind":"leave","from":"EVEADA#1"}""", "UNAUTHORIZED", "foreign-session")]
    [InlineData("""{"kind":"leave","from":"EVE"}""", "UNAUTHORIZED", "foreign-session")]
    [InlineData("""{"kind":"leave","from":"a-name-that-says-nothing"}""", "UNAUTHORIZED", "foreign-session")]
    [InlineData("""{"kind":"leave"}""", "INVALID_SIGNAL", "A signal has a kind and a from.")]
    [InlineData("""{"from":"EVE#1"}""", "INVALID_SIGNAL", "A signal has a kind and a from.")]
    [InlineData("""{"kind":"leave","from":["ADA#1"]}""", "INVALID_SIGNAL", "A signal has a kind and a from.")]
    [InlineData("\"leave\"", "INVALID_SIGNAL", "A signal has a kind and a from.")]
    public async Task Nobody_speaks_for_anothers_session(string signal, string code, string why)
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Call);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Call);
        await using var eve = await HubClient.JoinAsync(hub, _eve.Did, Call);
        await ada.SendAsync(Say(_ada, "leave", "1"));
        await bob.ReadAsync("publish");

        var forged = signal.Replace("ADA", _ada.Did, StringComparison.Ordinal).Replace("BOB", _bob.Did, StringComparison.Ordinal).Replace("EVE", _eve.Did, StringComparison.Ordinal);
        await eve.SendAsync($$"""{"type":"publish","topic":"{{Call}}","data":{{forged}}}""");

        var refused = await eve.ReadAsync("node-error");
        Assert.Equal((code, why, Call), (refused["code"]!.Text, refused["error"]!.Text, refused["room"]!.Text));
        Assert.Empty(await bob.ReadUntilPongAsync());
        Assert.Contains(hub.LogLines, line => line.Contains($"was refused: {code}", StringComparison.Ordinal));
        Assert.DoesNotContain(hub.LogLines, line => line.Contains("did:key", StringComparison.Ordinal));
    }

    [Trait("weak-spot", "W7")]
    [Fact]
    public async Task A_forged_leave_ends_nobodys_session()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Call);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Call);
        await using var eve = await HubClient.JoinAsync(hub, _eve.Did, Call);
        await ada.SendAsync(Say(_ada, "announce", "1"));
        await ada.ReadUntilPongAsync();
        await eve.SendAsync(Say(_ada, "leave", "1"));
        await eve.ReadAsync("node-error");

        // Still hers: what is for her alone reaches nobody else.
        await eve.ReadUntilPongAsync();
        await bob.ReadUntilPongAsync();
        await bob.SendAsync(Say(_bob, "offer", "1", $"{_ada.Did}#1"));
        Assert.Equal("offer", (await ada.ReadAsync("publish"))["data"]!["kind"]!.Text);
        Assert.Empty(await eve.ReadUntilPongAsync());
    }

    /// <summary>W7: everybody in the topic saw the descriptions and addresses of all.</summary>
    [Trait("weak-spot", "W7")]
    [Fact]
    public async Task What_is_for_one_session_goes_to_its_socket_alone()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Call);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Call);
        await using var eve = await HubClient.JoinAsync(hub, _eve.Did, Call);

        // A session that has not spoken since the hub started: only its socket knows.
        await bob.SendAsync(Say(_bob, "offer", "1", $"{_ada.Did}#1"));
        Assert.Equal("offer", (await ada.ReadAsync("publish"))["data"]!["kind"]!.Text);
        Assert.Single(await eve.ReadUntilPongAsync());

        await ada.SendAsync(Say(_ada, "answer", "1", $"{_bob.Did}#1"));
        Assert.Equal("answer", (await bob.ReadAsync("publish"))["data"]!["kind"]!.Text);
        Assert.Empty(await eve.ReadUntilPongAsync());
    }

    [Trait("weak-spot", "W24")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_sessions_of_a_socket_that_goes_leave_with_it(bool politely)
    {
        var time = new ManualTime();
        await using var hub = await HubFixture.StartAsync(time: time);
        var ada = await HubClient.JoinAsync(hub, _ada.Did, Call);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Call);
        foreach (var session in new[] { "1", "2", "3" })
        {
            await ada.SendAsync(Say(_ada, "announce", session));
        }

        await ada.SendAsync(Say(_ada, "leave", "2"));
        await ada.ReadUntilPongAsync();
        await bob.ReadUntilPongAsync();

        if (politely)
        {
            await ada.SendAsync(ClientFrames.Unsubscribe([new(Call)]));
        }
        else
        {
            // It may be back in a moment.
            ada.Abort();
            await Eventually.SeesAsync(hub.ConnectionsAsync, static sockets => sockets == 1);
            time.Advance(TimeSpan.FromSeconds(2));
            Assert.Empty(await bob.ReadUntilPongAsync());
            time.Advance(TimeSpan.FromSeconds(2));
        }

        var left = new[] { await bob.ReadAsync("publish"), await bob.ReadAsync("publish") };
        Assert.Equal(
            [$$"""{"from":"{{_ada.Did}}#1","kind":"leave"}""", $$"""{"from":"{{_ada.Did}}#3","kind":"leave"}"""],
            left.Select(frame => CanonicalJson.ToText(frame["data"]!)).Order(StringComparer.Ordinal));
        Assert.Empty(await bob.ReadUntilPongAsync());
        await ada.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_same_persons_next_socket_takes_a_session_over(bool isDeadBefore)
    {
        var time = new ManualTime();
        await using var hub = await HubFixture.StartAsync(time: time);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Call);
        var lost = await HubClient.JoinAsync(hub, _ada.Did, Call);
        await lost.SendAsync(Say(_ada, "announce", "1"));
        await lost.ReadUntilPongAsync();
        if (isDeadBefore)
        {
            lost.Abort();
            await Eventually.SeesAsync(hub.ConnectionsAsync, static sockets => sockets == 1);
        }

        await using var next = await HubClient.JoinAsync(hub, _ada.Did, Call);
        await next.SendAsync(Say(_ada, "lease", "1"));
        await next.ReadUntilPongAsync();
        await bob.ReadUntilPongAsync();

        lost.Abort();
        await Eventually.SeesAsync(hub.ConnectionsAsync, static sockets => sockets == 2);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(await bob.ReadUntilPongAsync());
        await bob.SendAsync(Say(_bob, "offer", "1", $"{_ada.Did}#1"));
        Assert.Equal("offer", (await next.ReadAsync("publish"))["data"]!["kind"]!.Text);
        await lost.DisposeAsync();
    }

    [Trait("weak-spot", "W7")]
    [Fact]
    public async Task Whoever_is_removed_is_out_of_the_call_at_once_and_cannot_speak_in_it()
    {
        using var story = new AccessStory(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        await using var hub = await HubFixture.StartAsync();
        await using var ann = await HubClient.JoinAsync(hub, story.Ann.Did);
        await using var bob = await HubClient.JoinAsync(hub, story.Bob.Did);
        await AccessStory.StoreAsync(ann, story.Root, story.Do(story.Ann, story.Space, d => d.Grant(story.Bob.Person, Parley.Access.AccessRole.Member)), story.PlazaNode());
        var call = "call:" + story.Plaza;
        await ann.SubscribeAsync(call);
        await bob.SubscribeAsync(call);
        await bob.SendAsync(ClientFrames.Publish(new(call), Signal(story.Bob, "announce", "1", null)));
        await bob.ReadUntilPongAsync();
        Assert.Equal("announce", (await ann.ReadAsync("publish"))["data"]!["kind"]!.Text);

        var removal = story.Do(story.Ann, story.Space, d => d.Revoke(story.Bob.Person));
        await ann.SendAsync(Author.Frame(removal));

        // Before the removal is acknowledged.
        var frames = new List<JsonValue>();
        while (frames.LastOrDefault()?["type"]!.Text != "node-ack")
        {
            frames.Add((await ann.ReadAsync())!);
        }

        var left = frames.Single(frame => frame["topic"]?.Text == call)["data"]!;
        Assert.Equal(("leave", $"{story.Bob.Did}#1"), (left["kind"]!.Text, left["from"]!.Text));
        Assert.Contains(await bob.ReadUntilPongAsync(), frame => frame["type"]!.Text == "auth-denied" && frame["resource"]!.Text == call);

        await ann.ReadUntilPongAsync();
        await bob.SendAsync(ClientFrames.Publish(new(call), Signal(story.Bob, "announce", "1", null)));
        Assert.Equal("not-a-member", (await bob.ReadAsync("node-error"))["error"]!.Text);
        Assert.Empty(await ann.ReadUntilPongAsync());
    }

    [Fact]
    public async Task A_socket_speaks_for_so_many_sessions_and_signals_are_so_large()
    {
        await using var hub = await HubFixture.StartAsync(o => o.Limits.CallSignalBytesMax = 1_000);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Call);
        await using var eve = await HubClient.JoinAsync(hub, _eve.Did, Call);
        for (var i = 0; i < 65; i++)
        {
            await eve.SendAsync(Say(_eve, "announce", $"{i}"));
        }

        var refused = Assert.Single(await eve.ReadUntilPongAsync());
        Assert.Equal(("QUOTA_EXCEEDED", "too-many-sessions"), (refused["code"]!.Text, refused["error"]!.Text));
        Assert.Equal(64, (await bob.ReadUntilPongAsync()).Count);

        // One that leaves makes room.
        await eve.SendAsync(Say(_eve, "leave", "0"));
        await eve.SendAsync(Say(_eve, "announce", "64"));
        await eve.SendAsync(Say(_eve, "announce", "64", null, new string('x', 1_000)));
        Assert.Equal("INVALID_SIGNAL", Assert.Single(await eve.ReadUntilPongAsync())["code"]!.Text);
        Assert.Equal(["leave", "announce"], (await bob.ReadUntilPongAsync()).Select(static frame => frame["data"]!["kind"]!.Text));
    }

    private static byte[] Say(Author who, string kind, string session, string? to = null, string? pad = null) =>
        ClientFrames.Publish(new(Call), Signal(who, kind, session, to).With("pad", JsonValue.Of(pad ?? "")));

    private static JsonValue Signal(Author who, string kind, string session, string? to) => JsonValue.Object(
        ("kind", JsonValue.Of(kind)), ("from", JsonValue.Of($"{who.Did}#{session}")), ("to", to is null ? null : JsonValue.Of(to)));
}
