using System.Buffers.Text;
using System.Globalization;
using Parley.Access;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Attacks;

/// <summary>
/// What others cost the members of a space, counted: subscriptions that are asked again, questions to the store, and changes kept. Whatever the
/// others do, a member's commit costs what it cost before.
/// </summary>
public sealed class CostAttacks : IAsyncLifetime
{
    private const int QuestionsPerChangeMax = 8;

    private readonly AccessStory _story = new();
    private readonly CountingStore _store = new();
    private HubFixture _hub = null!;
    private HubClient _ann = null!;
    private HubClient _cat = null!;
    private Change _said = null!;
    private Change[] _early = [];

    /// <summary>Ann owns the space, Cat is in it, Bob was, and Eve is nobody.</summary>
    public async ValueTask InitializeAsync()
    {
        _hub = await HubFixture.StartAsync(o => o.OpenStore = () => _store);
        _ann = await HubClient.JoinAsync(_hub, _story.Ann.Did, _story.SpaceRoom, _story.PlazaRoom);
        _cat = await HubClient.JoinAsync(_hub, _story.Cat.Did, _story.SpaceRoom, _story.PlazaRoom);
        await AccessStory.StoreAsync(_ann, _story.Root, _story.PlazaNode(), Grant(_story.Bob), Grant(_story.Cat));
        _said = _story.Say(_story.Ann, "hello");
        _early = [.. Enumerable.Range(0, 100).Select(i => _story.Say(_story.Bob, $"still here {i}"))];
        await AccessStory.StoreAsync(_ann, _said, Revoke(_story.Bob));
    }

    public async ValueTask DisposeAsync()
    {
        await _ann.DisposeAsync();
        await _cat.DisposeAsync();
        await _hub.DisposeAsync();
        _story.Dispose();
        _store.Dispose();
    }

    /// <summary>Name, subscriptions that others' doings ask again, and changes of theirs that are kept.</summary>
    [Theory]
    [InlineData("an ex-member by another key's socket", 0, 0)]
    [InlineData("a thread before its channel", 0, 0)]
    [InlineData("four keys that fill a space", 0, 0)]
    [InlineData("four keys that fill a space and offer nothing again", 0, 4 * 64)]
    [InlineData("four keys that know of operations which nobody wrote and offer nothing again", 0, 4 * 64)]
    [InlineData("four keys that fill a space's log and offer nothing again", 0, 4 * 64)]
    [InlineData("seventeen keys that fill the hub", 0, 0)]
    [InlineData("seventeen keys that fill the hub and offer nothing again", 0, 17 * 64)]
    [InlineData("six at one door", 0, 100)]
    [InlineData("50,000 topics of their own, and nodes that move", 0, 40)]
    public async Task A_members_commit_costs_what_it_cost(string attack, int asked, int kept)
    {
        var alone = await MembersAsync();
        var before = await CostAsync();
        List<HubClient> others = [];

        var changes = await AttackAsync(attack, others);

        var theirs = await CostAsync() - before;
        Assert.Equal((asked, kept), (theirs.Asked, theirs.Rows));
        Assert.InRange(theirs.Questions, 0, changes * QuestionsPerChangeMax);
        Assert.Equal(alone, await MembersAsync());
        foreach (var other in others)
        {
            await other.DisposeAsync();
        }
    }

    // How many questions an attack may be worth, as changes; its sockets stay open.
    private Task<int> AttackAsync(string name, List<HubClient> others) => name switch
    {
        "an ex-member by another key's socket" => ByAnotherSocketAsync(others),
        "a thread before its channel" => BeforeItsChannelAsync(others),
        "four keys that fill a space" => FillAsync(others, 4, takesAcks: true, InTheSpace),
        "four keys that fill a space and offer nothing again" => FillAsync(others, 4, takesAcks: false, InTheSpace),
        "four keys that know of operations which nobody wrote and offer nothing again" => FillAsync(others, 4, takesAcks: false, KnowsMore),
        "four keys that fill a space's log and offer nothing again" => FillAsync(others, 4, takesAcks: false, InItsLog),
        "seventeen keys that fill the hub" => FillAsync(others, 17, takesAcks: true, OfNoSpace),
        "seventeen keys that fill the hub and offer nothing again" => FillAsync(others, 17, takesAcks: false, OfNoSpace),
        "six at one door" => AtOneDoorAsync(others),
        _ => ManyTopicsAsync(others),
    };

    private async Task<int> ByAnotherSocketAsync(List<HubClient> others)
    {
        await RefusedAsync(await JoinAsync(others, _story.Eve), _story.PlazaRoom, _early);
        return _early.Length;
    }

    private async Task<int> BeforeItsChannelAsync(List<HubClient> others)
    {
        var eve = await JoinAsync(others, _story.Eve);
        var thread = RoomNames.ThreadOf(_said.Node);
        var room = RoomNames.Channel(thread).Value;
        await eve.SubscribeAsync(room, RoomNames.Call(thread).Value, RoomNames.Presence(thread).Value);
        Assert.Equal(3, (await eve.ReadUntilPongAsync()).Count(static f => f["type"]?.Text == "auth-denied"));
        await RefusedAsync(eve, room, [.. Enumerable.Range(0, 100).Select(i => _story.Eve.Message(thread.Value, $"mine {i}"))]);
        return 103;
    }

    private async Task<int> FillAsync(List<HubClient> others, int keys, bool takesAcks, Func<Author, int, (string Room, Change Change)> make)
    {
        for (byte key = 100; key < 100 + keys; key++)
        {
            var stranger = new Author(key);
            var from = await JoinAsync(others, stranger, takesAcks);
            foreach (var room in Enumerable.Range(0, 256).Select(i => make(stranger, i)).GroupBy(static one => one.Room, static one => one.Change))
            {
                await from.SendAsync(Author.Batch(room.Key, [.. room]));
            }

            Assert.Equal(takesAcks ? 256 : 0, (await from.ReadUntilPongAsync()).Count(static f => f["code"]?.Text == "UNAUTHORIZED"));
        }

        return 256 * keys;
    }

    private async Task<int> AtOneDoorAsync(List<HubClient> others)
    {
        var taken = 0;
        for (byte key = 100; key < 106; key++)
        {
            var stranger = new Author(key);
            var from = await JoinAsync(others, stranger);
            await from.SendAsync(Author.Batch(
                RoomNames.Knock(_story.Ann.Person).Value,
                [.. Enumerable.Range(0, 20).Select(_ => stranger.Create(
                    Schemas.Knock, ("domain", JsonValue.Of(_story.Space.Domain.Value)), ("to", JsonValue.Of(_story.Ann.Did))))]));
            taken += 20 - (await from.ReadUntilPongAsync()).Count(static f => f["code"]?.Text == "QUOTA_EXCEEDED");
        }

        Assert.Equal(100, taken);
        return 120;
    }

    private async Task<int> ManyTopicsAsync(List<HubClient> others)
    {
        for (var socket = 0; socket < 5; socket++)
        {
            var eve = await JoinAsync(others, _story.Eve);
            for (var frame = 0; frame < 10; frame++)
            {
                await eve.SendAsync(ClientFrames.Subscribe(
                    [.. Enumerable.Range(0, 1_000).Select(i => RoomNames.Channel(new($"theirs-{socket}-{frame}-{i}")))]));
                await eve.ReadAsync("subscribed");
            }
        }

        for (var i = 0; i < 20; i++)
        {
            // The second proves who made the node, and so takes it to another room.
            var id = _story.Eve.NextId();
            var node = NodeProof.IdFor(_story.Eve.Person, id);
            foreach (var change in new[] { Of(_story.Eve.NextId(), "theirs-0-0-0"), Of(id, "theirs-0-0-1") })
            {
                await AccessStory.StoreAsync(others[0], change);
            }

            Change Of(string by, string channel) => _story.Eve.Sign(_story.Eve.Fields(
                by, node, Schemas.ChatMessage, null, ("channel", JsonValue.Of(channel)), ("content", JsonValue.Of("x"))));
        }

        return 50_000 + 40;
    }

    private (string Room, Change Change) InTheSpace(Author by, int number) =>
        (_story.SpaceRoom, by.Create(Schemas.Page, ("title", JsonValue.Of($"{number}")), ("space", JsonValue.Of(_story.Space.Domain.Value))));

    private (string Room, Change Change) KnowsMore(Author by, int number) => (_story.SpaceRoom, by.Create(
        Schemas.Page, ("title", JsonValue.Of($"{number}")), ("space", JsonValue.Of(_story.Space.Domain.Value)),
        (Change.SeenProperty, JsonValue.Array([JsonValue.Of(Base64Url.EncodeToString(_early[0].Hash.ToBytes()))]))));

    // An operation that rests on one that nobody has, and one of a space that nobody made.
    private (string Room, Change Change) InItsLog(Author by, int number) => Leave(by, _story.Space.Domain, _early[0].Hash);

    private (string Room, Change Change) OfNoSpace(Author by, int number) =>
        Leave(by, new("sp-" + new string((char)('b' + (by.Did[^1] % 20)), 30) + (char)('a' + (number / 64)) + "a"), _story.Root.Hash);

    private (string Room, Change Change) Leave(Author by, NodeId space, ChangeHash after) => (RoomNames.Space(space.Value).Value, _story.Forge(
        by, space,
        JsonValue.Object(
            ("v", JsonValue.Of(1)), ("t", JsonValue.Of("leave")), ("dom", JsonValue.Of(space.Value)),
            ("d", JsonValue.Array([JsonValue.Of(Base64Url.EncodeToString(after.ToBytes()))])))));

    // What members do: a message, and one of them goes and comes back.
    private async Task<Cost> MembersAsync()
    {
        var before = await CostAsync();
        await AccessStory.StoreAsync(_ann, _story.Say(_story.Ann, "again"), Revoke(_story.Cat), Grant(_story.Cat));
        return await CostAsync() - before;
    }

    private async Task<Cost> CostAsync()
    {
        const string Counter = "\nparley_hub_subscriptions_asked_total ";
        var metrics = await _hub.MetricsAsync();
        var from = metrics.IndexOf(Counter, StringComparison.Ordinal) + Counter.Length;
        return new(long.Parse(metrics[from..metrics.IndexOf('\n', from)], CultureInfo.InvariantCulture), _store.Questions, _store.Rows);
    }

    private async Task<HubClient> JoinAsync(List<HubClient> others, Author who, bool takesAcks = true)
    {
        others.Add(takesAcks ? await HubClient.JoinAsync(_hub, who.Did) : await HubClient.JoinWithoutAcksAsync(_hub, who.Did));
        return others[^1];
    }

    private static async Task RefusedAsync(HubClient from, string room, Change[] changes)
    {
        await from.SendAsync(Author.Batch(room, changes));
        Assert.Equal(changes.Length, (await from.ReadUntilPongAsync()).Count(static f => f["code"]?.Text == "UNAUTHORIZED"));
    }

    private Change Grant(Author whom) => _story.Do(_story.Ann, _story.Space, d => d.Grant(whom.Person, AccessRole.Member));

    private Change Revoke(Author whom) => _story.Do(_story.Ann, _story.Space, d => d.Revoke(whom.Person));

    private readonly record struct Cost(long Asked, long Questions, long Rows)
    {
        public static Cost operator -(Cost one, Cost other) => new(one.Asked - other.Asked, one.Questions - other.Questions, one.Rows - other.Rows);
    }
}
