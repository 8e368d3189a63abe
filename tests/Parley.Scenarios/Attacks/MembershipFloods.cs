using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Attacks;

/// <summary>Floods of operations and of changes that wait for some: each stops at its bound, and the log goes on for everybody else.</summary>
public sealed class MembershipFloods : IDisposable
{
    private readonly AccessStory _story = new();

    public void Dispose() => _story.Dispose();

    [Fact]
    public async Task Operations_by_strangers_cost_nothing_that_stays()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await using var eve = await HubClient.JoinAsync(hub, _story.Eve.Did);
        await AccessStory.StoreAsync(ann, _story.Root);
        var flood = Enumerable.Range(0, 3_000).Select(i => Leave(_story.Eve, _story.Space, 10 + i)).ToArray();

        foreach (var part in flood.Chunk(500))
        {
            await eve.SendAsync(Author.Batch(_story.SpaceRoom, part));
        }

        var answers = await eve.ReadUntilPongAsync();
        Assert.Equal(flood.Length, answers.Count(static a => a["code"]?.Text == "WRITE_FORBIDDEN" && a["error"]!.Text == "not-a-member"));
        Assert.Equal([_story.Root.Hash.ToString()], await AccessStory.PageAsync(ann, _story.SpaceRoom));
        await AccessStory.StoreAsync(ann, _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Bob.Person, AccessRole.Member)));
    }

    [Fact]
    public async Task A_stranger_knocks_a_few_times_an_hour_and_leaves_nothing_else_at_a_door()
    {
        await using var hub = await HubFixture.StartAsync(o => o.Limits.KnocksPerHourMax = 3);
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await using var eve = await HubClient.JoinAsync(hub, _story.Eve.Did);
        var door = RoomNames.Knock(_story.Ann.Person).Value;
        for (var i = 0; i < 3; i++)
        {
            await AccessStory.StoreAsync(eve, Knock());
        }

        await AccessStory.RefusedAsync(eve, Knock(), "WRITE_FORBIDDEN", "too-many-knocks", ann);
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(eve, door));
        var page = _story.Eve.Create(Schemas.Page, ("title", JsonValue.Of("buy")), ("to", JsonValue.Of(_story.Ann.Did)));
        await AccessStory.RefusedAsync(eve, page, "INVALID_ROOM", "The change does not belong in this room.", ann, door);
        await AccessStory.StoreAsync(ann, _story.Ann.Create(Schemas.Knock, ("domain", JsonValue.Of("sp-xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")), ("to", JsonValue.Of(_story.Ann.Did))));

        Change Knock() => _story.Eve.Create(Schemas.Knock, ("domain", JsonValue.Of("sp-xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")), ("to", JsonValue.Of(_story.Ann.Did)));
    }

    [Fact]
    public async Task Operations_that_name_what_nobody_has_wait_within_the_logs_bounds()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await AccessStory.StoreAsync(ann, _story.Root);
        // 64 of one author wait in a log; more push out the oldest of the same author, which may come again.
        var invented = Enumerable.Range(0, 70).Select(i => Leave(_story.Ann, _story.Space, 10 + i, Unknown(i))).ToArray();
        await ann.SendAsync(Author.Batch(_story.SpaceRoom, invented));
        Assert.Equal(70, (await ann.ReadUntilPongAsync()).SelectMany(static f => f["acks"]!.Items).Count(static a => a["seq"]!.Integer == 0));
        await ann.SendAsync(Author.Frame(invented[0]));
        Assert.Equal(("", "", 0), await AccessStory.AnswerAsync(ann, invented[0].Hash));

        // Nobody is kept out by it.
        await AccessStory.StoreAsync(ann, _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Bob.Person, AccessRole.Member)));
    }

    [Fact]
    public async Task A_member_fills_no_log_and_a_full_one_says_so()
    {
        await using var hub = await HubFixture.StartAsync(o => (o.Limits.OperationsPerMemberMax, o.Limits.OperationsMax) = (3, 8));
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await using var bob = await HubClient.JoinAsync(hub, _story.Bob.Did);
        var grant = _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Bob.Person, AccessRole.Member));
        await AccessStory.StoreAsync(ann, _story.Root, grant);

        // Each leaves as if it had not seen the others, which is valid for ever.
        var leaves = Enumerable.Range(0, 5).Select(i => Leave(_story.Bob, _story.Space, 10 + i, grant.Hash)).ToArray();
        await bob.SendAsync(Author.Batch(_story.SpaceRoom, leaves));
        Assert.Equal(2, (await bob.ReadUntilPongAsync()).Count(static f => f["code"]?.Text == "QUOTA_EXCEEDED"));
        for (var i = 0; i < 3; i++)
        {
            await AccessStory.StoreAsync(ann, _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Cat.Person, AccessRole.Member)));
        }

        await AccessStory.RefusedAsync(
            ann, _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Cat.Person, AccessRole.Member)), "QUOTA_EXCEEDED",
            "The membership log is full for now.", ann);
    }

    private static ChangeHash Unknown(int number) => new([.. Enumerable.Repeat((byte)0, 28), .. BitConverter.GetBytes(number + 1)]);

    private Change Leave(Author by, MembershipLog log, long lamport, ChangeHash? knows = null) => Leave(by, log.Domain, lamport, knows ?? _story.Root.Hash);

    private Change Leave(Author by, NodeId domain, long lamport, ChangeHash knows) => _story.Forge(
        by,
        domain,
        JsonValue.Object(
            ("v", JsonValue.Of(1)), ("t", JsonValue.Of("leave")), ("dom", JsonValue.Of(domain.Value)),
            ("d", JsonValue.Array([JsonValue.Of(System.Buffers.Text.Base64Url.EncodeToString(knows.ToBytes()))]))),
        lamport);
}
