using Parley.Frames;
using Parley.Hub.Limits;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Parley.Nodes;
using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Attacks;

/// <summary>Signing out what is another's, and being in the way where two devices meet.</summary>
public sealed class DeviceAttacks
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private readonly Author _ada = new(1);
    private readonly Author _eve = new(3);
    private readonly Author _phone = new(101);
    private readonly Author _newPhone = new(102);

    [Fact]
    public async Task A_person_signs_out_their_own_device_and_nobody_elses_device_or_self()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, _ada.Did);
        await using var phone = await HubClient.JoinAsync(hub, OfPhone(hub), _phone.Did, _ada.Did);
        await using var eve = await HubClient.JoinAsync(hub, _eve.Did);

        // In her own room she may write what she likes; in Ada's nobody but Ada.
        foreach (var named in new[] { _phone.Did, _ada.Did })
        {
            await AccessStory.StoreAsync(eve, SignOut(_eve, named));
            await eve.SendAsync(Author.Frame(SignOut(_eve, named), _ada.Did));
            Assert.Equal("INVALID_ROOM", (await eve.ReadAsync("node-error"))["code"]!.Text);
        }

        Assert.Empty(await phone.ReadUntilPongAsync());
        Assert.Empty(await ada.ReadUntilPongAsync());

        var word = SignOut(_ada, _phone.Did);
        await ada.SendAsync(Author.Frame(word));
        await ada.ReadAsync("node-ack");

        // It hears why, and is out: also with another token on another word.
        Assert.Equal(word.Hash.ToString(), (await phone.ReadAsync("publish"))["data"]!["change"]!["hash"]!.Text);
        Assert.Null(await phone.ReadAsync());
        Assert.Equal((4403, DeviceSignOut.CloseReason), phone.Closed);
        await using var again = await HubClient.ShowAsync(hub, OfPhone(hub).Text);
        Assert.Equal((4403, DeviceSignOut.CloseReason), again.Closed);
        Assert.Empty(await ada.ReadUntilPongAsync());
    }

    [Fact]
    public async Task A_sign_out_that_comes_before_its_node_counts_and_is_not_taken_back()
    {
        using var folder = new TemporaryFolder();
        for (var start = 0; start < 2; start++)
        {
            await using var hub = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"]);
            await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
            if (start == 0)
            {
                // Another device's word, of a node whose create is still on its way.
                await AccessStory.StoreAsync(ada, _ada.Sign(_ada.Fields(
                    _ada.NextId(), new("AAAAAAAAAAAAAAAAAAAAAA"), Schemas.Device, "cid:blake3:" + new string('0', 64),
                    ("device", JsonValue.Of(_phone.Did)), ("signedOut", JsonValue.True))));
                await AccessStory.StoreAsync(ada, _ada.Sign(_ada.Fields(
                    _ada.NextId(), new("AAAAAAAAAAAAAAAAAAAAAA"), Schemas.Device, "cid:blake3:" + new string('0', 64),
                    ("device", JsonValue.Of(_phone.Did)), ("signedOut", JsonValue.False))));
            }

            await using var phone = await HubClient.ShowAsync(hub, OfPhone(hub).Text);
            Assert.Equal((4403, DeviceSignOut.CloseReason), phone.Closed);
            await using var other = await HubClient.JoinAsync(hub, Tokens.OfDevice(_newPhone, Tokens.Delegation(_ada, _newPhone, hub), hub), _newPhone.Did, _ada.Did);
        }
    }

    [Fact]
    public async Task A_third_party_in_the_room_of_a_meeting_hears_nothing_and_says_nothing()
    {
        await using var hub = await HubFixture.StartAsync();
        using var host = Host();
        var room = host.Link.Room.Value;
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, room);
        await using var phone = await HubClient.JoinAsync(hub, _newPhone.Did, room);
        await using var eve = await HubClient.JoinAsync(hub, _eve.Did);

        await eve.SendAsync(ClientFrames.Subscribe([new(room)]));
        Assert.Empty((await eve.ReadAsync("subscribed"))["topics"]!.Items);
        Assert.Equal(room, (await eve.ReadAsync("auth-denied"))["resource"]!.Text);
        await eve.SendAsync(Message(room));
        Assert.Equal("UNAUTHORIZED", (await eve.ReadAsync("node-error"))["code"]!.Text);

        await phone.SendAsync(Message(room, "hello"));
        Assert.Equal("hello", (await ada.ReadAsync("publish"))["data"]!["do"]!.Text);
        Assert.Empty(await eve.ReadUntilPongAsync());
        Assert.Empty(await ada.ReadUntilPongAsync());
    }

    [Fact]
    public async Task Whoever_comes_first_without_the_secret_learns_nothing_and_is_not_believed()
    {
        await using var hub = await HubFixture.StartAsync();
        using var host = Host();
        using var other = Host(2);
        using var guest = PairingGuest.Begin(other.Link, "Ann's own laptop", new byte[32], Now)!;
        var room = host.Link.Room.Value;
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, room);
        await using var eve = await HubClient.JoinAsync(hub, _eve.Did, room);

        await eve.SendAsync(ClientFrames.Publish(host.Link.Room, guest.Hello));

        Assert.Null(host.Receive((await ada.ReadAsync("publish"))["data"]!, Now));
        Assert.Equal(PairingHostPhase.Waiting, host.Phase);
    }

    [Fact]
    public async Task A_meeting_that_is_recorded_and_played_back_opens_nothing()
    {
        await using var hub = await HubFixture.StartAsync();
        using var host = Host();
        var room = host.Link.Room;
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, room.Value);
        List<JsonValue> tape = [];
        await using (var phone = await HubClient.JoinAsync(hub, _newPhone.Did, room.Value))
        {
            using var guest = PairingGuest.Begin(host.Link, "Phone", new byte[32], Now)!;
            await phone.SendAsync(ClientFrames.Publish(room, guest.Hello));
            var hello = (await ada.ReadAsync("publish"))["data"]!;
            var (seen, given) = (host.Receive(hello, Now)!, host.Approve(Now)!);
            guest.Receive(seen, Now);
            guest.Receive(given, Now);
            guest.Secret!.Dispose();
            tape.AddRange([hello, seen, given, guest.Confirm()]);
        }

        using var next = Host(2);
        using var guestOfNext = PairingGuest.Begin(next.Link, "Phone", new byte[32], Now)!;
        await using var eve = await HubClient.JoinAsync(hub, _eve.Did, room.Value);
        foreach (var message in tape)
        {
            await eve.SendAsync(ClientFrames.Publish(room, message));
            var played = (await ada.ReadAsync("publish"))["data"]!;
            Assert.Null(next.Receive(played, Now));
            Assert.Null(guestOfNext.Receive(played, Now));
        }

        Assert.Equal((PairingHostPhase.Waiting, PairingGuestPhase.Calling), (next.Phase, guestOfNext.Phase));
    }

    [Fact]
    public async Task The_room_takes_small_messages_few_of_them_and_nothing_else()
    {
        await using var hub = await HubFixture.StartAsync(static o => o.Limits.FramesPerSecondMax = 10_000);
        using var host = Host();
        var room = host.Link.Room.Value;
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, room);
        await using var eve = await HubClient.JoinAsync(hub, _eve.Did, room);

        await eve.SendAsync(Message(room, new string('x', PairingLimits.FrameBytesMax)));
        await eve.SendAsync($$$"""{"type":"publish","topic":"{{{room}}}","data":{"type":"chat"}}""");
        await eve.SendAsync(ClientFrames.Awareness(new(room), "p", [0]));
        await eve.SendAsync(Author.Frame(_eve.Create(Schemas.Page, ("title", JsonValue.Of("kept?"))), room));
        Assert.Equal(["error", "error", "error", "node-error"], (await eve.ReadUntilPongAsync()).Select(static f => f["type"]!.Text));
        await eve.SendAsync(ClientFrames.SyncRequest(new(room), 0, 0, null));
        Assert.Empty((await eve.ReadAsync("node-sync-response"))["changes"]!.Items);

        for (var i = 0; i < PairingLimits.MessagesPerMinuteMax + 40; i++)
        {
            await eve.SendAsync(Message(room));
        }

        Assert.Equal(40, (await eve.ReadUntilPongAsync()).Count(static f => f["type"]!.Text == "error"));
        Assert.Equal(PairingLimits.MessagesPerMinuteMax, (await ada.ReadUntilPongAsync()).Count);
    }

    [Fact]
    public async Task Nobody_sits_in_many_rooms_at_once_and_what_only_begins_like_one_is_none()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var eve = await HubClient.JoinAsync(hub, _eve.Did);
        RoomId[] rooms = [.. Enumerable.Range(0, PairingLimits.RoomsMax + 1).Select(static i => RoomNames.Pairing(Enumerable.Repeat((byte)i, 32).ToArray()))];

        await eve.SendAsync(ClientFrames.Subscribe(rooms));
        await eve.ReadAsync("error");
        await eve.SubscribeAsync([.. rooms.Skip(1).Select(static r => r.Value)]);

        var longer = rooms[0].Value + "A";
        await eve.SubscribeAsync(longer);
        await eve.SendAsync(Message(longer));
        Assert.Equal("INVALID_CHANGE", (await eve.ReadAsync("node-error"))["code"]!.Text);
    }

    private UcanToken OfPhone(HubFixture hub) => Tokens.OfDevice(_phone, Tokens.Delegation(_ada, _phone, hub), hub);

    private static Change SignOut(Author who, string device) => who.Create(
        Schemas.Device, ("device", JsonValue.Of(device)), ("name", JsonValue.Of("x")), ("signedOut", JsonValue.True));

    private static string Message(string room, string step = "x") =>
        $$$"""{"type":"publish","topic":"{{{room}}}","data":{"type":"pair","do":"{{{step}}}","box":"AAAA"}}""";

    private static PairingHost Host(byte seed = 1) => new(
        KeySecret.From(KeyOrigin.Words, new byte[32]), "Ada", null, Enumerable.Repeat(seed, PairingHost.RandomBytes).ToArray(), Now);
}
