using Parley.Access;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Attacks;

/// <summary>
/// Threads and open channels before their create is here. Whoever was in a room knows the ids of its messages, and so of all threads that may
/// ever hang on them.
/// </summary>
public sealed class ThreadAttacks : IAsyncLifetime
{
    private readonly AccessStory _story = new();
    private HubFixture _hub = null!;
    private HubClient _ann = null!;
    private HubClient _bob = null!;
    private HubClient _eve = null!;
    private MembershipLog _channel = null!;
    private Change _said = null!;

    /// <summary>Ann and Bob are in a private channel, Eve is nobody.</summary>
    public async ValueTask InitializeAsync()
    {
        _hub = await HubFixture.StartAsync();
        _ann = await HubClient.JoinAsync(_hub, _story.Ann.Did);
        _bob = await HubClient.JoinAsync(_hub, _story.Bob.Did);
        _eve = await HubClient.JoinAsync(_hub, _story.Eve.Did);
        _channel = _story.Channel(_story.Ann, out var root);
        _said = _story.Say(_story.Ann, "in private", _channel, _channel.Domain);
        await AccessStory.StoreAsync(
            _ann, _story.Root, root, _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Bob.Person, AccessRole.Member)),
            _story.Do(_story.Ann, _channel, d => d.Grant(_story.Bob.Person, AccessRole.Member)));
    }

    public async ValueTask DisposeAsync()
    {
        await _ann.DisposeAsync();
        await _bob.DisposeAsync();
        await _eve.DisposeAsync();
        await _hub.DisposeAsync();
        _story.Dispose();
    }

    [Fact]
    public async Task Nobody_is_in_a_thread_before_its_channel_and_afterwards_whoever_is_where_it_hangs()
    {
        await AccessStory.StoreAsync(_ann, _said);
        var thread = RoomNames.ThreadOf(_said.Node);
        string[] topics = [RoomNames.Channel(thread).Value, RoomNames.Call(thread).Value, RoomNames.Presence(thread).Value];
        foreach (var client in new[] { _bob, _eve })
        {
            await client.SubscribeAsync(topics);
            Assert.Equal(topics, (await client.ReadUntilPongAsync()).Where(static f => f["type"]!.Text == "auth-denied").Select(static f => f["resource"]!.Text));
        }

        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_eve, topics[0]));
        await AccessStory.RefusedAsync(_eve, _story.Eve.Message(thread.Value, "let me begin"), "UNAUTHORIZED", "not-a-member", _ann);
        await _bob.SendAsync(ClientFrames.Publish(new(topics[1]), JsonValue.Object(("kind", JsonValue.Of("announce")), ("from", JsonValue.Of(_story.Bob.Did + "#1")))));
        Assert.Equal("UNAUTHORIZED", (await _bob.ReadAsync("node-error"))["code"]!.Text);

        // Whoever begins it says what it hangs on, and then what they have to say.
        await AccessStory.StoreAsync(_ann, Thread(_story.Ann, _channel), _story.Say(_story.Ann, "about that", _channel, thread));

        Assert.Equal(["subscribed", "subscribed", "subscribed", "publish", "publish"], (await _bob.ReadUntilPongAsync()).Select(static f => f["type"]!.Text));
        Assert.Empty(await _eve.ReadUntilPongAsync());
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_eve, topics[0]));
    }

    /// <summary>At a hub that lost its database, say: the message is on its way, and a stranger has its id.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_makes_the_channel_of_a_thread_before_its_target_is_here_opens_nothing(bool inMain)
    {
        var thread = RoomNames.ThreadOf(_said.Node);
        var room = RoomNames.Channel(thread).Value;
        await _eve.SubscribeAsync(room);
        var squat = Thread(_story.Eve, null, inMain ? RoomNames.MainSpace : null);
        await _eve.SendAsync(Author.Frame(squat));
        Assert.Equal(inMain ? "" : "UNAUTHORIZED", (await AccessStory.AnswerAsync(_eve, squat.Hash)).Code);
        await using var reference = await HubClient.JoinWithoutAcksAsync(_hub, _story.Eve.Did);
        await reference.HandInAsync(Thread(_story.Eve, null));

        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_eve, room));
        await AccessStory.RefusedAsync(_eve, _story.Eve.Message(thread.Value, "mine"), "UNAUTHORIZED", "not-a-member", _ann);
        Assert.Single(await AccessStory.OfferAsync(_ann, [_story.Say(_story.Ann, "about that", _channel, thread)]));

        await AccessStory.StoreAsync(_ann, _said);
        // What was filed in the open is hers to see; what hangs on the message is not.
        var own = Thread(_story.Ann, _channel);
        if (!inMain)
        {
            await AccessStory.StoreAsync(_ann, own);
        }

        await AccessStory.StoreAsync(_ann, _story.Say(_story.Ann, "about that", _channel, thread));
        Assert.DoesNotContain(await _eve.ReadUntilPongAsync(), static f => f["type"]!.Text is "publish" or "subscribed");
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(_eve, room));
        Assert.NotEmpty(await AccessStory.PageAsync(_bob, room));
    }

    private Change Thread(Author by, MembershipLog? knows, string? space = null) => _story.Ordinary(
        by, RoomNames.ThreadOf(_said.Node), Schemas.Channel, null, knows,
        [("kind", JsonValue.Of("channel")), ("target", JsonValue.Of(_said.Node.Value)), .. space is null ? [] : new[] { ("space", JsonValue.Of(space)) }]);
}
