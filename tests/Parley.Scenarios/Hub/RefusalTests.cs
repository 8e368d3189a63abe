using System.Text;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

/// <summary>What the hub does not take, each by its code, and that nobody else hears of it.</summary>
public sealed class RefusalTests
{
    private const string Room = "xnet-channel-c1";
    private readonly Author _ada = new(1);
    private readonly Author _bob = new(2);

    /// <summary>W14, W22: a change belongs to one room, whatever its sender says, and the envelope has to say the same.</summary>
    [Trait("weak-spot", "W14")]
    [Trait("weak-spot", "W22")]
    [Theory]
    [InlineData("xnet-channel-c2", "xnet-channel-c2")]
    [InlineData("xnet-workspace-main", "xnet-workspace-main")]
    [InlineData(Room, "xnet-channel-c2")]
    [InlineData("xnet-channel-c2", Room)]
    public async Task A_change_offered_outside_its_home_room_is_refused(string room, string topic)
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room, "xnet-channel-c2", "xnet-workspace-main");
        var change = _ada.Message("c1", "here only");

        await ada.SendAsync(Author.Frame(change, room, topic));

        await RefusedAsync(ada, "INVALID_ROOM", change.Hash);
        Assert.Empty(await bob.ReadUntilPongAsync());
    }

    [Fact]
    public async Task A_change_is_not_taken_into_another_authors_room()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        var change = _ada.Message("c1", "to bob's own room");

        await ada.SendAsync(Author.Frame(change, _bob.Did));

        await RefusedAsync(ada, "INVALID_ROOM", change.Hash);
    }

    [Fact]
    public async Task A_changed_content_a_changed_signature_and_another_author_are_refused()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var change = _ada.Message("c1", "honest");
        var frame = Encoding.UTF8.GetString(Author.Frame(change));
        var signature = Convert.ToBase64String(change.Signature.Span);

        await ada.SendAsync(frame.Replace("honest", "forged", StringComparison.Ordinal));
        await RefusedAsync(ada, "INVALID_HASH", change.Hash);
        await ada.SendAsync(frame.Replace(signature, (signature[0] == 'A' ? 'B' : 'A') + signature[1..], StringComparison.Ordinal));
        await RefusedAsync(ada, "INVALID_SIGNATURE", change.Hash);
        await ada.SendAsync(frame.Replace(signature, "AAAA", StringComparison.Ordinal));
        await RefusedAsync(ada, "INVALID_SIGNATURE", change.Hash);
        await ada.SendAsync(frame.Replace($"\"authorDid\":\"{_ada.Did}\"", $"\"authorDid\":\"{_bob.Did}\"", StringComparison.Ordinal));
        await RefusedAsync(ada, "INVALID_HASH", change.Hash);

        Assert.Empty(await bob.ReadUntilPongAsync());
    }

    [Fact]
    public async Task A_clock_more_than_five_minutes_ahead_is_refused_and_one_within_them_is_not()
    {
        var time = new ManualTime();
        await using var hub = await HubFixture.StartAsync(time: time);
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();

        _ada.WallTime = now + 300_001;
        var ahead = _ada.Message("c1", "from the future");
        await ada.SendAsync(Author.Frame(ahead));
        await RefusedAsync(ada, "INVALID_WALL_TIME", ahead.Hash);

        _ada.WallTime = now + 300_000;
        await ada.SendAsync(Author.Frame(_ada.Message("c1", "just in time")));
        _ada.WallTime = 0;
        await ada.SendAsync(Author.Frame(_ada.Message("c1", "a clock that never ran")));
        Assert.Equal(2, (await ChangeTests.AcksAsync(ada, 2)).Count);
    }

    /// <summary>W8: one change with a huge Lamport time froze every clock that saw it.</summary>
    [Trait("weak-spot", "W8")]
    [Theory]
    [InlineData((1L << 48) + 1, "INVALID_LAMPORT")]
    [InlineData(9007199254740992, "INVALID_LAMPORT")]
    [InlineData(-1, "INVALID_CHANGE")]
    [InlineData(1L << 48, null)]
    public async Task A_lamport_time_out_of_bounds_is_refused(long lamport, string? code)
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        var id = _ada.NextId();
        var fields = _ada.Fields(id, NodeProof.IdFor(_ada.Person, id), Schemas.ChatMessage, null, ("channel", JsonValue.Of("c1")));
        var change = _ada.Sign(fields with { Lamport = lamport });

        await ada.SendAsync(Author.Frame(change, Room));

        if (code is null)
        {
            await ada.ReadAsync("node-ack");
        }
        else
        {
            await RefusedAsync(ada, code, change.Hash);
        }
    }

    [Theory]
    [InlineData(50, null)]
    [InlineData(51, "INVALID_CHANGE")]
    public async Task A_mention_of_more_than_fifty_people_is_refused(int people, string? code)
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        var dids = JsonValue.Array([.. Enumerable.Range(0, people).Select(static i => JsonValue.Of($"did:key:z{i}"))]);
        var change = _ada.Create(
            Schemas.ChatMessage, ("channel", JsonValue.Of("c1")), ("content", JsonValue.Of("all of you")), ("mentions", JsonValue.Object(("dids", dids))));

        await ada.SendAsync(Author.Frame(change));

        Assert.Equal(code, (await ada.ReadAsync())!["code"]?.Text);
    }

    /// <summary>W34: members that the hash does not cover would ride along unsigned.</summary>
    [Trait("weak-spot", "W34")]
    [Fact]
    public async Task A_forbidden_or_repeated_name_anywhere_is_refused()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var frame = Encoding.UTF8.GetString(Author.Frame(_ada.Message("c1", "plain")));

        await ada.SendAsync(frame.Replace("\"content\":", "\"__proto__\":{\"admin\":true},\"content\":", StringComparison.Ordinal));
        await ada.SendAsync(frame.Replace("\"content\":", "\"content\":\"first\",\"content\":", StringComparison.Ordinal));

        Assert.Equal(["error", "error"], (await ada.ReadUntilPongAsync()).Select(static f => f["type"]!.Text));
        Assert.Empty(await bob.ReadUntilPongAsync());
    }

    /// <summary>W14, W32: what looked almost like a change was relayed unverified, or broke the hub.</summary>
    [Trait("weak-spot", "W14")]
    [Trait("weak-spot", "W32")]
    [Theory]
    [InlineData("""{"type":"node-change","room":"ROOM","change":{"id":"x"}}""")]
    [InlineData("""{"type":"node-change","room":"ROOM","change":[1]}""")]
    [InlineData("""{"type":"node-change","room":"ROOM"}""")]
    [InlineData("""{"type":"node-change","change":{}}""")]
    [InlineData("""{"type":"node-change","room":7,"change":{}}""")]
    [InlineData("""{"type":"node-change-batch","room":"ROOM","changes":[]}""")]
    [InlineData("""{"type":"node-change-batch","room":"ROOM","changes":{}}""")]
    [InlineData("""{"type":"node-change-batch","room":"ROOM","changes":[null]}""")]
    [InlineData("""{"type":"node-chnage","room":"ROOM","change":{}}""")]
    [InlineData("""{"kind":"offer","sdp":"v=0"}""")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    public async Task What_is_not_a_signed_change_is_never_relayed_in_a_stored_room(string data)
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Room);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);

        await ada.SendAsync($$"""{"type":"publish","topic":"{{Room}}","data":{{data.Replace("ROOM", Room, StringComparison.Ordinal)}}}""");

        Assert.EndsWith("error", Assert.Single(await ada.ReadUntilPongAsync())["type"]!.Text, StringComparison.Ordinal);
        Assert.Empty(await bob.ReadUntilPongAsync());
    }

    /// <summary>W32: a change without payload was an unhandled rejection inside the hub.</summary>
    [Trait("weak-spot", "W32")]
    [Theory]
    [InlineData("payload", "null")]
    [InlineData("payload", "[]")]
    [InlineData("payload", "{}")]
    [InlineData("payload", "{\"nodeId\":\"n\",\"properties\":7}")]
    [InlineData("signatureB64", "\"§§§\"")]
    [InlineData("authorDid", "\"did:key:nobody\"")]
    [InlineData("wallTime", "\"now\"")]
    [InlineData("lamportTime", "1.5")]
    [InlineData("hash", "\"cid:blake3:zz\"")]
    public async Task A_change_with_a_field_of_the_wrong_kind_is_answered(string field, string value)
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        var change = JsonReader.Read(Encoding.UTF8.GetString(ChangeWire.ToBytes(_ada.Message("c1", "x"), new(Room)))).With(field, JsonReader.Read(value));

        await ada.SendAsync($$$"""{"type":"publish","topic":"{{{Room}}}","data":{"type":"node-change","room":"{{{Room}}}","change":{{{change}}} } }""");

        Assert.StartsWith("INVALID_", Assert.Single(await ada.ReadUntilPongAsync())["code"]!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_persons_room_is_neither_read_nor_followed()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, _ada.Did);

        await ada.SendAsync(ClientFrames.SyncRequest(new(_bob.Did), 0, null, null));
        Assert.Equal("UNAUTHORIZED", (await ada.ReadAsync("node-error"))["code"]!.Text);

        await ada.SendAsync(ClientFrames.Subscribe([new(Room), new(_bob.Did)]));
        var denied = await ada.ReadAsync("auth-denied");
        Assert.Equal(_bob.Did, denied["resource"]!.Text);
        Assert.Null(await ada.ReadAsync());
        Assert.Equal(4403, ada.Closed.Code);
    }

    [Fact]
    [Trait("weak-spot", "W17")]
    public async Task A_room_cannot_be_wiped_unless_the_hub_is_open()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await ada.SendAsync(Author.Frame(_ada.Message("c1", "stays")));
        await ada.ReadAsync("node-ack");

        await ada.SendAsync($$"""{"type":"node-clear","room":"{{Room}}"}""");

        Assert.Equal("UNAUTHORIZED", (await ada.ReadAsync("node-error"))["code"]!.Text);
        Assert.Single((await ChangeTests.PageAsync(ada, Room))["changes"]!.Items);
    }

    /// <summary>W17: one frame into the index of grants shut a person out of their own room.</summary>
    [Fact]
    [Trait("weak-spot", "W17")]
    public async Task Nobody_shuts_a_person_out_of_their_own_room()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did);
        var grant = $$"""{"resource":"{{_ada.Did}}","grantee":"{{_ada.Did}}","revokedAt":1}""";
        await bob.SendAsync("""{"type":"index-update","docId":"grant-1","meta":{"schemaIri":"xnet://xnet.fyi/Grant","properties":""" + grant + "}}");
        await bob.ReadUntilPongAsync();

        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, _ada.Did);
        await ada.SendAsync(Author.Frame(_ada.Create(Schemas.Page, ("title", JsonValue.Of("mine")))));

        await ada.ReadAsync("node-ack");
        Assert.Single((await ChangeTests.PageAsync(ada, _ada.Did))["changes"]!.Items);
    }

    private static async Task RefusedAsync(HubClient client, string code, ChangeHash hash)
    {
        var error = await client.ReadAsync("node-error");
        Assert.Equal(code, error["code"]!.Text);
        Assert.Equal(hash.ToString(), error["hash"]!.Text);
        Assert.NotNull(error["room"]);
    }
}
