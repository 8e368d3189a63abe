using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

/// <summary>Spaces, private channels and direct messages at a hub that enforces their logs: what honest people do works.</summary>
public sealed class AccessTests : IDisposable
{
    private readonly AccessStory _story = new();

    public void Dispose() => _story.Dispose();

    [Fact]
    public async Task Who_makes_a_space_may_subscribe_before_its_root_is_there_and_is_woken_by_it()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did, _story.SpaceRoom);
        Assert.Equal(_story.SpaceRoom, (await ann.ReadAsync("auth-denied"))["resource"]!.Text);
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(ann, _story.SpaceRoom));

        await ann.SendAsync(Author.Frame(_story.Root));

        Assert.Equal([_story.SpaceRoom], (await ann.ReadAsync("subscribed"))["topics"]!.Items.Select(static t => t.Text));
        Assert.Equal(1, (await AccessStory.AnswerAsync(ann, _story.Root.Hash)).Seq);
        Assert.Equal([_story.Root.Hash.ToString()], await AccessStory.PageAsync(ann, _story.SpaceRoom));
    }

    [Fact]
    public async Task A_grant_wakes_what_its_person_had_subscribed_and_lets_them_write()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await AccessStory.StoreAsync(ann, _story.Root, _story.PlazaNode());
        await using var bob = await HubClient.JoinAsync(hub, _story.Bob.Did, _story.PlazaRoom, "xnet-doc-presence-" + _story.Space.Domain);
        Assert.Equal(2, (await bob.ReadUntilPongAsync()).Count(static f => f["type"]!.Text == "auth-denied"));

        await AccessStory.StoreAsync(ann, _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Bob.Person, AccessRole.Member)));
        await AccessStory.StoreAsync(ann, _story.Say(_story.Ann, "welcome"));

        var heard = await bob.ReadUntilPongAsync();
        Assert.Equal(2, heard.Count(static f => f["type"]!.Text == "subscribed"));
        Assert.Equal("welcome", Assert.Single(heard, static f => f["type"]!.Text == "publish")["data"]!["change"]!["payload"]!["properties"]!["content"]!.Text);
        await AccessStory.StoreAsync(bob, _story.Say(_story.Bob, "thank you"));
        Assert.Equal(2, (await AccessStory.PageAsync(bob, _story.PlazaRoom)).Count);
    }

    [Fact]
    public async Task Who_holds_a_link_reads_the_log_alone_admits_themselves_and_then_reads_everything()
    {
        var time = new ManualTime();
        using var story = new AccessStory(time.GetUtcNow().ToUnixTimeMilliseconds());
        await using var hub = await HubFixture.StartAsync(time: time);
        await using var ann = await HubClient.JoinAsync(hub, story.Ann.Did);
        await AccessStory.StoreAsync(ann, story.Root, story.PlazaNode());
        var invite = story.Invite(story.Space, story.Ann.WallTime + 60_000, uses: 1);
        await AccessStory.StoreAsync(ann, invite);
        await using var bob = await HubClient.JoinAsync(hub, story.Bob.Did, story.SpaceRoom);
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(bob, story.SpaceRoom));

        var log = await AccessStory.PageAsync(bob, story.SpaceRoom, story.Claim(story.Space, story.Bob));

        Assert.Equal([story.Root.Hash.ToString(), invite.Hash.ToString()], log);
        await AccessStory.StoreAsync(bob, story.Admit(story.Bob, story.Space, invite));
        Assert.Equal(4, (await AccessStory.PageAsync(bob, story.SpaceRoom)).Count);
    }

    [Fact]
    public async Task A_private_channel_is_its_members_and_not_its_spaces()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        var channel = _story.Channel(_story.Ann, out var root);
        var room = RoomNames.Channel(channel.Domain).Value;
        await AccessStory.StoreAsync(ann, _story.Root, root);
        var inSpace = _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Bob.Person, AccessRole.Admin));
        await AccessStory.StoreAsync(ann, inSpace, _story.Say(_story.Ann, "between us", channel, channel.Domain));
        await using var bob = await HubClient.JoinAsync(hub, _story.Bob.Did);

        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(bob, room));
        await AccessStory.StoreAsync(ann, _story.Do(_story.Ann, channel, d => d.Grant(_story.Bob.Person, AccessRole.Member)));
        Assert.Equal(3, (await AccessStory.PageAsync(bob, room)).Count);
        await AccessStory.StoreAsync(bob, _story.Say(_story.Bob, "hello", channel, channel.Domain));
    }

    [Fact]
    public async Task What_comes_before_the_operations_it_knows_waits_for_them_also_over_a_restart()
    {
        using var folder = new TemporaryFolder();
        var grant = _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Bob.Person, AccessRole.Admin));
        var second = _story.Do(_story.Bob, _story.Space, d => d.Grant(_story.Cat.Person, AccessRole.Member));
        var channel = _story.Channel(_story.Cat, out var channelRoot);
        var said = _story.Say(_story.Cat, "early", channel, channel.Domain);
        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"]))
        {
            await using var early = await HubClient.JoinWithoutAcksAsync(hub, _story.Cat.Did);
            await early.HandInAsync(said, channelRoot, second, grant);
            await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
            // Whoever keeps what it brings is told to bring it again.
            Assert.Single(await AccessStory.OfferAsync(ann, [_story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Eve.Person, AccessRole.Member))]));
        }

        await using var again = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"]);
        await using var cat = await HubClient.JoinAsync(again, _story.Cat.Did, RoomNames.Channel(channel.Domain).Value);
        await cat.SendAsync(Author.Frame(_story.Root));
        Assert.True((await AccessStory.AnswerAsync(cat, _story.Root.Hash)).Seq > 0);
        Assert.Equal(
            new[] { _story.Root, grant, second }.Select(static c => c.Hash.ToString()), await AccessStory.PageAsync(cat, _story.SpaceRoom));
        Assert.Equal(
            new[] { channelRoot, said }.Select(static c => c.Hash.ToString()), await AccessStory.PageAsync(cat, RoomNames.Channel(channel.Domain).Value));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(5, false)]
    [InlineData(6, false)]
    public async Task Any_order_of_arrival_with_a_restart_in_between_ends_in_the_same_members(int seed, bool isOfferedAgain)
    {
        var (ann, bob, cat, eve) = (_story.Ann, _story.Bob, _story.Cat, _story.Eve);
        var operations = new List<Change> { _story.Root };
        void Do(Author by, MembershipLog log, Func<MembershipDrafts, OpDraft> what) => operations.Add(_story.Do(by, log, what));
        Do(ann, _story.Space, d => d.Grant(bob.Person, AccessRole.Admin));
        Do(bob, _story.Space, d => d.Grant(cat.Person, AccessRole.Member));
        var invite = _story.Invite(_story.Space, ann.WallTime + 60_000, uses: 2);
        var admit = _story.Admit(eve, _story.Space, invite);
        AccessStory.Take(_story.Space, admit);
        var channel = _story.Channel(bob, out var root);
        operations.AddRange([invite, admit, root]);
        Do(bob, channel, d => d.Grant(cat.Person, AccessRole.Admin));
        Do(cat, channel, d => d.Grant(eve.Person, AccessRole.Member));
        Do(bob, _story.Space, d => d.Revoke(cat.Person));
        Do(bob, channel, d => Assert.Single(d.DueExpulsions()));
        Do(eve, _story.Space, d => d.Leave());
        Do(bob, channel, d => d.Grant(ann.Person, AccessRole.Member));
        var arrival = operations.ToArray();
        new Random(seed).Shuffle(arrival);

        using var folder = new TemporaryFolder();
        IReadOnlyList<Change> kept = [];
        foreach (var part in arrival.Chunk(arrival.Length / 2))
        {
            await using var hub = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"]);
            if (isOfferedAgain)
            {
                await using var sender = await HubClient.JoinAsync(hub, ann.Did);
                kept = await AccessStory.OfferAsync(sender, [.. kept, .. part]);
            }
            else
            {
                await using var sender = await HubClient.JoinWithoutAcksAsync(hub, ann.Did);
                await sender.HandInAsync(part);
            }
        }

        Assert.Empty(kept);

        await using var last = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"]);
        foreach (var person in new[] { ann, bob, cat, eve })
        {
            await using var client = await HubClient.JoinAsync(last, person.Did);
            foreach (var log in new[] { _story.Space, channel })
            {
                var all = operations.Where(o => AccessStory.DomainOf(o) == log.Domain).Select(static o => o.Hash.ToString()).Order().ToList();
                var page = await AccessStory.PageAsync(client, RoomNames.OfMessages(log.Domain).Value);
                if (log.EndOf(person.Person) is { } end)
                {
                    // Whoever is in no longer reads as far as that.
                    Assert.Equal(end.Hash.ToString(), page[^1]);
                    Assert.Subset(all.ToHashSet(), page.ToHashSet());
                }
                else
                {
                    Assert.Equal(log.Now.AccessOf(person.Person) is null ? ["UNAUTHORIZED"] : all, page.Order());
                }
            }
        }
    }

    [Fact]
    public async Task A_restart_keeps_members_removals_and_invites()
    {
        using var folder = new TemporaryFolder();
        var plaza = _story.PlazaNode();
        var grant = _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Bob.Person, AccessRole.Member));
        var other = _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Cat.Person, AccessRole.Member));
        var old = _story.Say(_story.Bob, "held back");
        var cut = _story.Do(_story.Ann, _story.Space, d => d.Revoke(_story.Bob.Person));
        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"]))
        {
            await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
            await AccessStory.StoreAsync(ann, _story.Root, plaza, grant, other, cut);
        }

        await using var again = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"]);
        await using var bob = await HubClient.JoinAsync(again, _story.Bob.Did, _story.SpaceRoom);
        await using var cat = await HubClient.JoinAsync(again, _story.Cat.Did, _story.SpaceRoom);
        Assert.Equal(cut.Hash.ToString(), (await AccessStory.PageAsync(bob, _story.SpaceRoom))[^1]);
        Assert.Equal(5, (await AccessStory.PageAsync(cat, _story.SpaceRoom)).Count);
        await AccessStory.RefusedAsync(bob, old, "WRITE_FORBIDDEN", "removed", cat);
    }

    [Fact]
    public async Task Both_people_of_a_direct_message_are_in_it_and_nobody_else()
    {
        await using var hub = await HubFixture.StartAsync();
        var log = _story.DirectMessage(_story.Ann, _story.Bob, out var root);
        var room = RoomNames.Channel(log.Domain).Value;
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did, room);
        await using var bob = await HubClient.JoinAsync(hub, _story.Bob.Did, room);
        await using var eve = await HubClient.JoinAsync(hub, _story.Eve.Did, room);

        await AccessStory.StoreAsync(ann, root, _story.Say(_story.Ann, "psst", log, log.Domain));

        await AccessStory.StoreAsync(bob, _story.Say(_story.Bob, "yes?", log, log.Domain));
        Assert.Equal(3, (await AccessStory.PageAsync(bob, room)).Count);
        Assert.Equal(["auth-denied"], (await eve.ReadUntilPongAsync()).Select(static f => f["type"]!.Text));
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(eve, room));
    }

    /// <summary>A reference client makes no log: its Channel names the people, and for a direct message they hash to the id.</summary>
    [Fact]
    public async Task A_channel_without_a_log_is_for_those_whom_it_names()
    {
        await using var hub = await HubFixture.StartAsync();
        var dm = RoomNames.DirectMessage([_story.Ann.Person, _story.Bob.Person]);
        var members = JsonValue.Array([JsonValue.Of(_story.Ann.Did), JsonValue.Of(_story.Bob.Did)]);
        foreach (var id in new[] { dm, new NodeId("k3vZ0aQ") })
        {
            var room = RoomNames.Channel(id).Value;
            var node = _story.Ann.CreateUnproven(id.Value, Schemas.Channel, ("kind", JsonValue.Of("dm")), ("members", members));
            await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did, room);
            await using var bob = await HubClient.JoinAsync(hub, _story.Bob.Did, room);
            await using var eve = await HubClient.JoinAsync(hub, _story.Eve.Did, room);
            await eve.ReadUntilPongAsync();

            await AccessStory.StoreAsync(ann, node);
            await AccessStory.StoreAsync(bob, _story.Bob.Message(id.Value, "hello"));

            Assert.Equal(2, (await AccessStory.PageAsync(ann, room)).Count);
            Assert.DoesNotContain(await eve.ReadUntilPongAsync(), static f => f["type"]!.Text == "publish");
            await AccessStory.RefusedAsync(eve, _story.Eve.Message(id.Value, "me too"), "UNAUTHORIZED", "not-a-member", ann);
            Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(eve, room));
        }
    }

    [Fact]
    public async Task A_message_in_a_direct_message_that_nobody_proved_waits_for_the_proof()
    {
        await using var hub = await HubFixture.StartAsync();
        var dm = RoomNames.DirectMessage([_story.Ann.Person, _story.Bob.Person]);
        var room = RoomNames.Channel(dm).Value;
        var members = JsonValue.Array([JsonValue.Of(_story.Ann.Did), JsonValue.Of(_story.Bob.Did)]);
        var (early, foreign) = (_story.Bob.Message(dm.Value, "early"), _story.Eve.Message(dm.Value, "not yours"));
        await using var reference = await HubClient.JoinWithoutAcksAsync(hub, _story.Bob.Did);
        await reference.HandInAsync(early, foreign);
        await using var bob = await HubClient.JoinAsync(hub, _story.Bob.Did);
        Assert.Single(await AccessStory.OfferAsync(bob, [_story.Bob.Message(dm.Value, "early too")]));

        await AccessStory.StoreAsync(bob, _story.Bob.CreateUnproven(dm.Value, Schemas.Channel, ("kind", JsonValue.Of("dm")), ("members", members)));

        Assert.Contains(early.Hash.ToString(), await AccessStory.PageAsync(bob, room));
        Assert.DoesNotContain(foreign.Hash.ToString(), await AccessStory.PageAsync(bob, room));
    }

    [Fact]
    public async Task An_open_channel_is_what_its_create_proves_and_what_comes_before_waits()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await using var eve = await HubClient.JoinAsync(hub, _story.Eve.Did, _story.PlazaRoom, "call:" + _story.Plaza);
        Assert.Equal(["auth-denied", "auth-denied"], (await eve.ReadUntilPongAsync()).Select(static f => f["type"]!.Text));
        await AccessStory.StoreAsync(ann, _story.Root);
        var (plaza, said, foreign) = (_story.PlazaNode(), _story.Say(_story.Ann, "early"), _story.Say(_story.Eve, "earlier"));
        var edit = _story.Update(_story.Ann, said, _story.Space, ("channel", JsonValue.Of(_story.Plaza.Value)), ("content", JsonValue.Of("edited")));
        Assert.Single(await AccessStory.OfferAsync(ann, [_story.Say(_story.Ann, "early too")]));
        await using var reference = await HubClient.JoinWithoutAcksAsync(hub, _story.Ann.Did);
        await reference.HandInAsync(edit, said, foreign);

        await AccessStory.StoreAsync(ann, plaza);

        Assert.Equal(new[] { said, edit }.Select(static c => c.Hash.ToString()), await AccessStory.PageAsync(ann, _story.PlazaRoom));
        Assert.Empty(await eve.ReadUntilPongAsync());
    }

    [Fact]
    public async Task An_open_channel_of_the_space_main_is_everybodys()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        var id = RoomNames.OpenChannel(_story.Ann.Person, AccessStory.Nonce(4), RoomNames.MainSpace);
        await using var eve = await HubClient.JoinAsync(hub, _story.Eve.Did, RoomNames.Channel(id).Value);
        var node = _story.Ordinary(
            _story.Ann, id, Schemas.Channel, null, null, ("kind", JsonValue.Of("channel")), ("space", JsonValue.Of(RoomNames.MainSpace)),
            ("parley:access", RoomNames.OpenChannelProof(_story.Ann.Person, AccessStory.Nonce(4), RoomNames.MainSpace)));

        await AccessStory.StoreAsync(ann, node, _story.Ann.Message(id.Value, "for all"), _story.Eve.Message(id.Value, "thanks"));

        Assert.Equal(["auth-denied", "subscribed", "publish", "publish"], (await eve.ReadUntilPongAsync()).Select(static f => f["type"]!.Text));
        Assert.Equal(2, (await AccessStory.PageAsync(eve, RoomNames.Channel(id).Value)).Count);
    }

    [Fact]
    public async Task The_thread_of_a_spaces_page_has_the_rights_of_the_space()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await AccessStory.StoreAsync(ann, _story.Root);
        var id = _story.Ann.NextId();
        var page = _story.Ordinary(
            _story.Ann, NodeProof.IdFor(_story.Ann.Person, id), Schemas.Page, null, _story.Space, ("title", JsonValue.Of("plans")), ("space", JsonValue.Of(_story.Space.Domain.Value)));
        page = _story.Ann.Sign(page.Fields with { Id = id });
        var thread = RoomNames.ThreadOf(page.Node);
        var room = RoomNames.Channel(thread).Value;
        await using var eve = await HubClient.JoinAsync(hub, _story.Eve.Did, room, "xnet-doc-" + page.Node);
        await eve.ReadUntilPongAsync();
        await AccessStory.StoreAsync(ann, page);
        Assert.Equal(["auth-denied"], (await eve.ReadUntilPongAsync()).Select(static f => f["type"]!.Text));

        // Eve would make it a thread of the open space main, and thereby readable.
        var taken = _story.Eve.CreateUnproven(
            thread.Value, Schemas.Channel, ("kind", JsonValue.Of("channel")), ("target", JsonValue.Of(page.Node.Value)), ("space", JsonValue.Of("main")));
        await AccessStory.RefusedAsync(eve, taken, "INVALID_ROOM", "The change does not belong in this room.", ann);
        var node = _story.Ordinary(
            _story.Ann, thread, Schemas.Channel, null, _story.Space,
            ("kind", JsonValue.Of("channel")), ("target", JsonValue.Of(page.Node.Value)), ("space", JsonValue.Of(_story.Space.Domain.Value)));
        await AccessStory.StoreAsync(ann, node, _story.Say(_story.Ann, "about it", channel: thread));

        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(eve, room));
        Assert.DoesNotContain(await eve.ReadUntilPongAsync(), static f => f["type"]!.Text == "publish");
        await AccessStory.RefusedAsync(eve, _story.Say(_story.Eve, "me too", channel: thread), "UNAUTHORIZED", "not-a-member", ann);
    }

    [Fact]
    public async Task An_admin_redacts_what_others_wrote_and_nobody_edits_it()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await using var bob = await HubClient.JoinAsync(hub, _story.Bob.Did);
        var grant = _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Bob.Person, AccessRole.Member));
        var (mine, theirs) = (_story.Say(_story.Ann, "rule one"), _story.Say(_story.Bob, "spam"));
        await AccessStory.StoreAsync(ann, _story.Root, grant, _story.PlazaNode(), mine, theirs);

        var redaction = new (string, JsonValue)[] { ("channel", JsonValue.Of(_story.Plaza.Value)), ("content", JsonValue.Of("")), ("redacted", JsonValue.True) };
        var edit = new (string, JsonValue)[] { ("channel", JsonValue.Of(_story.Plaza.Value)), ("content", JsonValue.Of("I agree")) };

        await AccessStory.RefusedAsync(bob, _story.Update(_story.Bob, mine, _story.Space, redaction), "WRITE_FORBIDDEN", "not-author", ann);
        await AccessStory.RefusedAsync(ann, _story.Update(_story.Ann, theirs, _story.Space, edit), "WRITE_FORBIDDEN", "not-author", ann);
        await AccessStory.StoreAsync(ann, _story.Update(_story.Ann, theirs, _story.Space, redaction));
        await AccessStory.StoreAsync(bob, _story.Update(_story.Bob, theirs, _story.Space, edit));
    }

    [Fact]
    public async Task A_profile_is_written_by_its_subject_alone()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var eve = await HubClient.JoinAsync(hub, _story.Eve.Did);
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        var profile = RoomNames.ProfileNode(_story.Ann.Person);
        var name = _story.Ann.CreateUnproven(profile.Value, Schemas.Profile, ("did", JsonValue.Of(_story.Ann.Did)), ("displayName", JsonValue.Of("Ann")));

        var forged = _story.Eve.CreateUnproven(profile.Value, Schemas.Profile, ("did", JsonValue.Of(_story.Ann.Did)), ("displayName", JsonValue.Of("Eve")));
        await AccessStory.RefusedAsync(eve, forged, "WRITE_FORBIDDEN", "The author may not write this node.", ann);
        await AccessStory.StoreAsync(ann, name);
    }
}
