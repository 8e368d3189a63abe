using Parley.Access;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Presence;
using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Attacks;

/// <summary>What people without the right try at a hub. Each is refused with its code, and the room holds what it held.</summary>
public sealed class MembershipAttacks() : ThreeAtAHub(new ManualTime())
{
    /// <summary>Ann owns the space, Bob is a member, Eve is nobody.</summary>
    private protected override Task BeginAsync() =>
        AccessStory.StoreAsync(Ann, Story.Root, Story.PlazaNode(), Story.Do(Story.Ann, Story.Space, d => d.Grant(Story.Bob.Person, AccessRole.Member)));

    [Trait("weak-spot", "W1")]
    [Fact]
    public async Task A_stranger_reads_no_space_private_channel_or_direct_message_and_cannot_tell_which_exist()
    {
        var channel = Story.Channel(Story.Ann, out var channelRoot);
        var dm = Story.DirectMessage(Story.Ann, Story.Bob, out var dmRoot);
        await AccessStory.StoreAsync(Ann, channelRoot, dmRoot);
        string[] known = [Story.SpaceRoom, RoomNames.Channel(channel.Domain).Value, RoomNames.Channel(dm.Domain).Value];
        string[] unknown = ["xnet-workspace-sp-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "xnet-channel-sc-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "xnet-channel-dm-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"];

        foreach (var room in known.Concat(unknown))
        {
            Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Eve, room));
            await Eve.SendAsync(ClientFrames.Subscribe([new(room)]));
            Assert.Equal(["subscribed", "auth-denied"], (await Eve.ReadUntilPongAsync()).Select(static f => f["type"]!.Text));
        }

        await AccessStory.StoreAsync(Ann, Story.Say(Story.Ann, "not for eve", channel, channel.Domain), Story.Say(Story.Ann, "nor this", dm, dm.Domain));
        Assert.Empty(await Eve.ReadUntilPongAsync());
    }

    [Fact]
    public async Task A_stranger_writes_into_no_space_private_channel_or_direct_message()
    {
        var channel = Story.Channel(Story.Ann, out var channelRoot);
        var dm = Story.DirectMessage(Story.Ann, Story.Bob, out var dmRoot);
        await AccessStory.StoreAsync(Ann, channelRoot, dmRoot);

        await AccessStory.RefusedAsync(Eve, Story.Say(Story.Eve, "in the plaza"), "UNAUTHORIZED", "not-a-member", Ann);
        await AccessStory.RefusedAsync(Eve, Story.Say(Story.Eve, "in private", channel, channel.Domain), "UNAUTHORIZED", "not-a-member", Ann);
        await AccessStory.RefusedAsync(Eve, Story.Say(Story.Eve, "between two", dm, dm.Domain), "UNAUTHORIZED", "not-a-member", Ann);
        // Bob is in the space, which says nothing about its private channels.
        await AccessStory.RefusedAsync(Bob, Story.Say(Story.Bob, "let me in", channel, channel.Domain), "UNAUTHORIZED", "not-a-member", Ann);
        // A member's socket does not lend its right to what a stranger signed.
        await AccessStory.RefusedAsync(Bob, Story.Say(Story.Eve, "by bob's hand"), "WRITE_FORBIDDEN", "not-a-member", Ann);
    }

    /// <summary>W6: an edge that a person made about themselves gave them the role it named.</summary>
    [Trait("weak-spot", "W6")]
    [Fact]
    public async Task A_role_that_somebody_gives_themselves_is_none()
    {
        var edge = Story.Ordinary(
            Story.Eve, new("eves-membership"), "xnet://xnet.fyi/SpaceMembership@1.0.0", null, null,
            ("space", JsonValue.Of(Story.Space.Domain.Value)), ("member", JsonValue.Of(Story.Eve.Did)), ("role", JsonValue.Of("owner")));
        await Eve.SendAsync(Author.Frame(edge));
        Assert.Equal(("UNAUTHORIZED", "not-a-member", 0), await AccessStory.AnswerAsync(Eve, edge.Hash));
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Eve, Story.SpaceRoom));

        await AccessStory.RefusedAsync(Eve, Grant(Story.Eve, Story.Root.Hash, Story.Eve, "owner"), "WRITE_FORBIDDEN", "no-authority", Ann);
        var bobs = Story.Space.Now.Seats.Single(s => s.Person == Story.Bob.Person).Grant;
        await AccessStory.RefusedAsync(Bob, Grant(Story.Bob, bobs, Story.Bob, "owner"), "WRITE_FORBIDDEN", "insufficient-role", Ann);
        await AccessStory.RefusedAsync(Bob, Grant(Story.Bob, Story.Root.Hash, Story.Eve, "member"), "WRITE_FORBIDDEN", "no-authority", Ann);
    }

    [Fact]
    public async Task A_removed_member_gets_not_a_byte_more_and_writes_nothing_whatever_its_lamport_time()
    {
        var (plaza, presence, call) = (Story.PlazaRoom, "xnet-doc-presence-" + Story.Space.Domain, "call:" + Story.Plaza);
        var early = Story.Say(Story.Bob, "written before", lamport: 4);
        await Bob.SubscribeAsync(Story.SpaceRoom, plaza, presence, call);
        await AccessStory.StoreAsync(Ann, Story.Say(Story.Ann, "all of you"));
        Assert.Single(await Bob.ReadUntilPongAsync());

        await AccessStory.StoreAsync(Ann, Story.Do(Story.Ann, Story.Space, d => d.Revoke(Story.Bob.Person)), Story.Say(Story.Ann, "he is gone"));
        await Ann.SubscribeAsync(presence, call);
        await Ann.SendAsync(ClientFrames.Publish(new(call), Signal(Story.Ann, "announce")));
        await Ann.ReadUntilPongAsync();

        var last = await Bob.ReadUntilPongAsync();
        Assert.All(last, static f => Assert.Equal("auth-denied", f["type"]!.Text));
        Assert.Equal(new[] { Story.SpaceRoom, plaza, presence, call }.Order(), last.Select(static f => f["resource"]!.Text).Order());
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Bob, plaza));
        await AccessStory.RefusedAsync(Bob, early, "WRITE_FORBIDDEN", "removed", Ann);
        await AccessStory.RefusedAsync(Bob, Story.Say(Story.Bob, "after"), "WRITE_FORBIDDEN", "removed", Ann);
        await Bob.SendAsync(ClientFrames.Publish(new(call), Signal(Story.Bob, "announce")));
        Assert.Equal("UNAUTHORIZED", (await Bob.ReadAsync("node-error"))["code"]!.Text);
        // The same words from a member's replica are a delayed message, which nobody can tell from an honest one.
        await AccessStory.StoreAsync(Ann, early);
    }

    [Fact]
    public async Task A_removed_member_reads_the_log_as_far_as_their_removal_and_a_stranger_none_of_it()
    {
        var removal = Story.Do(Story.Ann, Story.Space, d => d.Revoke(Story.Bob.Person));
        await AccessStory.StoreAsync(Ann, removal, Story.Say(Story.Ann, "he is gone"));
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Eve, Story.SpaceRoom));
        var after = Story.Do(Story.Ann, Story.Space, d => d.Grant(Story.Eve.Person, AccessRole.Member));
        await AccessStory.StoreAsync(Ann, after);

        var read = await AccessStory.PageAsync(Bob, Story.SpaceRoom);

        Assert.Equal(removal.Hash.ToString(), read[^1]);
        Assert.Contains(Story.Root.Hash.ToString(), read);
        Assert.DoesNotContain(after.Hash.ToString(), await AccessStory.PageAsync(Bob, Story.SpaceRoom));
    }

    [Fact]
    public async Task What_a_removed_member_showed_is_taken_off()
    {
        var presence = "xnet-doc-presence-" + Story.Space.Domain;
        await using var watch = await HubClient.JoinAsync(Hub, Story.Ann.Did, presence);
        await Bob.SubscribeAsync(presence);
        await Bob.SendAsync(ClientFrames.Awareness(new(presence), "bob's tab", AwarenessCodec.Encode([new(7, 1, JsonValue.EmptyObject)])));
        await watch.ReadAsync("publish");

        await AccessStory.StoreAsync(Ann, Story.Do(Story.Ann, Story.Space, d => d.Revoke(Story.Bob.Person)));

        var update = Convert.FromBase64String((await watch.ReadAsync("publish"))["data"]!["update"]!.Text!);
        Assert.True(AwarenessCodec.TryDecode(update, out var entries));
        Assert.Equal((7UL, null), (Assert.Single(entries).Client, entries[0].State));
        await Bob.SendAsync(ClientFrames.Awareness(new(presence), "bob's tab", AwarenessCodec.Encode([new(7, 5, JsonValue.EmptyObject)])));
        Assert.Equal("UNAUTHORIZED", (await Bob.ReadAsync("node-error"))["code"]!.Text);
        Assert.Empty(await watch.ReadUntilPongAsync());
    }

    [Fact]
    public async Task A_removal_from_the_space_ends_its_private_channels_and_a_new_grant_wakes_only_the_space()
    {
        var channel = Story.Channel(Story.Ann, out var root);
        var room = RoomNames.Channel(channel.Domain).Value;
        await AccessStory.StoreAsync(Ann, root, Story.Do(Story.Ann, channel, d => d.Grant(Story.Bob.Person, AccessRole.Member)));
        await Bob.SubscribeAsync(room, Story.SpaceRoom);

        await AccessStory.StoreAsync(Ann, Story.Do(Story.Ann, Story.Space, d => d.Revoke(Story.Bob.Person)));
        Assert.Equal(["auth-denied", "auth-denied"], (await Bob.ReadUntilPongAsync()).Select(static f => f["type"]!.Text));

        await AccessStory.StoreAsync(Ann, Story.Do(Story.Ann, Story.Space, d => d.Grant(Story.Bob.Person, AccessRole.Member)));
        var woken = Assert.Single(await Bob.ReadUntilPongAsync(), static f => f["type"]!.Text == "subscribed");
        Assert.Equal([Story.SpaceRoom], woken["topics"]!.Items.Select(static t => t.Text));
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Bob, room));
    }

    [Fact]
    public async Task An_invite_lets_in_whoever_proves_it_in_time_and_nobody_else()
    {
        var expires = Story.Ann.WallTime + 60_000;
        var invite = Story.Invite(Story.Space, expires, uses: 1);
        await AccessStory.StoreAsync(Ann, invite);

        await AccessStory.RefusedAsync(Eve, Admit(Story.Eve, invite, Story.Eve, new byte[64]), "WRITE_FORBIDDEN", "bad-proof", Ann);
        var forCat = Story.Sign(InviteProof.BytesToSign(Story.Space.Domain, invite.Hash, Story.Cat.Person));
        await AccessStory.RefusedAsync(Eve, Admit(Story.Eve, invite, Story.Cat, forCat), "WRITE_FORBIDDEN", "not-joiner", Ann);
        await AccessStory.RefusedAsync(Eve, Admit(Story.Eve, invite, Story.Eve, forCat), "WRITE_FORBIDDEN", "bad-proof", Ann);
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Eve, Story.SpaceRoom, Story.Claim(Story.Space, Story.Cat)));
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Eve, Story.PlazaRoom, Story.Claim(Story.Space, Story.Eve) with { Proof = new byte[64] }));

        await using var cat = await HubClient.JoinAsync(Hub, Story.Cat.Did);
        var (first, second) = (Story.Admit(Story.Cat, Story.Space, invite), Story.Admit(Story.Eve, Story.Space, invite));
        await AccessStory.StoreAsync(cat, first);
        await AccessStory.RefusedAsync(Eve, second, "WRITE_FORBIDDEN", "invite-used-up", Ann);
    }

    [Fact]
    public async Task An_invite_that_ended_lets_nobody_in_whatever_their_clock_says()
    {
        var invite = Story.Invite(Story.Space, Story.Ann.WallTime + 60_000, uses: 10);
        var backDated = Story.Admit(Story.Eve, Story.Space, invite);
        await AccessStory.StoreAsync(Ann, invite);
        // Whoever is connected is idle for so long and cut off.
        await Eve.DisposeAsync();
        await Ann.DisposeAsync();
        await Bob.DisposeAsync();
        Time!.Advance(TimeSpan.FromMilliseconds(60_000 + 300_001));
        Ann = await HubClient.JoinAsync(Hub, Story.Ann.Did);
        Eve = await HubClient.JoinAsync(Hub, Story.Eve.Did);

        await AccessStory.RefusedAsync(Eve, backDated, "WRITE_FORBIDDEN", "invite-expired", Ann);
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Eve, Story.SpaceRoom, Story.Claim(Story.Space, Story.Eve)));
        // Somebody who could seat Eve anyhow may bring it: that is how a hub that lost its database is filled again.
        await AccessStory.StoreAsync(Ann, backDated);
    }

    [Fact]
    public async Task A_revoked_invite_lets_nobody_in()
    {
        var invite = Story.Invite(Story.Space, Story.Ann.WallTime + 600_000, uses: 10);
        await AccessStory.StoreAsync(Ann, invite, Story.Do(Story.Ann, Story.Space, d => d.RevokeInvite(invite.Hash)));
        var proof = Story.Sign(InviteProof.BytesToSign(Story.Space.Domain, invite.Hash, Story.Eve.Person));

        await AccessStory.RefusedAsync(Eve, Admit(Story.Eve, invite, Story.Eve, proof, Story.Space.Heads[0]), "WRITE_FORBIDDEN", "invite-closed", Ann);
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Eve, Story.SpaceRoom, Story.Claim(Story.Space, Story.Eve)));
        // As if it had not seen the end of it: valid, and void.
        await AccessStory.StoreAsync(Eve, Admit(Story.Eve, invite, Story.Eve, proof));
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Eve, Story.SpaceRoom));
    }

    [Fact]
    public async Task A_removed_member_does_not_come_back_by_an_older_link()
    {
        var invite = Story.Invite(Story.Space, Story.Ann.WallTime + 600_000, uses: 10);
        var admit = Story.Admit(Story.Bob, Story.Space, invite);
        await AccessStory.StoreAsync(Ann, invite, Story.Do(Story.Ann, Story.Space, d => d.Revoke(Story.Bob.Person)));

        await AccessStory.StoreAsync(Bob, admit);

        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Bob, Story.PlazaRoom));
        await AccessStory.RefusedAsync(Bob, Story.Say(Story.Bob, "back again"), "WRITE_FORBIDDEN", "removed", Ann);
    }

    [Fact]
    public async Task A_rival_root_is_no_root()
    {
        var (domain, by) = (Story.Space.Domain, Story.Eve);
        JsonValue Root(string who) => JsonValue.Object(
            ("v", JsonValue.Of(1)), ("t", JsonValue.Of("create")), ("dom", JsonValue.Of(domain.Value)), ("kind", JsonValue.Of("space")),
            ("by", JsonValue.Of(who)), ("n", JsonValue.Of(System.Buffers.Text.Base64Url.EncodeToString(AccessStory.Nonce(1)))));
        await AccessStory.RefusedAsync(Eve, Story.Forge(by, domain, Root(by.Did)), "WRITE_FORBIDDEN", "not-creator", Ann);
        await AccessStory.RefusedAsync(Eve, Story.Forge(by, domain, Root(Story.Ann.Did)), "WRITE_FORBIDDEN", "not-creator", Ann);
        // A private channel of a space in which she is not.
        var mine = DomainRoot.Channel(by.Person, AccessStory.Nonce(5), domain);
        var root = JsonValue.Object(
            ("v", JsonValue.Of(1)), ("t", JsonValue.Of("create")), ("dom", JsonValue.Of(mine.Value)), ("kind", JsonValue.Of("channel")),
            ("by", JsonValue.Of(by.Did)), ("n", JsonValue.Of(System.Buffers.Text.Base64Url.EncodeToString(AccessStory.Nonce(5)))), ("space", JsonValue.Of(domain.Value)),
            ("d", JsonValue.Array([JsonValue.Of(System.Buffers.Text.Base64Url.EncodeToString(Story.Root.Hash.ToBytes()))])));
        await AccessStory.RefusedAsync(Eve, Story.Forge(by, mine, root), "WRITE_FORBIDDEN", "not-in-space", Ann);
    }

    [Fact]
    public async Task An_operation_is_written_once_and_has_its_shape()
    {
        var end = Story.Do(Story.Ann, Story.Space, d => d.Grant(Story.Cat.Person, AccessRole.Member));
        await AccessStory.StoreAsync(Ann, end);
        await AccessStory.RefusedAsync(
            Ann, Story.Update(Story.Ann, end, Story.Space, ("content", JsonValue.Of("what operation?"))), "WRITE_FORBIDDEN", "write-once", Bob, Story.SpaceRoom);
        await AccessStory.RefusedAsync(Ann, Story.Forge(Story.Ann, Story.Space.Domain, JsonValue.Object(("v", JsonValue.Of(1)))), "INVALID_CHANGE", "malformed", Bob);
        await AccessStory.RefusedAsync(Ann, Story.Forge(Story.Ann, new("c1"), JsonValue.Object(("v", JsonValue.Of(1)))), "INVALID_CHANGE", "malformed", Bob);
    }

    /// <summary>Whoever came first with the id of a space's own node would keep its name from it.</summary>
    [Fact]
    public async Task A_node_with_the_id_of_a_space_or_private_channel_is_made_in_its_room_alone()
    {
        var channel = Story.Channel(Story.Ann, out var root);
        await AccessStory.StoreAsync(Ann, root);
        foreach (var id in new[] { Story.Space.Domain, channel.Domain })
        {
            var squat = Story.Eve.CreateUnproven(id.Value, Schemas.Page, ("title", JsonValue.Of("mine")), ("space", JsonValue.Of("main")));
            await AccessStory.RefusedAsync(Eve, squat, "INVALID_ROOM", "The change does not belong in this room.", Ann, "xnet-workspace-main");
        }

        var byMember = Story.Ordinary(Story.Bob, Story.Space.Domain, Schemas.Space, null, Story.Space, ("name", JsonValue.Of("bob's")));
        await AccessStory.RefusedAsync(Bob, byMember, "WRITE_FORBIDDEN", "insufficient-role", Ann);
        await AccessStory.StoreAsync(Ann, Story.Ordinary(Story.Ann, Story.Space.Domain, Schemas.Space, null, Story.Space, ("name", JsonValue.Of("ann's"))));
    }

    [Trait("weak-spot", "W22")]
    [Fact]
    public async Task A_message_is_not_replayed_into_another_room()
    {
        var channel = Story.Channel(Story.Ann, out var root);
        var said = Story.Say(Story.Ann, "in private", channel, channel.Domain);
        await AccessStory.StoreAsync(Ann, root, said);
        var other = Story.Say(Story.Ann, "also", channel, channel.Domain);

        await AccessStory.RefusedAsync(Ann, other, "INVALID_ROOM", "The change does not belong in this room.", Bob, Story.PlazaRoom);
        await AccessStory.RefusedAsync(Ann, other, "INVALID_ROOM", "The change does not belong in this room.", Bob, "xnet-workspace-main");
        await AccessStory.RefusedAsync(
            Bob, Story.Do(Story.Ann, Story.Space, d => d.Grant(Story.Cat.Person, AccessRole.Member)), "INVALID_ROOM",
            "The change does not belong in this room.", Ann, "xnet-workspace-main");
    }

    [Fact]
    public async Task The_people_of_a_channel_are_not_overwritten()
    {
        var members = JsonValue.Array([JsonValue.Of(Story.Ann.Did), JsonValue.Of(Story.Bob.Did)]);
        var withEve = JsonValue.Array([JsonValue.Of(Story.Ann.Did), JsonValue.Of(Story.Eve.Did)]);
        var node = Story.Ann.CreateUnproven("k3vZ0aQ", Schemas.Channel, ("kind", JsonValue.Of("channel")), ("visibility", JsonValue.Of("private")), ("members", members));
        await AccessStory.StoreAsync(Ann, node);
        var room = RoomNames.Channel(node.Node).Value;
        (string, JsonValue) hidden = ("visibility", JsonValue.Of("private")), kind = ("kind", JsonValue.Of("channel"));

        await AccessStory.RefusedAsync(Bob, Story.Update(Story.Bob, node, null, ("members", withEve)), "WRITE_FORBIDDEN", "immutable-field", Ann, room);
        await AccessStory.RefusedAsync(Eve, Story.Eve.CreateUnproven("k3vZ0aQ", Schemas.Channel, kind, hidden, ("members", withEve)), "UNAUTHORIZED", "not-a-member", Ann);
        // The same channel, said to be everybody's: it lives where it lives.
        await AccessStory.RefusedAsync(
            Eve, Story.Eve.CreateUnproven("k3vZ0aQ", Schemas.Channel, kind, ("space", JsonValue.Of("main"))), "INVALID_ROOM",
            "The change does not belong in this room.", Ann);
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Eve, room));

        var space = Story.Update(Story.Bob, Story.PlazaNode(), Story.Space, ("space", JsonValue.Of("main")));
        await AccessStory.RefusedAsync(Bob, space, "WRITE_FORBIDDEN", "immutable-field", Ann, Story.SpaceRoom);
        var topic = Story.Update(Story.Bob, Story.PlazaNode(), Story.Space, ("topic", JsonValue.Of("mine")));
        await AccessStory.RefusedAsync(Bob, topic, "WRITE_FORBIDDEN", "insufficient-role", Ann, Story.SpaceRoom);
    }

    [Fact]
    public async Task Presence_and_calls_are_for_members_and_rooms_are_not_wiped()
    {
        string[] topics = ["xnet-doc-presence-" + Story.Space.Domain, "xnet-doc-" + Story.Plaza, "call:" + Story.Plaza, "call:" + Story.Space.Domain];
        await Bob.SubscribeAsync(topics);
        await Eve.SendAsync(ClientFrames.Subscribe([.. topics.Select(static t => new RoomId(t))]));
        Assert.Equal(topics, (await Eve.ReadUntilPongAsync()).Where(static f => f["type"]!.Text == "auth-denied").Select(static f => f["resource"]!.Text));

        foreach (var topic in topics)
        {
            await Eve.SendAsync(ClientFrames.Publish(new(topic), Signal(Story.Eve, "leave")));
            Assert.Equal("UNAUTHORIZED", (await Eve.ReadAsync("node-error"))["code"]!.Text);
            await Bob.SendAsync(ClientFrames.Publish(new(topic), Signal(Story.Bob, "announce")));
        }

        await Bob.SendAsync($$"""{"type":"node-clear","room":"{{Story.SpaceRoom}}"}""");
        Assert.Equal("UNAUTHORIZED", (await Bob.ReadAsync("node-error"))["code"]!.Text);
        Assert.Empty(await Eve.ReadUntilPongAsync());
        Assert.Empty(await Bob.ReadUntilPongAsync());
        Assert.Equal(3, (await AccessStory.PageAsync(Ann, Story.SpaceRoom)).Count);
    }

    [Fact]
    public async Task An_operation_at_the_end_of_time_does_not_stop_the_log()
    {
        var sc = JsonValue.Object(
            ("v", JsonValue.Of(1)), ("t", JsonValue.Of("leave")), ("dom", JsonValue.Of(Story.Space.Domain.Value)),
            ("d", JsonValue.Array([JsonValue.Of(System.Buffers.Text.Base64Url.EncodeToString(Story.Space.Heads[0].ToBytes()))])));

        await AccessStory.RefusedAsync(Bob, Story.Forge(Story.Bob, Story.Space.Domain, sc, 1L << 48), "INVALID_LAMPORT", "lamport", Ann);
    }

    private static JsonValue Signal(Author who, string kind) =>
        JsonValue.Object(("kind", JsonValue.Of(kind)), ("from", JsonValue.Of(who.Did + "#1")));

    private Change Grant(Author by, ChangeHash authority, Author whom, string role) => Story.Forge(by, Story.Space.Domain, JsonValue.Object(
        ("v", JsonValue.Of(1)), ("t", JsonValue.Of("grant")), ("dom", JsonValue.Of(Story.Space.Domain.Value)),
        ("d", JsonValue.Array([Name(Story.Space.Heads[0])])), ("a", Name(authority)), ("s", JsonValue.Of(whom.Did)), ("role", JsonValue.Of(role))));

    private Change Admit(Author by, Change invite, Author whom, byte[] proof, ChangeHash? knows = null) => Story.Forge(by, Story.Space.Domain, JsonValue.Object(
        ("v", JsonValue.Of(1)), ("t", JsonValue.Of("admit")), ("dom", JsonValue.Of(Story.Space.Domain.Value)),
        ("d", JsonValue.Array([Name(knows ?? invite.Hash)])), ("inv", Name(invite.Hash)), ("s", JsonValue.Of(whom.Did)),
        ("proof", JsonValue.Of(System.Buffers.Text.Base64Url.EncodeToString(proof)))));

    private static JsonValue Name(ChangeHash hash) => JsonValue.Of(System.Buffers.Text.Base64Url.EncodeToString(hash.ToBytes()));
}
