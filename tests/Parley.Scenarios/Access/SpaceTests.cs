using Parley.Access;
using Parley.Ids;
using Parley.Nodes;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Access;

/// <summary>Spaces, invites and private channels between real clients.</summary>
public sealed class SpaceTests : IAsyncDisposable
{
    private readonly AccessScene _scene = new();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task An_owner_invites_two_by_link_one_while_offline()
    {
        var alice = await _scene.OpenAsync("Alice");
        var bob = await _scene.OpenAsync("Bob");
        var carol = await _scene.OpenAsync("Carol");
        var space = await alice.Client.Spaces.CreateAsync("The workshop");
        var mine = alice.Client.Spaces.Open(space);
        Assert.Equal(AccessRole.Owner, mine.State.Value.Role);
        Assert.Equal([space], alice.Client.Spaces.All.Value);
        Assert.Equal("The workshop", (await alice.Client.Nodes.FindAsync(space))!.Text("name"));

        var link = "https://app.example/#" + await mine.InviteAsync(AccessScene.Later, uses: 2);
        var general = RoomNames.ThreadOf(space);
        await AccessScene.GeneralOf(alice, space).SendAsync("welcome");
        Assert.Equal(space, await bob.Client.JoinAsync(Invite.Parse(link)));
        await AccessScene.SeesTextsAsync(bob, general, "welcome");

        await alice.Client.SettleAsync();
        _scene.Cut(alice);
        await carol.Client.JoinAsync(Invite.Parse(link));
        await AccessScene.SeesMembersAsync(bob, space, 3);
        await AccessScene.GeneralOf(carol, space).SendAsync("in, and nobody had to open");
        await AccessScene.SeesTextsAsync(bob, general, "welcome", "in, and nobody had to open");

        _scene.Heal(alice);
        await AccessScene.SeesMembersAsync(alice, space, 3);
        await AccessScene.SeesTextsAsync(alice, general, "welcome", "in, and nobody had to open");
        Assert.Equal([space], carol.Client.Spaces.All.Value);
    }

    [Fact]
    public async Task Of_a_private_channel_a_third_person_has_not_a_byte()
    {
        var alice = await _scene.OpenAsync("Alice");
        var bob = await _scene.OpenAsync("Bob");
        var carol = await _scene.OpenAsync("Carol");
        var space = await AccessScene.SpaceOfAsync(alice, bob, carol);
        var secret = await alice.Client.Channels.CreatePrivateAsync(space, "surprise", [bob.Id]);
        await alice.Client.Channels.Open(secret).SendAsync("a cake for Carol");
        await AccessScene.GeneralOf(alice, space).SendAsync("hello all");
        await AccessScene.SeesTextsAsync(carol, RoomNames.ThreadOf(space), "hello all");

        var bytes = await _scene.StoreOf(carol).ReadAsync([new("SELECT count(*) FROM change_log WHERE instr(wire, ?1) > 0", secret.Value), new("SELECT count(*) FROM held"), new("SELECT count(*) FROM room WHERE instr(name, ?1) > 0", secret.Value)]);
        Assert.All(bytes, answer => Assert.Equal(0L, answer.Rows[0][0]));
        var channel = await alice.Client.Nodes.FindAsync(secret);
        Assert.Equal("surprise", channel!.Text("name"));
        var refused = await Assert.ThrowsAsync<ParleyException>(() => carol.Client.Channels.Open(secret).SendAsync("what is it?"));
        Assert.Equal(ParleyErrorCode.Forbidden, refused.Code);
    }

    [Fact]
    public async Task Roles_are_given_lowered_and_asked_for()
    {
        var alice = await _scene.OpenAsync("Alice");
        var bob = await _scene.OpenAsync("Bob");
        var carol = await _scene.OpenAsync("Carol");
        var space = await AccessScene.SpaceOfAsync(alice, bob, carol);
        var refused = await Assert.ThrowsAsync<ParleyException>(() => bob.Client.Spaces.Open(space).RevokeAsync(carol.Id));
        Assert.Equal(ParleyErrorCode.Forbidden, refused.Code);

        var mine = alice.Client.Spaces.Open(space);
        await mine.GrantAsync(bob.Id, AccessRole.Admin);
        await Eventually.SeesAsync(() => bob.Client.Spaces.Open(space).State.Value.Role, role => role == AccessRole.Admin);
        await mine.GrantAsync(bob.Id, AccessRole.Member);
        await Eventually.SeesAsync(() => bob.Client.Spaces.Open(space).State.Value.Role, role => role == AccessRole.Member);

        await mine.SetPolicyAsync(new() { Post = AccessRole.Admin });
        await Eventually.SeesAsync(() => bob.Client.Spaces.Open(space).State.Value.Policy.Post, post => post == AccessRole.Admin);
        var silent = await Assert.ThrowsAsync<ParleyException>(() => AccessScene.GeneralOf(bob, space).SendAsync("may I?"));
        Assert.Equal(Reason.InsufficientRole, silent.Reason);
        await AccessScene.GeneralOf(alice, space).SendAsync("order");
        await AccessScene.SeesTextsAsync(bob, RoomNames.ThreadOf(space), "order");
    }

    [Fact]
    public async Task An_open_channel_has_the_rights_of_its_space()
    {
        var alice = await _scene.OpenAsync("Alice");
        var bob = await _scene.OpenAsync("Bob");
        var space = await AccessScene.SpaceOfAsync(alice, bob);
        var channel = await bob.Client.Channels.CreateAsync(space, "plans");
        await bob.Client.Channels.Open(channel).SendAsync("first plan");
        await AccessScene.SeesTextsAsync(alice, channel, "first plan");

        var mallory = new Person("Mallory");
        _scene.Hub.Offer(RoomNames.Channel(channel), await mallory.MessageAsync(channel, "buy this", lamport: 50));
        await alice.Client.Channels.Open(channel).SendAsync("second plan");
        await AccessScene.SeesTextsAsync(bob, channel, "first plan", "second plan");
        Assert.DoesNotContain("buy this", await AccessScene.TextsAsync(alice, channel));
    }

    [Fact]
    public async Task An_admin_takes_a_message_off_everybodys_screen()
    {
        var alice = await _scene.OpenAsync("Alice");
        var bob = await _scene.OpenAsync("Bob");
        var space = await AccessScene.SpaceOfAsync(alice, bob);
        var rude = await AccessScene.GeneralOf(bob, space).SendAsync("rude words");
        await AccessScene.SeesTextsAsync(alice, RoomNames.ThreadOf(space), "rude words");
        await AccessScene.GeneralOf(alice, space).RedactAsync(rude);
        await Eventually.SeesAsync(() => bob.Client.Nodes.FindAsync(rude), message => message!.Flag("redacted"));

        var kind = await AccessScene.GeneralOf(alice, space).SendAsync("kind words");
        await AccessScene.SeesTextsAsync(bob, RoomNames.ThreadOf(space), "", "kind words");
        await Assert.ThrowsAsync<ParleyException>(() => AccessScene.GeneralOf(bob, space).RedactAsync(kind));
    }

    [Fact]
    public async Task A_conversation_begun_offline_on_both_sides_is_one()
    {
        var alice = await _scene.OpenAsync("Alice");
        var bob = await _scene.OpenAsync("Bob");
        _scene.Cut(alice);
        _scene.Cut(bob);
        var mine = await alice.Client.Channels.OpenDirectAsync([bob.Id]);
        var his = await bob.Client.Channels.OpenDirectAsync([alice.Id]);
        Assert.Equal(mine, his);
        await alice.Client.Channels.Open(mine).SendAsync("are you there?");
        await bob.Client.Channels.Open(his).SendAsync("hello?");
        _scene.Heal(alice);
        _scene.Heal(bob);
        foreach (var person in new[] { alice, bob })
        {
            await AccessScene.SeesTextsAsync(person, mine, "are you there?", "hello?");
            await AccessScene.SeesMembersAsync(person, mine, 2);
        }

        var carol = new Person("Carol");
        _scene.Hub.Offer(RoomNames.Channel(mine), await carol.MessageAsync(mine, "me too", lamport: 90));
        await bob.Client.Channels.Open(his).SendAsync("just us");
        await AccessScene.SeesTextsAsync(alice, mine, "are you there?", "hello?", "just us");
    }

    [Fact]
    public async Task Who_is_removed_keeps_the_past_and_hears_no_more()
    {
        var alice = await _scene.OpenAsync("Alice");
        var bob = await _scene.OpenAsync("Bob");
        var space = await AccessScene.SpaceOfAsync(alice, bob);
        var general = RoomNames.ThreadOf(space);
        await AccessScene.GeneralOf(alice, space).SendAsync("hello Bob");
        await AccessScene.SeesTextsAsync(bob, general, "hello Bob");
        await alice.Client.Spaces.Open(space).RevokeAsync(bob.Id);
        await Eventually.SeesAsync(bob.Client.Spaces.Open(space).State, state => state is { HasLeft: true, Role: null });
        Assert.Empty(bob.Client.Spaces.All.Value);
        foreach (var room in new[] { RoomNames.Space(space.Value), RoomNames.Channel(general) })
        {
            await Eventually.SeesAsync(() => _scene.Hub.SubscribersOf(room.Value), count => count == 1);
        }

        // Opening it again does not follow it again.
        var chat = AccessScene.GeneralOf(bob, space);
        await alice.Client.Channels.Open(general).SendAsync("Bob is gone");
        await alice.Client.SettleAsync();
        Assert.Equal(["hello Bob"], await AccessScene.TextsAsync(bob, general));
        await Assert.ThrowsAsync<ParleyException>(() => chat.SendAsync("wait"));

        // Who comes back reads what was missed.
        await alice.Client.Spaces.Open(space).GrantAsync(bob.Id);
        await bob.Client.JoinAsync(await alice.Client.Spaces.Open(space).InviteAsync(AccessScene.Later));
        await AccessScene.SeesTextsAsync(bob, general, "hello Bob", "Bob is gone");
        Assert.Equal([space], bob.Client.Spaces.All.Value);
    }

    [Fact]
    public async Task A_restart_keeps_who_is_in_and_what_they_said()
    {
        using var folder = new TemporaryFolder();
        var alice = await _scene.OpenAsync("Alice", Native.Storage.SqliteStore.At(folder["alice.db"]));
        var bob = await _scene.OpenAsync("Bob");
        var space = await AccessScene.SpaceOfAsync(alice, bob);
        await AccessScene.GeneralOf(bob, space).SendAsync("before");
        await AccessScene.SeesTextsAsync(alice, RoomNames.ThreadOf(space), "before");
        var invite = await alice.Client.Spaces.Open(space).InviteAsync(AccessScene.Later);
        await alice.CloseAsync();
        await AccessScene.GeneralOf(bob, space).SendAsync("meanwhile");

        alice = await _scene.OpenAsync("Alice", Native.Storage.SqliteStore.At(folder["alice.db"]));
        var state = alice.Client.Spaces.Open(space).State.Value;
        Assert.Equal(2, state.Members.Count);
        Assert.Equal(AccessRole.Owner, state.Role);
        Assert.Equal([space], alice.Client.Spaces.All.Value);
        Assert.Single(state.Invites, open => open.Used == 0);
        await AccessScene.SeesTextsAsync(alice, RoomNames.ThreadOf(space), "before", "meanwhile");
        var carol = await _scene.OpenAsync("Carol");
        await carol.Client.JoinAsync(invite);
        await alice.CloseAsync();
    }

    [Fact]
    public void The_link_of_an_invite_is_read_back()
    {
        var invite = new Invite(new NodeId("sp-abcaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), new byte[32]);
        Assert.Equal(invite, Invite.Parse(invite.ToString()));
        Assert.Equal(invite, Invite.Parse("https://app.example/some/path#" + invite));
        Assert.Equal(invite, Invite.Parse("#" + invite));
        Assert.All(
            ["", "#", "join=sp-abcaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "join=sp-abcaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.", "join=main.AAAA", invite.ToString()[..^1], invite + "A", "join=dm-" + new string('a', 40) + invite.ToString()[invite.ToString().IndexOf('.')..]],
            text => Assert.False(Invite.TryParse(text, out _), text));
    }
}
