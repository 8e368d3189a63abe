using Parley.Access;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Attacks;

/// <summary>Floods of what waits for something that is not here, by many keys at once: nobody takes the place of somebody who is in the room.</summary>
public sealed class WaitingFloods : IDisposable
{
    private static readonly NodeId Nowhere = new("sp-" + new string('a', 32));

    private readonly AccessStory _story = new();
    private readonly MemoryHubStore _store = new("epoch");

    public void Dispose()
    {
        _story.Dispose();
        _store.Dispose();
    }

    /// <summary>Four keys, into a space that they are not in.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 4 * 64)]
    public async Task A_space_is_not_filled_by_strangers(bool takesAcks, int kept)
    {
        await using var hub = await HubFixture.StartAsync(o => o.OpenStore = () => _store);
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await AccessStory.StoreAsync(ann, _story.Root, _story.PlazaNode());
        for (byte key = 100; key < 104; key++)
        {
            var stranger = new Author(key);
            await using var from = takesAcks ? await HubClient.JoinAsync(hub, stranger.Did) : await HubClient.JoinWithoutAcksAsync(hub, stranger.Did);
            await from.SendAsync(Author.Batch(_story.SpaceRoom, [.. Enumerable.Range(0, 256).Select(_ => Page(stranger, _story.Space.Domain))]));
            Assert.Equal(takesAcks ? 256 : 0, (await from.ReadUntilPongAsync()).Count(static f => f["code"]?.Text == "UNAUTHORIZED"));
        }

        Assert.Equal(kept, _store.WaitingOfOthers().Count);
        await TakenLaterAsync(hub, ann);
    }

    /// <summary>Seventeen keys, with operations of spaces that do not exist.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 17 * 64)]
    public async Task Logs_are_not_filled_by_strangers(bool takesAcks, int kept)
    {
        await using var hub = await HubFixture.StartAsync(o => o.OpenStore = () => _store);
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await AccessStory.StoreAsync(ann, _story.Root, _story.PlazaNode());
        for (byte key = 100; key < 117; key++)
        {
            var stranger = new Author(key);
            await using var from = takesAcks ? await HubClient.JoinAsync(hub, stranger.Did) : await HubClient.JoinWithoutAcksAsync(hub, stranger.Did);
            foreach (var part in Enumerable.Range(0, 3 * 64).Chunk(64))
            {
                var space = new NodeId("sp-" + new string((char)('b' + (key % 20)), 30) + (char)('a' + (part[0] / 64)) + "a");
                await from.SendAsync(Author.Batch(RoomNames.Space(space.Value).Value, [.. part.Select(i => Leave(stranger, space, 10 + i))]));
            }

            await from.ReadUntilPongAsync();
        }

        Assert.Equal(kept, _store.WaitingOfOthers().Count);
        await TakenLaterAsync(hub, ann);
    }

    [Fact]
    public async Task Of_strangers_whoever_has_the_most_waiting_loses_their_oldest_also_after_a_restart()
    {
        Dictionary<byte, Author> people = new() { [100] = new(100), [101] = new(101), [102] = new(102) };
        Change Next(byte key) => Page(people[key], Nowhere);
        Change[] first = [Next(100), Next(100), Next(100)], second = [Next(101), Next(101)];
        var (fourth, third) = (Next(100), Next(102));
        await using (var hub = await StartAsync())
        {
            await BringAsync(hub, 100, first);
            await BringAsync(hub, 101, second);
            // One too many of their own, and one too many in all.
            await BringAsync(hub, 100, fourth);
            Assert.Equal([false, true, true, true], IsKept([.. first, fourth]));
        }

        await using (var hub = await StartAsync())
        {
            await BringAsync(hub, 102, third);
            Assert.Equal([false, false, true, true, true, true, true], IsKept([.. first, fourth, .. second, third]));
            // What is large counts by its size, whoever has the most rows.
            var (large, larger) = (Page(new(103), Nowhere, 9_000), Page(new(104), Nowhere, 9_500));
            await BringAsync(hub, 103, large);
            await BringAsync(hub, 104, larger);
            Assert.Equal([true, false], IsKept([large, larger]));
            Assert.True(_store.WaitingOfOthers().Bytes <= 16_000);
        }

        Task<HubFixture> StartAsync() => HubFixture.StartAsync(o =>
        {
            o.OpenStore = () => _store;
            (o.Limits.HeldByOthersEachMax, o.Limits.HeldByOthersMax, o.Limits.HeldByOthersBytesMax) = (3, 5, 16_000);
        });
    }

    [Fact]
    public async Task A_member_with_too_much_waiting_loses_their_own_oldest()
    {
        await using var hub = await HubFixture.StartAsync(o => (o.OpenStore, o.Limits.HeldPerMemberMax) = (() => _store, 2));
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await using var bob = await HubClient.JoinAsync(hub, _story.Bob.Did);
        await AccessStory.StoreAsync(ann, _story.Root, _story.PlazaNode(), Grant(_story.Bob));
        var missing = Grant(_story.Cat);
        Change[] all = [.. Enumerable.Range(0, 5).Select(i => _story.Say(i < 2 ? _story.Bob : _story.Ann, $"knows more {i}"))];
        foreach (var (from, early) in new[] { (bob, all[0]), (bob, all[1]), (ann, all[2]), (ann, all[3]), (ann, all[4]) })
        {
            await from.SendAsync(Author.Frame(early));
            Assert.Equal(("", "", 0), await AccessStory.AnswerAsync(from, early.Hash));
        }

        await AccessStory.StoreAsync(ann, missing);

        Assert.Equal([0, 1, 3, 4], (await AccessStory.PageAsync(ann, _story.PlazaRoom)).Select(hash => Array.FindIndex(all, c => c.Hash.ToString() == hash)));
        Assert.Empty(_store.Awaited());
        Assert.All(_store.AuthorTotals(10), static total => Assert.Equal(0, total.Usage.Held));
    }

    /// <summary>Each with few knocks, many keys together: they fill the hour of strangers at one door, not of whom its owner is with.</summary>
    [Fact]
    public async Task A_door_is_not_flooded_by_many_keys_and_stays_open_for_those_its_owner_is_with()
    {
        await using var hub = await HubFixture.StartAsync(o => o.Limits.KnocksPerDoorMax = 5);
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await AccessStory.StoreAsync(ann, _story.Root, Grant(_story.Bob));
        // Who seats somebody in their own space is no less of a stranger.
        var root = _story.Write(_story.Eve, MembershipDrafts.Space(_story.Eve.Person, AccessStory.Nonce(8)));
        var eves = MembershipLog.OfSpace(AccessStory.DomainOf(root));
        AccessStory.Take(eves, root);
        await using (var eve = await HubClient.JoinAsync(hub, _story.Eve.Did))
        {
            await AccessStory.StoreAsync(eve, root, _story.Do(_story.Eve, eves, d => d.Grant(_story.Ann.Person, AccessRole.Member)));
        }

        var taken = 0;
        foreach (var stranger in new[] { _story.Eve, new Author(100), new Author(101), new Author(102), new Author(103), new Author(104) })
        {
            await using var from = await HubClient.JoinAsync(hub, stranger.Did);
            foreach (var knock in new[] { Knock(stranger), Knock(stranger) })
            {
                await from.SendAsync(Author.Frame(knock));
                var answer = await AccessStory.AnswerAsync(from, knock.Hash);
                taken += answer.Seq > 0 ? 1 : 0;
                Assert.True(answer.Seq > 0 || (answer.Code, answer.Why) == ("QUOTA_EXCEEDED", "too-many-knocks"), $"{answer}");
            }
        }

        Assert.Equal(5, taken);
        await using var bob = await HubClient.JoinAsync(hub, _story.Bob.Did);
        await AccessStory.StoreAsync(bob, Knock(_story.Bob));
    }

    // Somebody who is let in a little later, by a client that offers nothing again, and one of whom another operation is needed first.
    private async Task TakenLaterAsync(HubFixture hub, HubClient ann)
    {
        var (grant, second) = (Grant(_story.Bob), Grant(_story.Cat));
        var (early, mine) = (_story.Say(_story.Bob, "early"), _story.Say(_story.Ann, "mine"));
        await using (var bob = await HubClient.JoinWithoutAcksAsync(hub, _story.Bob.Did))
        {
            await bob.HandInAsync(early);
        }

        foreach (var change in new[] { second, mine })
        {
            await ann.SendAsync(Author.Frame(change));
            Assert.Equal(("", "", 0), await AccessStory.AnswerAsync(ann, change.Hash));
        }

        await AccessStory.StoreAsync(ann, grant);
        Assert.Equal(new[] { early, mine }.Select(static c => c.Hash.ToString()).Order(), (await AccessStory.PageAsync(ann, _story.PlazaRoom)).Order());
    }

    private static async Task BringAsync(HubFixture hub, byte key, params Change[] changes)
    {
        await using var from = await HubClient.JoinWithoutAcksAsync(hub, new Author(key).Did);
        await from.HandInAsync(changes);
    }

    private IEnumerable<bool> IsKept(Change[] changes) => changes.Select(change => _store.IsWaiting(change.Hash));

    private Change Grant(Author whom) => _story.Do(_story.Ann, _story.Space, d => d.Grant(whom.Person, AccessRole.Member));

    private Change Knock(Author by) =>
        by.Create(Schemas.Knock, ("domain", JsonValue.Of(_story.Space.Domain.Value)), ("to", JsonValue.Of(_story.Ann.Did)));

    private static Change Page(Author by, NodeId space, int length = 1) =>
        by.Create(Schemas.Page, ("title", JsonValue.Of(new string('x', length))), ("space", JsonValue.Of(space.Value)));

    private Change Leave(Author by, NodeId domain, long lamport) => _story.Forge(
        by,
        domain,
        JsonValue.Object(
            ("v", JsonValue.Of(1)), ("t", JsonValue.Of("leave")), ("dom", JsonValue.Of(domain.Value)),
            ("d", JsonValue.Array([JsonValue.Of(System.Buffers.Text.Base64Url.EncodeToString(_story.Root.Hash.ToBytes()))]))),
        lamport);
}
