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
public sealed class ThreadAttacks : ThreeAtAHub
{
    private MembershipLog _channel = null!;
    private Change _said = null!;

    /// <summary>Ann and Bob are in a private channel, Eve is nobody.</summary>
    private protected override async Task BeginAsync()
    {
        _channel = Story.Channel(Story.Ann, out var root);
        _said = Story.Say(Story.Ann, "in private", _channel, _channel.Domain);
        await AccessStory.StoreAsync(
            Ann, Story.Root, root, Story.Do(Story.Ann, Story.Space, d => d.Grant(Story.Bob.Person, AccessRole.Member)),
            Story.Do(Story.Ann, _channel, d => d.Grant(Story.Bob.Person, AccessRole.Member)));
    }

    [Fact]
    public async Task Nobody_is_in_a_thread_before_its_channel_and_afterwards_whoever_is_where_it_hangs()
    {
        await AccessStory.StoreAsync(Ann, _said);
        var thread = RoomNames.ThreadOf(_said.Node);
        string[] topics = [RoomNames.Channel(thread).Value, RoomNames.Call(thread).Value, RoomNames.Presence(thread).Value];
        foreach (var client in new[] { Bob, Eve })
        {
            await client.SubscribeAsync(topics);
            Assert.Equal(topics, (await client.ReadUntilPongAsync()).Where(static f => f["type"]!.Text == "auth-denied").Select(static f => f["resource"]!.Text));
        }

        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Eve, topics[0]));
        await AccessStory.RefusedAsync(Eve, Story.Eve.Message(thread.Value, "let me begin"), "UNAUTHORIZED", "not-a-member", Ann);
        await Bob.SendAsync(ClientFrames.Publish(new(topics[1]), JsonValue.Object(("kind", JsonValue.Of("announce")), ("from", JsonValue.Of(Story.Bob.Did + "#1")))));
        Assert.Equal("UNAUTHORIZED", (await Bob.ReadAsync("node-error"))["code"]!.Text);

        // Whoever begins it says what it hangs on, and then what they have to say.
        await AccessStory.StoreAsync(Ann, Thread(Story.Ann, _channel), Story.Say(Story.Ann, "about that", _channel, thread));

        Assert.Equal(["subscribed", "subscribed", "subscribed", "publish", "publish"], (await Bob.ReadUntilPongAsync()).Select(static f => f["type"]!.Text));
        Assert.Empty(await Eve.ReadUntilPongAsync());
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Eve, topics[0]));
    }

    /// <summary>At a hub that lost its database, say: the message is on its way, and a stranger has its id.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_makes_the_channel_of_a_thread_before_its_target_is_here_opens_nothing(bool inMain)
    {
        var thread = RoomNames.ThreadOf(_said.Node);
        var room = RoomNames.Channel(thread).Value;
        await Eve.SubscribeAsync(room);
        var squat = Thread(Story.Eve, null, inMain ? RoomNames.MainSpace : null);
        await Eve.SendAsync(Author.Frame(squat));
        Assert.Equal(inMain ? "" : "UNAUTHORIZED", (await AccessStory.AnswerAsync(Eve, squat.Hash)).Code);
        await using var reference = await HubClient.JoinWithoutAcksAsync(Hub, Story.Eve.Did);
        await reference.HandInAsync(Thread(Story.Eve, null));

        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Eve, room));
        await AccessStory.RefusedAsync(Eve, Story.Eve.Message(thread.Value, "mine"), "UNAUTHORIZED", "not-a-member", Ann);
        Assert.Single(await AccessStory.OfferAsync(Ann, [Story.Say(Story.Ann, "about that", _channel, thread)]));

        await AccessStory.StoreAsync(Ann, _said);
        // What was filed in the open is hers to see; what hangs on the message is not.
        var own = Thread(Story.Ann, _channel);
        if (!inMain)
        {
            await AccessStory.StoreAsync(Ann, own);
        }

        await AccessStory.StoreAsync(Ann, Story.Say(Story.Ann, "about that", _channel, thread));
        Assert.DoesNotContain(await Eve.ReadUntilPongAsync(), static f => f["type"]!.Text is "publish" or "subscribed");
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(Eve, room));
        Assert.NotEmpty(await AccessStory.PageAsync(Bob, room));
    }

    private Change Thread(Author by, MembershipLog? knows, string? space = null) => Story.Ordinary(
        by, RoomNames.ThreadOf(_said.Node), Schemas.Channel, null, knows,
        [("kind", JsonValue.Of("channel")), ("target", JsonValue.Of(_said.Node.Value)), .. space is null ? [] : new[] { ("space", JsonValue.Of(space)) }]);
}
