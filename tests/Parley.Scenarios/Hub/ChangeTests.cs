using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

public sealed class ChangeTests
{
    private const string Room = "xnet-channel-c1";
    private readonly Author _ada = new(1);
    private readonly Author _bob = new(2);

    [Fact]
    public async Task A_change_is_acknowledged_with_its_place_and_relayed_with_it()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Room);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var first = _ada.Message("c1", "hello");
        var second = _ada.Message("c1", "and again");

        await ada.SendAsync(Author.Frame(first));
        await ada.SendAsync(Author.Frame(second));

        Assert.Equal([(first.Hash.ToString(), 1), (second.Hash.ToString(), 2)], await AcksAsync(ada, 2));
        foreach (var (change, seq) in new[] { (first, 1), (second, 2) })
        {
            var live = await bob.ReadAsync("publish");
            Assert.Equal(Room, live["topic"]!.Text);
            Assert.Equal("node-change", live["data"]!["type"]!.Text);
            Assert.Equal(Room, live["data"]!["room"]!.Text);
            Assert.Equal(seq, live["data"]!["seq"]!.Integer);
            Assert.Equal(ada.Handshake["epoch"], live["data"]!["epoch"]);
            Assert.Equal(JsonReader.Read(System.Text.Encoding.UTF8.GetString(ChangeWire.ToBytes(change, new(Room)))), live["data"]!["change"]);
        }

        Assert.Empty(await ada.ReadUntilPongAsync());
    }

    [Fact]
    public async Task A_change_offered_again_is_acknowledged_with_its_old_place_and_not_relayed()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var change = _ada.Message("c1", "once");

        for (var i = 0; i < 3; i++)
        {
            await ada.SendAsync(Author.Frame(change));
        }

        Assert.Equal(Enumerable.Repeat((change.Hash.ToString(), 1L), 3), (await AcksAsync(ada, 3)).Select(static a => (a.Hash, (long)a.Seq)));
        Assert.Single(await bob.ReadUntilPongAsync());
    }

    [Fact]
    public async Task A_change_that_stands_twice_in_one_batch_is_filed_once()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var change = _ada.Message("c1", "once");

        await ada.SendAsync(Author.Batch(Room, change, change));

        Assert.Equal(Enumerable.Repeat((change.Hash.ToString(), 1L), 2), (await AcksAsync(ada, 2)).Select(static a => (a.Hash, (long)a.Seq)));
        Assert.Single(await bob.ReadUntilPongAsync());
    }

    [Fact]
    public async Task A_batch_is_relayed_one_by_one_and_its_bad_members_are_named()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var good = _ada.Message("c1", "one");
        var elsewhere = _ada.Message("c2", "not here");
        var alsoGood = _ada.Message("c1", "two");

        await ada.SendAsync(Author.Batch(Room, good, elsewhere, alsoGood));

        var error = await ada.ReadAsync("node-error");
        Assert.Equal("INVALID_ROOM", error["code"]!.Text);
        Assert.Equal(elsewhere.Hash.ToString(), error["hash"]!.Text);
        Assert.Equal(Room, error["room"]!.Text);
        Assert.Equal([(good.Hash.ToString(), 1), (alsoGood.Hash.ToString(), 2)], await AcksAsync(ada, 2));
        Assert.Equal(["one", "two"], (await bob.ReadUntilPongAsync()).Select(static f => f["data"]!["change"]!["payload"]!["properties"]!["content"]!.Text));
    }

    [Fact]
    public async Task A_change_published_into_its_authors_room_is_filed_at_home_and_listed_there_too()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var device = await HubClient.JoinAsync(hub, _ada.Did, _ada.Did);
        await using var otherDevice = await HubClient.JoinAsync(hub, _ada.Did, _ada.Did);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var change = _ada.Message("c1", "from a reference client");

        await device.SendAsync(Author.Frame(change, _ada.Did));

        var ack = await device.ReadAsync("node-ack");
        Assert.Equal(Room, ack["room"]!.Text);
        Assert.Equal(Room, (await bob.ReadAsync("publish"))["topic"]!.Text);
        Assert.Equal(_ada.Did, (await otherDevice.ReadAsync("publish"))["data"]!["room"]!.Text);
        Assert.Single((await PageAsync(otherDevice, _ada.Did))["changes"]!.Items);
        Assert.Single((await PageAsync(bob, Room))["changes"]!.Items);
    }

    [Fact]
    public async Task The_envelope_of_the_channel_with_the_authors_room_inside_is_taken()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var change = _ada.Message("c1", "tactic");

        await ada.SendAsync(Author.Frame(change, _ada.Did, topic: Room));

        Assert.Equal(Room, (await ada.ReadAsync("node-ack"))["room"]!.Text);
        Assert.Equal(Room, (await bob.ReadAsync("publish"))["topic"]!.Text);
    }

    [Fact]
    public async Task A_bare_update_goes_where_its_node_lives()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var message = _ada.Message("c1", "teh");
        var edit = _ada.BareUpdate(message.Node, ("content", JsonValue.Of("the")), ("edited", JsonValue.True));

        await ada.SendAsync(Author.Frame(message));
        await ada.SendAsync(Author.Frame(edit, _ada.Did));

        Assert.Equal([(message.Hash.ToString(), 1), (edit.Hash.ToString(), 2)], await AcksAsync(ada, 2));
        var relayed = await bob.ReadUntilPongAsync();
        Assert.Equal(["teh", "the"], relayed.Select(static f => f["data"]!["change"]!["payload"]!["properties"]!["content"]!.Text));
    }

    [Trait("weak-spot", "W9")]
    [Fact]
    public async Task An_update_before_its_create_is_kept_and_filed_when_the_create_comes()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var message = _ada.Message("c1", "first");
        var edit = _ada.BareUpdate(message.Node, ("content", JsonValue.Of("second")));

        await ada.SendAsync(Author.Frame(edit, Room));
        Assert.Equal([(edit.Hash.ToString(), 0)], await AcksAsync(ada, 1));
        Assert.Empty(await bob.ReadUntilPongAsync());
        Assert.Empty((await PageAsync(bob, Room))["changes"]!.Items);

        await ada.SendAsync(Author.Frame(message));
        Assert.Equal([(message.Hash.ToString(), 1)], await AcksAsync(ada, 1));
        Assert.Equal(["first", "second"], (await bob.ReadUntilPongAsync()).Select(static f => f["data"]!["change"]!["payload"]!["properties"]!["content"]!.Text));
        Assert.Equal([1, 2], (await PageAsync(bob, Room))["seqs"]!.Items.Select(static s => (int)s.Integer!));
    }

    [Fact]
    public async Task A_held_update_by_somebody_who_may_not_write_the_node_falls_away()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var message = _ada.Message("c1", "mine");

        await bob.SendAsync(Author.Frame(_bob.BareUpdate(message.Node, ("content", JsonValue.Of("forged"))), Room));
        await bob.ReadAsync("node-ack");
        await ada.SendAsync(Author.Frame(message));
        await ada.ReadAsync("node-ack");

        Assert.Single((await PageAsync(bob, Room))["changes"]!.Items);
    }

    [Fact]
    public async Task Of_changes_that_wait_for_their_node_each_sender_has_so_many_and_the_oldest_goes()
    {
        await using var hub = await HubFixture.StartAsync(o => o.Limits.HeldByOthersEachMax = 2);
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did);
        var messages = Enumerable.Range(0, 4).Select(i => _ada.Message("c1", $"first {i}")).ToArray();
        var edits = messages.Select(m => _ada.BareUpdate(m.Node, ("content", JsonValue.Of("second")))).ToArray();
        // By whom they are signed is nothing to it.
        await bob.SendAsync(Author.Frame(edits[0], Room));
        await bob.ReadAsync("node-ack");
        foreach (var edit in edits[1..])
        {
            await ada.SendAsync(Author.Frame(edit, Room));
            Assert.Equal([(edit.Hash.ToString(), 0)], await AcksAsync(ada, 1));
        }

        foreach (var message in messages)
        {
            await ada.SendAsync(Author.Frame(message));
            await ada.ReadAsync("node-ack");
        }

        var page = (await PageAsync(bob, Room))["changes"]!.Items.Select(static c => c["hash"]!.Text).ToList();
        Assert.Equal([true, false, true, true], edits.Select(e => page.Contains(e.Hash.ToString())));
    }

    [Fact]
    public async Task An_author_over_quota_is_refused_and_others_are_not()
    {
        await using var hub = await HubFixture.StartAsync(o => o.Limits.AuthorBytesMax = 2_000);
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        var codes = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            await ada.SendAsync(Author.Frame(_ada.Message("c1", "a few hundred bytes each")));
            var answer = (await ada.ReadAsync())!;
            codes.Add(answer["code"]?.Text ?? answer["type"]!.Text!);
        }

        Assert.Equal(["node-ack", "node-ack", "QUOTA_EXCEEDED", "QUOTA_EXCEEDED"], codes);
        await ada.SendAsync(Author.Frame(_bob.Message("c1", "carried by ada's socket")));
        await ada.ReadAsync("node-ack");
    }

    [Trait("weak-spot", "W10")]
    [Fact]
    public async Task A_rival_create_does_not_move_a_proven_node()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        var message = _ada.Message("c1", "mine");
        await ada.SendAsync(Author.Frame(message));
        await ada.ReadAsync("node-ack");

        var rival = _bob.CreateUnproven(message.Node.Value, Schemas.ChatMessage, ("channel", JsonValue.Of("c2")), ("content", JsonValue.Of("taken over")));
        await ada.SendAsync(Author.Frame(rival, RoomNames.Channel(new("c2")).Value));
        Assert.Equal("INVALID_ROOM", (await ada.ReadAsync("node-error"))["code"]!.Text);
        await ada.SendAsync(Author.Frame(rival, Room));
        Assert.Equal("WRITE_FORBIDDEN", (await ada.ReadAsync("node-error"))["code"]!.Text);
    }

    internal static async Task<List<(string Hash, int Seq)>> AcksAsync(HubClient client, int count)
    {
        var acks = new List<(string, int)>();
        while (acks.Count < count)
        {
            foreach (var ack in (await client.ReadAsync("node-ack"))["acks"]!.Items)
            {
                acks.Add((ack["hash"]!.Text!, (int)ack["seq"]!.Integer!));
            }
        }

        return acks;
    }

    internal static async Task<JsonValue> PageAsync(HubClient client, string room, long since = 0)
    {
        await client.SendAsync(ClientFrames.SyncRequest(new(room), 0, since, client.Handshake["epoch"]!.Text));
        return await client.ReadAsync("node-sync-response");
    }
}
