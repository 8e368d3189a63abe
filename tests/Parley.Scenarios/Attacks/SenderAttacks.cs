using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Attacks;

/// <summary>What people try through the sockets of others. Who brings a change must be in its room, whoever signed it.</summary>
public sealed class SenderAttacks : IAsyncLifetime
{
    private readonly AccessStory _story = new();
    private readonly List<Change> _operations = [];
    private HubFixture _hub = null!;
    private HubClient _ann = null!;

    /// <summary>Ann owns the space, Bob and Cat were in it, and Eve is nobody.</summary>
    public async ValueTask InitializeAsync()
    {
        _hub = await HubFixture.StartAsync();
        _ann = await HubClient.JoinAsync(_hub, _story.Ann.Did);
        await AccessStory.StoreAsync(_ann, _story.Root, _story.PlazaNode(), Grant(_story.Bob), Grant(_story.Cat));
    }

    public async ValueTask DisposeAsync()
    {
        await _ann.DisposeAsync();
        await _hub.DisposeAsync();
        _story.Dispose();
    }

    public static TheoryData<byte, string, string> Carriers => new()
    {
        { 2, "WRITE_FORBIDDEN", "removed" },
        { 3, "WRITE_FORBIDDEN", "removed" },
        { 9, "UNAUTHORIZED", "not-a-member" },
        { 200, "UNAUTHORIZED", "not-a-member" },
    };

    /// <summary>
    /// Back-dated, what an ex-member writes is like what a partition delayed: so nobody who is not in the room may bring it,
    /// neither themselves, another ex-member, a stranger nor a key made for it.
    /// </summary>
    [Theory]
    [MemberData(nameof(Carriers))]
    public async Task Nothing_that_a_removed_member_back_dates_comes_in_by_a_socket_outside_the_room(byte carrier, string code, string why)
    {
        var said = _story.Say(_story.Ann, "before");
        var mine = _story.Say(_story.Bob, "mine");
        await AccessStory.StoreAsync(_ann, said, mine);
        Change[] backDated =
        [
            _story.Say(_story.Bob, "still here"),
            Made(_story.Bob, Schemas.Reaction, ("target", JsonValue.Of(said.Node.Value)), ("emoji", JsonValue.Of("👎")), ("channel", JsonValue.Of(_story.Plaza.Value))),
            Made(_story.Bob, Schemas.Page, ("title", JsonValue.Of("still here")), ("space", JsonValue.Of(_story.Space.Domain.Value))),
            _story.Update(_story.Bob, mine, _story.Space, ("channel", JsonValue.Of(_story.Plaza.Value)), ("content", JsonValue.Of("still here"))),
            // Of a node that is not here: what waits is asked the same.
            _story.Update(_story.Bob, _story.Say(_story.Bob, "never sent"), _story.Space, ("channel", JsonValue.Of(_story.Plaza.Value)), ("content", JsonValue.Of("x"))),
        ];
        await AccessStory.StoreAsync(_ann, Revoke(_story.Bob), Revoke(_story.Cat));
        await using var watch = await HubClient.JoinAsync(_hub, _story.Ann.Did, _story.PlazaRoom, _story.SpaceRoom);
        await using var from = await HubClient.JoinAsync(_hub, new Author(carrier).Did);

        foreach (var change in backDated)
        {
            await AccessStory.RefusedAsync(from, change, code, why, _ann);
        }

        Assert.Empty(await watch.ReadUntilPongAsync());
        // A member vouches for what it brings.
        await AccessStory.StoreAsync(_ann, backDated[..^1]);
    }

    [Fact]
    public async Task A_socket_that_never_offers_again_lends_nothing_either()
    {
        var early = _story.Say(_story.Bob, "still here");
        await AccessStory.StoreAsync(_ann, Revoke(_story.Bob));
        await using var eve = await HubClient.JoinWithoutAcksAsync(_hub, _story.Eve.Did);
        await eve.SendAsync(Author.Frame(early));
        Assert.Equal("UNAUTHORIZED", (await eve.ReadAsync("node-error"))["code"]!.Text);
    }

    /// <summary>An empty hub does not know yet who was removed: what comes before the log waits, and is asked again when it is there.</summary>
    [Fact]
    public async Task What_was_brought_before_the_log_came_is_asked_for_its_sender_again()
    {
        var (theirs, mine) = (_story.Say(_story.Bob, "still here"), _story.Say(_story.Cat, "early"));
        Revoke(_story.Bob);
        await using var empty = await HubFixture.StartAsync();
        await using (var eve = await HubClient.JoinWithoutAcksAsync(empty, _story.Eve.Did))
        await using (var cat = await HubClient.JoinWithoutAcksAsync(empty, _story.Cat.Did))
        {
            await eve.HandInAsync(theirs);
            await cat.HandInAsync(mine);
        }

        await using var ann = await HubClient.JoinAsync(empty, _story.Ann.Did);
        await AccessStory.StoreAsync(ann, [_story.Root, .. _operations, _story.PlazaNode()]);

        Assert.Equal([mine.Hash.ToString()], await AccessStory.PageAsync(ann, _story.PlazaRoom));
    }

    [Fact]
    public async Task In_a_private_channel_a_member_of_its_space_lends_nothing_to_somebody_who_was_removed()
    {
        var channel = _story.Channel(_story.Ann, out var root);
        var grant = _story.Do(_story.Ann, channel, d => d.Grant(_story.Bob.Person, AccessRole.Member));
        var early = _story.Say(_story.Bob, "still here", channel, channel.Domain);
        await AccessStory.StoreAsync(_ann, root, grant, _story.Do(_story.Ann, channel, d => d.Revoke(_story.Bob.Person)));
        await using var bob = await HubClient.JoinAsync(_hub, _story.Bob.Did);
        await using var cat = await HubClient.JoinAsync(_hub, _story.Cat.Did);

        await AccessStory.RefusedAsync(bob, early, "WRITE_FORBIDDEN", "removed", _ann);
        await AccessStory.RefusedAsync(cat, early, "UNAUTHORIZED", "not-a-member", _ann);
        // The space is the outer wall.
        await AccessStory.StoreAsync(_ann, _story.Do(_story.Ann, channel, d => d.Grant(_story.Cat.Person, AccessRole.Member)), Revoke(_story.Cat));
        await AccessStory.RefusedAsync(cat, early, "WRITE_FORBIDDEN", "removed", _ann);
        await AccessStory.StoreAsync(_ann, early);
    }

    /// <summary>With and without a log, in a conversation, a channel that names its people and somebody's own room.</summary>
    [Fact]
    public async Task Where_people_are_named_only_they_bring_what_one_of_them_signed()
    {
        var log = _story.DirectMessage(_story.Ann, _story.Bob, out var root);
        var named = Channel(new("k3vZ0aQ"), "channel", _story.Ann, _story.Bob);
        var pair = RoomNames.DirectMessage([_story.Ann.Person, _story.Cat.Person]);
        var plain = Channel(pair, "dm", _story.Ann, _story.Cat);
        await using var bob = await HubClient.JoinAsync(_hub, _story.Bob.Did);
        await using var cat = await HubClient.JoinAsync(_hub, _story.Cat.Did);
        await using var eve = await HubClient.JoinAsync(_hub, _story.Eve.Did);
        await AccessStory.RefusedAsync(eve, plain, "UNAUTHORIZED", "not-a-member", eve);
        await AccessStory.StoreAsync(_ann, root, named);
        await AccessStory.StoreAsync(cat, plain);

        await AccessStory.RefusedAsync(eve, _story.Say(_story.Ann, "with a log", log, log.Domain), "UNAUTHORIZED", "not-a-member", _ann);
        await AccessStory.RefusedAsync(eve, _story.Ann.Message(named.Node.Value, "without"), "UNAUTHORIZED", "not-a-member", _ann);
        await AccessStory.RefusedAsync(eve, _story.Ann.Message(pair.Value, "without"), "UNAUTHORIZED", "not-a-member", _ann);
        var own = _story.Ann.CreateUnproven(RoomNames.InboxNode(_story.Ann.Person).Value, Schemas.InboxState);
        await AccessStory.RefusedAsync(eve, own, "UNAUTHORIZED", "not-a-member", _ann);

        await AccessStory.StoreAsync(bob, _story.Say(_story.Ann, "by bob", log, log.Domain), _story.Ann.Message(named.Node.Value, "by bob"));
        await AccessStory.StoreAsync(cat, _story.Ann.Message(pair.Value, "by cat"));
        await AccessStory.StoreAsync(_ann, own);
        // Who left is out of it.
        await AccessStory.StoreAsync(bob, _story.Do(_story.Bob, log, d => d.Leave()));
        await AccessStory.RefusedAsync(bob, _story.Say(_story.Ann, "by bob", log, log.Domain), "WRITE_FORBIDDEN", "removed", _ann);
    }

    /// <summary>Somebody whom an admin let in is no member of a hub that lost everything, until what they bring says so.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_members_replica_fills_an_empty_hub_with_a_log_that_does_not_have_them_yet(bool inOneFrame)
    {
        var said = _story.Say(_story.Ann, "by the owner, who is away");
        Change[] all = [_story.Root, _story.PlazaNode(), .. _operations, said, _story.Say(_story.Cat, "mine")];
        await using var empty = await HubFixture.StartAsync();
        await using var cat = await HubClient.JoinAsync(empty, _story.Cat.Did);
        if (inOneFrame)
        {
            // Each in its own room, as a batch is of one: the space's first.
            await cat.SendAsync(Author.Batch(_story.SpaceRoom, [.. all.Where(c => HomeRoom.Of(c)!.Value.Value == _story.SpaceRoom)]));
            Assert.DoesNotContain(await cat.ReadUntilPongAsync(), static f => f["type"]!.Text == "node-error");
            all = [.. all.Where(c => HomeRoom.Of(c)!.Value.Value != _story.SpaceRoom)];
        }

        Assert.Empty(await AccessStory.OfferAsync(cat, all));

        Assert.Equal(4, (await AccessStory.PageAsync(cat, _story.SpaceRoom)).Count);
        Assert.Equal(2, (await AccessStory.PageAsync(cat, _story.PlazaRoom)).Count);
    }

    [Fact]
    public async Task A_removed_member_brings_no_operations_of_others_and_a_stranger_none_that_wait()
    {
        Change[] chain = [Revoke(_story.Bob), Grant(_story.Eve), Revoke(_story.Eve)];
        await using var bob = await HubClient.JoinAsync(_hub, _story.Bob.Did);
        await using var stranger = await HubClient.JoinAsync(_hub, new Author(200).Did);

        await AccessStory.RefusedAsync(stranger, chain[1], "UNAUTHORIZED", "not-a-member", _ann);
        await AccessStory.StoreAsync(_ann, chain[0]);
        await AccessStory.RefusedAsync(bob, chain[1], "WRITE_FORBIDDEN", "removed", _ann);
        await AccessStory.RefusedAsync(bob, chain[2], "WRITE_FORBIDDEN", "removed", _ann);
        // What can be decided proves itself.
        await AccessStory.StoreAsync(stranger, chain[1..]);
    }

    private Change Grant(Author whom) => Keep(_story.Do(_story.Ann, _story.Space, d => d.Grant(whom.Person, AccessRole.Member)));

    private Change Revoke(Author whom) => Keep(_story.Do(_story.Ann, _story.Space, d => d.Revoke(whom.Person)));

    private Change Keep(Change operation)
    {
        _operations.Add(operation);
        return operation;
    }

    private Change Made(Author by, string schema, params (string Name, JsonValue Value)[] properties)
    {
        var id = by.NextId();
        return by.Sign(_story.Ordinary(by, NodeProof.IdFor(by.Person, id), schema, null, _story.Space, properties).Fields with { Id = id });
    }

    private static Change Channel(NodeId id, string kind, Author by, Author with) => by.CreateUnproven(
        id.Value, Schemas.Channel, ("kind", JsonValue.Of(kind)), ("members", JsonValue.Array([JsonValue.Of(by.Did), JsonValue.Of(with.Did)])));
}
