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
public sealed class MembershipAttacks : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private AccessStory _story = null!;
    private HubFixture _hub = null!;
    private HubClient _ann = null!;
    private HubClient _bob = null!;
    private HubClient _eve = null!;

    /// <summary>Ann owns the space, Bob is a member, Eve is nobody.</summary>
    public async ValueTask InitializeAsync()
    {
        _story = new(_time.GetUtcNow().ToUnixTimeMilliseconds());
        _hub = await HubFixture.StartAsync(time: _time);
        _ann = await HubClient.JoinAsync(_hub, _story.Ann.Did);
        await AccessStory.StoreAsync(_ann, _story.Root, _story.PlazaNode(), _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Bob.Person, AccessRole.Member)));
        _bob = await HubClient.JoinAsync(_hub, _story.Bob.Did);
        _eve = await HubClient.JoinAsync(_hub, _story.Eve.Did);
    }

    public async ValueTask DisposeAsync()
    {
        await _ann.DisposeAsync();
        await _bob.DisposeAsync();
        await _eve.DisposeAsync();
        await _hub.DisposeAsync();
        _story.Dispose();
    }

    [Trait("weak-spot", "W1")]
    [Fact]
    public async Task A_stranger_reads_no_space_private_channel_or_direct_message_and_cannot_tell_which_exist()
    {
        var channel = _story.Channel(_story.Ann, out var channelRoot);
        var dm = _story.DirectMessage(_story.Ann, _story.Bob, out var dmRoot);
        await AccessStory.StoreAsync(_ann, channelRoot, dmRoot);
        string[] known = [_story.SpaceRoom, RoomNames.Channel(channel.Domain).Value, RoomNames.Channel(dm.Domain).Value];
        string[] unknown = ["xnet-workspace-sp-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "xnet-channel-sc-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "xnet-channel-dm-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"];

        foreach (var room in known.Concat(unknown))
        {
            Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_eve, room));
            await _eve.SendAsync(ClientFrames.Subscribe([new(room)]));
            Assert.Equal(["subscribed", "auth-denied"], (await _eve.ReadUntilPongAsync()).Select(static f => f["type"]!.Text));
        }

        await AccessStory.StoreAsync(_ann, _story.Say(_story.Ann, "not for eve", channel, channel.Domain), _story.Say(_story.Ann, "nor this", dm, dm.Domain));
        Assert.Empty(await _eve.ReadUntilPongAsync());
    }

    [Fact]
    public async Task A_stranger_writes_into_no_space_private_channel_or_direct_message()
    {
        var channel = _story.Channel(_story.Ann, out var channelRoot);
        var dm = _story.DirectMessage(_story.Ann, _story.Bob, out var dmRoot);
        await AccessStory.StoreAsync(_ann, channelRoot, dmRoot);

        await AccessStory.RefusedAsync(_eve, _story.Say(_story.Eve, "in the plaza"), "UNAUTHORIZED", "not-a-member", _ann);
        await AccessStory.RefusedAsync(_eve, _story.Say(_story.Eve, "in private", channel, channel.Domain), "UNAUTHORIZED", "not-a-member", _ann);
        await AccessStory.RefusedAsync(_eve, _story.Say(_story.Eve, "between two", dm, dm.Domain), "UNAUTHORIZED", "not-a-member", _ann);
        // Bob is in the space, which says nothing about its private channels.
        await AccessStory.RefusedAsync(_bob, _story.Say(_story.Bob, "let me in", channel, channel.Domain), "UNAUTHORIZED", "not-a-member", _ann);
        // A member's socket does not lend its right to what a stranger signed.
        await AccessStory.RefusedAsync(_bob, _story.Say(_story.Eve, "by bob's hand"), "WRITE_FORBIDDEN", "not-a-member", _ann);
    }

    /// <summary>W6: an edge that a person made about themselves gave them the role it named.</summary>
    [Trait("weak-spot", "W6")]
    [Fact]
    public async Task A_role_that_somebody_gives_themselves_is_none()
    {
        var edge = _story.Ordinary(
            _story.Eve, new("eves-membership"), "xnet://xnet.fyi/SpaceMembership@1.0.0", null, null,
            ("space", JsonValue.Of(_story.Space.Domain.Value)), ("member", JsonValue.Of(_story.Eve.Did)), ("role", JsonValue.Of("owner")));
        await _eve.SendAsync(Author.Frame(edge));
        Assert.Equal(("UNAUTHORIZED", "not-a-member", 0), await AccessStory.AnswerAsync(_eve, edge.Hash));
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_eve, _story.SpaceRoom));

        await AccessStory.RefusedAsync(_eve, Grant(_story.Eve, _story.Root.Hash, _story.Eve, "owner"), "WRITE_FORBIDDEN", "no-authority", _ann);
        var bobs = _story.Space.Now.Seats.Single(s => s.Person == _story.Bob.Person).Grant;
        await AccessStory.RefusedAsync(_bob, Grant(_story.Bob, bobs, _story.Bob, "owner"), "WRITE_FORBIDDEN", "insufficient-role", _ann);
        await AccessStory.RefusedAsync(_bob, Grant(_story.Bob, _story.Root.Hash, _story.Eve, "member"), "WRITE_FORBIDDEN", "no-authority", _ann);
    }

    [Fact]
    public async Task A_removed_member_gets_not_a_byte_more_and_writes_nothing_whatever_its_lamport_time()
    {
        var (plaza, presence, call) = (_story.PlazaRoom, "xnet-doc-presence-" + _story.Space.Domain, "call:" + _story.Plaza);
        var early = _story.Say(_story.Bob, "written before", lamport: 4);
        await _bob.SubscribeAsync(_story.SpaceRoom, plaza, presence, call);
        await AccessStory.StoreAsync(_ann, _story.Say(_story.Ann, "all of you"));
        Assert.Single(await _bob.ReadUntilPongAsync());

        await AccessStory.StoreAsync(_ann, _story.Do(_story.Ann, _story.Space, d => d.Revoke(_story.Bob.Person)), _story.Say(_story.Ann, "he is gone"));
        await _ann.SubscribeAsync(presence, call);
        await _ann.SendAsync(ClientFrames.Publish(new(call), Signal(_story.Ann, "announce")));
        await _ann.ReadUntilPongAsync();

        var last = await _bob.ReadUntilPongAsync();
        Assert.All(last, static f => Assert.Equal("auth-denied", f["type"]!.Text));
        Assert.Equal(new[] { _story.SpaceRoom, plaza, presence, call }.Order(), last.Select(static f => f["resource"]!.Text).Order());
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_bob, plaza));
        await AccessStory.RefusedAsync(_bob, early, "WRITE_FORBIDDEN", "removed", _ann);
        await AccessStory.RefusedAsync(_bob, _story.Say(_story.Bob, "after"), "WRITE_FORBIDDEN", "removed", _ann);
        await _bob.SendAsync(ClientFrames.Publish(new(call), Signal(_story.Bob, "announce")));
        Assert.Equal("UNAUTHORIZED", (await _bob.ReadAsync("node-error"))["code"]!.Text);
        // The same words from a member's replica are a delayed message, which nobody can tell from an honest one.
        await AccessStory.StoreAsync(_ann, early);
    }

    [Fact]
    public async Task A_removed_member_reads_the_log_as_far_as_their_removal_and_a_stranger_none_of_it()
    {
        var removal = _story.Do(_story.Ann, _story.Space, d => d.Revoke(_story.Bob.Person));
        await AccessStory.StoreAsync(_ann, removal, _story.Say(_story.Ann, "he is gone"));
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_eve, _story.SpaceRoom));
        var after = _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Eve.Person, AccessRole.Member));
        await AccessStory.StoreAsync(_ann, after);

        var read = await AccessStory.PageAsync(_bob, _story.SpaceRoom);

        Assert.Equal(removal.Hash.ToString(), read[^1]);
        Assert.Contains(_story.Root.Hash.ToString(), read);
        Assert.DoesNotContain(after.Hash.ToString(), await AccessStory.PageAsync(_bob, _story.SpaceRoom));
    }

    [Fact]
    public async Task What_a_removed_member_showed_is_taken_off()
    {
        var presence = "xnet-doc-presence-" + _story.Space.Domain;
        await using var watch = await HubClient.JoinAsync(_hub, _story.Ann.Did, presence);
        await _bob.SubscribeAsync(presence);
        await _bob.SendAsync(ClientFrames.Awareness(new(presence), "bob's tab", AwarenessCodec.Encode([new(7, 1, JsonValue.EmptyObject)])));
        await watch.ReadAsync("publish");

        await AccessStory.StoreAsync(_ann, _story.Do(_story.Ann, _story.Space, d => d.Revoke(_story.Bob.Person)));

        var update = Convert.FromBase64String((await watch.ReadAsync("publish"))["data"]!["update"]!.Text!);
        Assert.True(AwarenessCodec.TryDecode(update, out var entries));
        Assert.Equal((7UL, null), (Assert.Single(entries).Client, entries[0].State));
        await _bob.SendAsync(ClientFrames.Awareness(new(presence), "bob's tab", AwarenessCodec.Encode([new(7, 5, JsonValue.EmptyObject)])));
        Assert.Equal("UNAUTHORIZED", (await _bob.ReadAsync("node-error"))["code"]!.Text);
        Assert.Empty(await watch.ReadUntilPongAsync());
    }

    [Fact]
    public async Task A_removal_from_the_space_ends_its_private_channels_and_a_new_grant_wakes_only_the_space()
    {
        var channel = _story.Channel(_story.Ann, out var root);
        var room = RoomNames.Channel(channel.Domain).Value;
        await AccessStory.StoreAsync(_ann, root, _story.Do(_story.Ann, channel, d => d.Grant(_story.Bob.Person, AccessRole.Member)));
        await _bob.SubscribeAsync(room, _story.SpaceRoom);

        await AccessStory.StoreAsync(_ann, _story.Do(_story.Ann, _story.Space, d => d.Revoke(_story.Bob.Person)));
        Assert.Equal(["auth-denied", "auth-denied"], (await _bob.ReadUntilPongAsync()).Select(static f => f["type"]!.Text));

        await AccessStory.StoreAsync(_ann, _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Bob.Person, AccessRole.Member)));
        var woken = Assert.Single(await _bob.ReadUntilPongAsync(), static f => f["type"]!.Text == "subscribed");
        Assert.Equal([_story.SpaceRoom], woken["topics"]!.Items.Select(static t => t.Text));
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_bob, room));
    }

    [Fact]
    public async Task An_invite_lets_in_whoever_proves_it_in_time_and_nobody_else()
    {
        var expires = _story.Ann.WallTime + 60_000;
        var invite = _story.Invite(_story.Space, expires, uses: 1);
        await AccessStory.StoreAsync(_ann, invite);

        await AccessStory.RefusedAsync(_eve, Admit(_story.Eve, invite, _story.Eve, new byte[64]), "WRITE_FORBIDDEN", "bad-proof", _ann);
        var forCat = _story.Sign(InviteProof.BytesToSign(_story.Space.Domain, invite.Hash, _story.Cat.Person));
        await AccessStory.RefusedAsync(_eve, Admit(_story.Eve, invite, _story.Cat, forCat), "WRITE_FORBIDDEN", "not-joiner", _ann);
        await AccessStory.RefusedAsync(_eve, Admit(_story.Eve, invite, _story.Eve, forCat), "WRITE_FORBIDDEN", "bad-proof", _ann);
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_eve, _story.SpaceRoom, _story.Claim(_story.Space, _story.Cat)));
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_eve, _story.PlazaRoom, _story.Claim(_story.Space, _story.Eve) with { Proof = new byte[64] }));

        await using var cat = await HubClient.JoinAsync(_hub, _story.Cat.Did);
        var (first, second) = (_story.Admit(_story.Cat, _story.Space, invite), _story.Admit(_story.Eve, _story.Space, invite));
        await AccessStory.StoreAsync(cat, first);
        await AccessStory.RefusedAsync(_eve, second, "WRITE_FORBIDDEN", "invite-used-up", _ann);
    }

    [Fact]
    public async Task An_invite_that_ended_lets_nobody_in_whatever_their_clock_says()
    {
        var invite = _story.Invite(_story.Space, _story.Ann.WallTime + 60_000, uses: 10);
        var backDated = _story.Admit(_story.Eve, _story.Space, invite);
        await AccessStory.StoreAsync(_ann, invite);
        // Whoever is connected is idle for so long and cut off.
        await _eve.DisposeAsync();
        await _ann.DisposeAsync();
        await _bob.DisposeAsync();
        _time.Advance(TimeSpan.FromMilliseconds(60_000 + 300_001));
        _ann = await HubClient.JoinAsync(_hub, _story.Ann.Did);
        _eve = await HubClient.JoinAsync(_hub, _story.Eve.Did);

        await AccessStory.RefusedAsync(_eve, backDated, "WRITE_FORBIDDEN", "invite-expired", _ann);
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_eve, _story.SpaceRoom, _story.Claim(_story.Space, _story.Eve)));
        // Somebody who could seat Eve anyhow may bring it: that is how a hub that lost its database is filled again.
        await AccessStory.StoreAsync(_ann, backDated);
    }

    [Fact]
    public async Task A_revoked_invite_lets_nobody_in()
    {
        var invite = _story.Invite(_story.Space, _story.Ann.WallTime + 600_000, uses: 10);
        await AccessStory.StoreAsync(_ann, invite, _story.Do(_story.Ann, _story.Space, d => d.RevokeInvite(invite.Hash)));
        var proof = _story.Sign(InviteProof.BytesToSign(_story.Space.Domain, invite.Hash, _story.Eve.Person));

        await AccessStory.RefusedAsync(_eve, Admit(_story.Eve, invite, _story.Eve, proof, _story.Space.Heads[0]), "WRITE_FORBIDDEN", "invite-closed", _ann);
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_eve, _story.SpaceRoom, _story.Claim(_story.Space, _story.Eve)));
        // As if it had not seen the end of it: valid, and void.
        await AccessStory.StoreAsync(_eve, Admit(_story.Eve, invite, _story.Eve, proof));
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_eve, _story.SpaceRoom));
    }

    [Fact]
    public async Task A_removed_member_does_not_come_back_by_an_older_link()
    {
        var invite = _story.Invite(_story.Space, _story.Ann.WallTime + 600_000, uses: 10);
        var admit = _story.Admit(_story.Bob, _story.Space, invite);
        await AccessStory.StoreAsync(_ann, invite, _story.Do(_story.Ann, _story.Space, d => d.Revoke(_story.Bob.Person)));

        await AccessStory.StoreAsync(_bob, admit);

        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_bob, _story.PlazaRoom));
        await AccessStory.RefusedAsync(_bob, _story.Say(_story.Bob, "back again"), "WRITE_FORBIDDEN", "removed", _ann);
    }

    [Fact]
    public async Task A_rival_root_is_no_root()
    {
        var (domain, by) = (_story.Space.Domain, _story.Eve);
        JsonValue Root(string who) => JsonValue.Object(
            ("v", JsonValue.Of(1)), ("t", JsonValue.Of("create")), ("dom", JsonValue.Of(domain.Value)), ("kind", JsonValue.Of("space")),
            ("by", JsonValue.Of(who)), ("n", JsonValue.Of(System.Buffers.Text.Base64Url.EncodeToString(AccessStory.Nonce(1)))));
        await AccessStory.RefusedAsync(_eve, _story.Forge(by, domain, Root(by.Did)), "WRITE_FORBIDDEN", "not-creator", _ann);
        await AccessStory.RefusedAsync(_eve, _story.Forge(by, domain, Root(_story.Ann.Did)), "WRITE_FORBIDDEN", "not-creator", _ann);
        // A private channel of a space in which she is not.
        var mine = DomainRoot.Channel(by.Person, AccessStory.Nonce(5), domain);
        var root = JsonValue.Object(
            ("v", JsonValue.Of(1)), ("t", JsonValue.Of("create")), ("dom", JsonValue.Of(mine.Value)), ("kind", JsonValue.Of("channel")),
            ("by", JsonValue.Of(by.Did)), ("n", JsonValue.Of(System.Buffers.Text.Base64Url.EncodeToString(AccessStory.Nonce(5)))), ("space", JsonValue.Of(domain.Value)),
            ("d", JsonValue.Array([JsonValue.Of(System.Buffers.Text.Base64Url.EncodeToString(_story.Root.Hash.ToBytes()))])));
        await AccessStory.RefusedAsync(_eve, _story.Forge(by, mine, root), "WRITE_FORBIDDEN", "not-in-space", _ann);
    }

    [Fact]
    public async Task An_operation_is_written_once_and_has_its_shape()
    {
        var end = _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Cat.Person, AccessRole.Member));
        await AccessStory.StoreAsync(_ann, end);
        await AccessStory.RefusedAsync(
            _ann, _story.Update(_story.Ann, end, _story.Space, ("content", JsonValue.Of("what operation?"))), "WRITE_FORBIDDEN", "write-once", _bob, _story.SpaceRoom);
        await AccessStory.RefusedAsync(_ann, _story.Forge(_story.Ann, _story.Space.Domain, JsonValue.Object(("v", JsonValue.Of(1)))), "INVALID_CHANGE", "malformed", _bob);
        await AccessStory.RefusedAsync(_ann, _story.Forge(_story.Ann, new("c1"), JsonValue.Object(("v", JsonValue.Of(1)))), "INVALID_CHANGE", "malformed", _bob);
    }

    /// <summary>Whoever came first with the id of a space's own node would keep its name from it.</summary>
    [Fact]
    public async Task A_node_with_the_id_of_a_space_or_private_channel_is_made_in_its_room_alone()
    {
        var channel = _story.Channel(_story.Ann, out var root);
        await AccessStory.StoreAsync(_ann, root);
        foreach (var id in new[] { _story.Space.Domain, channel.Domain })
        {
            var squat = _story.Eve.CreateUnproven(id.Value, Schemas.Page, ("title", JsonValue.Of("mine")), ("space", JsonValue.Of("main")));
            await AccessStory.RefusedAsync(_eve, squat, "INVALID_ROOM", "The change does not belong in this room.", _ann, "xnet-workspace-main");
        }

        var byMember = _story.Ordinary(_story.Bob, _story.Space.Domain, Schemas.Space, null, _story.Space, ("name", JsonValue.Of("bob's")));
        await AccessStory.RefusedAsync(_bob, byMember, "WRITE_FORBIDDEN", "insufficient-role", _ann);
        await AccessStory.StoreAsync(_ann, _story.Ordinary(_story.Ann, _story.Space.Domain, Schemas.Space, null, _story.Space, ("name", JsonValue.Of("ann's"))));
    }

    [Trait("weak-spot", "W22")]
    [Fact]
    public async Task A_message_is_not_replayed_into_another_room()
    {
        var channel = _story.Channel(_story.Ann, out var root);
        var said = _story.Say(_story.Ann, "in private", channel, channel.Domain);
        await AccessStory.StoreAsync(_ann, root, said);
        var other = _story.Say(_story.Ann, "also", channel, channel.Domain);

        await AccessStory.RefusedAsync(_ann, other, "INVALID_ROOM", "The change does not belong in this room.", _bob, _story.PlazaRoom);
        await AccessStory.RefusedAsync(_ann, other, "INVALID_ROOM", "The change does not belong in this room.", _bob, "xnet-workspace-main");
        await AccessStory.RefusedAsync(
            _bob, _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Cat.Person, AccessRole.Member)), "INVALID_ROOM",
            "The change does not belong in this room.", _ann, "xnet-workspace-main");
    }

    [Fact]
    public async Task The_people_of_a_channel_are_not_overwritten()
    {
        var members = JsonValue.Array([JsonValue.Of(_story.Ann.Did), JsonValue.Of(_story.Bob.Did)]);
        var withEve = JsonValue.Array([JsonValue.Of(_story.Ann.Did), JsonValue.Of(_story.Eve.Did)]);
        var node = _story.Ann.CreateUnproven("k3vZ0aQ", Schemas.Channel, ("kind", JsonValue.Of("channel")), ("visibility", JsonValue.Of("private")), ("members", members));
        await AccessStory.StoreAsync(_ann, node);
        var room = RoomNames.Channel(node.Node).Value;
        (string, JsonValue) hidden = ("visibility", JsonValue.Of("private")), kind = ("kind", JsonValue.Of("channel"));

        await AccessStory.RefusedAsync(_bob, _story.Update(_story.Bob, node, null, ("members", withEve)), "WRITE_FORBIDDEN", "immutable-field", _ann, room);
        await AccessStory.RefusedAsync(_eve, _story.Eve.CreateUnproven("k3vZ0aQ", Schemas.Channel, kind, hidden, ("members", withEve)), "UNAUTHORIZED", "not-a-member", _ann);
        // The same channel, said to be everybody's: it lives where it lives.
        await AccessStory.RefusedAsync(
            _eve, _story.Eve.CreateUnproven("k3vZ0aQ", Schemas.Channel, kind, ("space", JsonValue.Of("main"))), "INVALID_ROOM",
            "The change does not belong in this room.", _ann);
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_eve, room));

        var space = _story.Update(_story.Bob, _story.PlazaNode(), _story.Space, ("space", JsonValue.Of("main")));
        await AccessStory.RefusedAsync(_bob, space, "WRITE_FORBIDDEN", "immutable-field", _ann, _story.SpaceRoom);
        var topic = _story.Update(_story.Bob, _story.PlazaNode(), _story.Space, ("topic", JsonValue.Of("mine")));
        await AccessStory.RefusedAsync(_bob, topic, "WRITE_FORBIDDEN", "insufficient-role", _ann, _story.SpaceRoom);
    }

    [Fact]
    public async Task Presence_and_calls_are_for_members_and_rooms_are_not_wiped()
    {
        string[] topics = ["xnet-doc-presence-" + _story.Space.Domain, "xnet-doc-" + _story.Plaza, "call:" + _story.Plaza, "call:" + _story.Space.Domain];
        await _bob.SubscribeAsync(topics);
        await _eve.SendAsync(ClientFrames.Subscribe([.. topics.Select(static t => new RoomId(t))]));
        Assert.Equal(topics, (await _eve.ReadUntilPongAsync()).Where(static f => f["type"]!.Text == "auth-denied").Select(static f => f["resource"]!.Text));

        foreach (var topic in topics)
        {
            await _eve.SendAsync(ClientFrames.Publish(new(topic), Signal(_story.Eve, "leave")));
            Assert.Equal("UNAUTHORIZED", (await _eve.ReadAsync("node-error"))["code"]!.Text);
            await _bob.SendAsync(ClientFrames.Publish(new(topic), Signal(_story.Bob, "announce")));
        }

        await _bob.SendAsync($$"""{"type":"node-clear","room":"{{_story.SpaceRoom}}"}""");
        Assert.Equal("UNAUTHORIZED", (await _bob.ReadAsync("node-error"))["code"]!.Text);
        Assert.Empty(await _eve.ReadUntilPongAsync());
        Assert.Empty(await _bob.ReadUntilPongAsync());
        Assert.Equal(3, (await AccessStory.PageAsync(_ann, _story.SpaceRoom)).Count);
    }

    [Fact]
    public async Task An_operation_at_the_end_of_time_does_not_stop_the_log()
    {
        var sc = JsonValue.Object(
            ("v", JsonValue.Of(1)), ("t", JsonValue.Of("leave")), ("dom", JsonValue.Of(_story.Space.Domain.Value)),
            ("d", JsonValue.Array([JsonValue.Of(System.Buffers.Text.Base64Url.EncodeToString(_story.Space.Heads[0].ToBytes()))])));

        await AccessStory.RefusedAsync(_bob, _story.Forge(_story.Bob, _story.Space.Domain, sc, 1L << 48), "INVALID_LAMPORT", "lamport", _ann);
    }

    private static JsonValue Signal(Author who, string kind) =>
        JsonValue.Object(("kind", JsonValue.Of(kind)), ("from", JsonValue.Of(who.Did + "#1")));

    private Change Grant(Author by, ChangeHash authority, Author whom, string role) => _story.Forge(by, _story.Space.Domain, JsonValue.Object(
        ("v", JsonValue.Of(1)), ("t", JsonValue.Of("grant")), ("dom", JsonValue.Of(_story.Space.Domain.Value)),
        ("d", JsonValue.Array([Name(_story.Space.Heads[0])])), ("a", Name(authority)), ("s", JsonValue.Of(whom.Did)), ("role", JsonValue.Of(role))));

    private Change Admit(Author by, Change invite, Author whom, byte[] proof, ChangeHash? knows = null) => _story.Forge(by, _story.Space.Domain, JsonValue.Object(
        ("v", JsonValue.Of(1)), ("t", JsonValue.Of("admit")), ("dom", JsonValue.Of(_story.Space.Domain.Value)),
        ("d", JsonValue.Array([Name(knows ?? invite.Hash)])), ("inv", Name(invite.Hash)), ("s", JsonValue.Of(whom.Did)),
        ("proof", JsonValue.Of(System.Buffers.Text.Base64Url.EncodeToString(proof)))));

    private static JsonValue Name(ChangeHash hash) => JsonValue.Of(System.Buffers.Text.Base64Url.EncodeToString(hash.ToBytes()));
}
