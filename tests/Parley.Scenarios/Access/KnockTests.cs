using Parley.Access;
using Parley.Ids;
using Parley.Nodes;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Access;

/// <summary>How people learn of channels and conversations that others opened with them.</summary>
public sealed class KnockTests : IAsyncDisposable
{
    private readonly AccessScene _scene = new();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Who_is_added_to_a_private_channel_of_their_space_gets_it()
    {
        var alice = await _scene.OpenAsync("Alice");
        var bob = await _scene.OpenAsync("Bob");
        var carol = await _scene.OpenAsync("Carol");
        var space = await AccessScene.SpaceOfAsync(alice, bob, carol);
        var secret = await alice.Client.Channels.CreatePrivateAsync(space, "plans", [bob.Id]);
        await alice.Client.Channels.Open(secret).SendAsync("for Bob");
        await AccessScene.SeesTextsAsync(bob, secret, "for Bob");
        Assert.Equal("plans", (await bob.Client.Nodes.FindAsync(secret))!.Text("name"));
        Assert.Empty(bob.Client.Requests.All.Value);

        // Somebody who comes later reads it from the start.
        await alice.Client.Spaces.Open(secret).GrantAsync(carol.Id);
        await AccessScene.SeesTextsAsync(carol, secret, "for Bob");
        await carol.Client.Channels.Open(secret).SendAsync("and for me");
        await AccessScene.SeesTextsAsync(bob, secret, "for Bob", "and for me");
    }

    [Fact]
    public async Task A_stranger_is_asked_about_before_anything_of_theirs_comes()
    {
        var alice = await _scene.OpenAsync("Alice");
        var bob = await _scene.OpenAsync("Bob");
        var conversation = await alice.Client.Channels.OpenDirectAsync([bob.Id]);
        await alice.Client.Channels.Open(conversation).SendAsync("you do not know me");
        var request = (await Eventually.SeesAsync(bob.Client.Requests.All, requests => requests.Count == 1))[0];
        Assert.Equal((alice.Id, conversation), (request.From, request.Domain));
        Assert.Empty(await AccessScene.TextsAsync(bob, conversation));
        Assert.InRange(_scene.Hub.SubscribersOf(RoomNames.Channel(conversation).Value), 0, 1);

        await bob.Client.Requests.AcceptAsync(request);
        await AccessScene.SeesTextsAsync(bob, conversation, "you do not know me");
        await Eventually.SeesAsync(bob.Client.Requests.All, requests => requests.Count == 0);
        await bob.Client.Channels.Open(conversation).SendAsync("now I do");
        await AccessScene.SeesTextsAsync(alice, conversation, "you do not know me", "now I do");
    }

    [Fact]
    public async Task A_second_device_finds_everything_that_its_person_is_in()
    {
        var alice = await _scene.OpenAsync("Alice");
        var bob = await _scene.OpenAsync("Bob");
        var space = await AccessScene.SpaceOfAsync(alice, bob);
        var secret = await alice.Client.Channels.CreatePrivateAsync(space, "plans", [bob.Id]);
        var conversation = await bob.Client.Channels.OpenDirectAsync([alice.Id]);
        await alice.Client.Channels.Open(secret).SendAsync("in the channel");
        await AccessScene.GeneralOf(alice, space).SendAsync("in the space");
        await bob.Client.Channels.Open(conversation).SendAsync("between us");
        await AccessScene.SeesTextsAsync(bob, secret, "in the channel");

        await using var phone = new Person("Bob");
        await phone.OpenAsync(hub: new Uri("ws://hub.test/sync"), links: _scene.Hub);
        await AccessScene.SeesTextsAsync(phone, secret, "in the channel");
        await AccessScene.SeesTextsAsync(phone, RoomNames.ThreadOf(space), "in the space");
        await AccessScene.SeesTextsAsync(phone, conversation, "between us");
        Assert.Empty(phone.Client.Requests.All.Value);

        await bob.Client.Spaces.Open(space).LeaveAsync();
        await Eventually.SeesAsync(() => phone.Client.Spaces.Open(space).State.Value.HasLeft, left => left);
        await Eventually.SeesAsync(() => phone.Client.Spaces.All.Value.Count, count => count == 0);
    }

    [Fact]
    public async Task What_is_declined_does_not_come_back()
    {
        using var folder = new TemporaryFolder();
        var alice = await _scene.OpenAsync("Alice");
        var bob = await _scene.OpenAsync("Bob", Native.Storage.SqliteStore.At(folder["bob.db"]));
        var conversation = await alice.Client.Channels.OpenDirectAsync([bob.Id]);
        var request = (await Eventually.SeesAsync(bob.Client.Requests.All, requests => requests.Count == 1))[0];
        await bob.Client.Requests.DeclineAsync(request);
        await Eventually.SeesAsync(bob.Client.Requests.All, requests => requests.Count == 0);
        await bob.CloseAsync();
        bob = await _scene.OpenAsync("Bob", Native.Storage.SqliteStore.At(folder["bob.db"]));
        await bob.Client.SettleAsync();
        Assert.Empty(bob.Client.Requests.All.Value);
        Assert.InRange(_scene.Hub.SubscribersOf(RoomNames.Channel(conversation).Value), 0, 1);
        await bob.CloseAsync();
    }

    [Fact]
    public async Task What_a_blocked_person_made_is_hidden_until_they_are_unblocked()
    {
        using var folder = new TemporaryFolder();
        var alice = await _scene.OpenAsync("Alice", Native.Storage.SqliteStore.At(folder["alice.db"]));
        var bob = await _scene.OpenAsync("Bob");
        var general = RoomNames.ThreadOf(new NodeId(RoomNames.MainSpace));
        await bob.Client.Channels.Open(general).SendAsync("first");
        await alice.Client.Channels.Open(general).SendAsync("mine");
        await AccessScene.SeesTextsAsync(alice, general, "first", "mine");
        using var newest = alice.Client.Nodes.Watch(alice.Client.Channels.Open(general).Newest(10));
        await Eventually.SeesAsync(() => newest.Value.Count, count => count == 2);

        await alice.Client.Requests.BlockAsync(bob.Id);
        await Eventually.SeesAsync(() => newest.Value.Count, count => count == 1);
        Assert.Equal(["mine"], await AccessScene.TextsAsync(alice, general));
        await Eventually.SeesAsync(alice.Client.Requests.Blocked, blocked => blocked.SequenceEqual([bob.Id]));
        await bob.Client.Channels.OpenDirectAsync([alice.Id]);
        await bob.Client.Channels.Open(general).SendAsync("second");
        await bob.Client.SettleAsync();
        await alice.CloseAsync();

        alice = await _scene.OpenAsync("Alice", Native.Storage.SqliteStore.At(folder["alice.db"]));
        await alice.Client.SettleAsync();
        Assert.Equal(["mine"], await AccessScene.TextsAsync(alice, general));
        Assert.Empty(alice.Client.Requests.All.Value);
        await alice.Client.Requests.UnblockAsync(bob.Id);
        await AccessScene.SeesTextsAsync(alice, general, "first", "mine", "second");
        await Eventually.SeesAsync(alice.Client.Requests.All, requests => requests.Count == 1);
        await alice.CloseAsync();
    }

    [Fact]
    public async Task A_knock_in_somebody_elses_name_is_refused()
    {
        await using var alice = await LoneReplica.OpenAsync(new Person("Alice"), new Random(1));
        await using var bob = new Person("Bob");
        await using var mallory = new Person("Mallory");
        var knock = await bob.ChangeAsync(
            new("knock"), Schemas.Knock, $$"""{"to":"{{alice.Id.Value}}","domain":"{{RoomNames.DirectMessage([alice.Id, bob.Id]).Value}}"}""", 3, first: true);
        await alice.ReceiveAsync(RoomNames.Knock(alice.Id), knock);
        await alice.ReceiveAsync(RoomNames.Knock(alice.Id), await mallory.ChangeAsync(new("knock"), Schemas.Knock, """{"domain":"dm-mineaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", 4));
        var found = (await alice.FindAsync(new("knock")))!;
        Assert.Equal(RoomNames.Knock(alice.Id), found.Room);
        Assert.NotEqual("dm-mineaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", found.Text("domain"));
    }
}
