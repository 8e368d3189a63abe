using Parley.Access;
using Parley.Commands;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;
using Parley.Replica;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Access;

/// <summary>Removals between replicas that have not all seen the same.</summary>
public sealed class RemovalTests : IAsyncDisposable
{
    private readonly Random _random = new(7);
    private readonly Dictionary<string, LoneReplica> _people = new(StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        foreach (var person in _people.Values)
        {
            await person.DisposeAsync();
        }
    }

    [Fact]
    [Trait("weak-spot", "W2")]
    public async Task A_removal_keeps_what_the_remover_had_seen_and_hides_what_it_had_not()
    {
        var (space, general) = await SpaceAsync("Alice", ("Bob", AccessRole.Member), ("Carol", AccessRole.Member));
        await Of("Bob").SendAsync(general, "seen");
        await MeetAsync();
        var unseen = await Of("Bob").SendAsync(general, "unseen");
        await Of("Alice").ActAsync(new MembershipCommand.Unseat(space, Of("Bob").Id));
        await MeetAsync();
        Assert.Equal(["seen"], await Of("Carol").TextsAsync(general));
        Assert.Equal(["seen"], await Of("Alice").TextsAsync(general));

        // Its author sees it, and sees that it was not delivered.
        Assert.Equal(["seen", "unseen"], await Of("Bob").TextsAsync(general));
        var failed = (await Of("Bob").FindAsync(unseen))!;
        Assert.Equal((Delivery.Failed, "removed"), (failed.Delivery, failed.DeliveryError));
        var refused = await Assert.ThrowsAsync<ParleyException>(() => Of("Bob").SendAsync(general, "and now?"));
        Assert.Equal(ParleyErrorCode.Forbidden, refused.Code);

        await Of("Alice").ActAsync(new MembershipCommand.Seat(space, Of("Bob").Id, AccessRole.Member));
        await MeetAsync();
        await Of("Bob").SendAsync(general, "back");
        await MeetAsync();
        Assert.Equal(["seen", "back"], await Of("Carol").TextsAsync(general));
    }

    [Fact]
    public async Task A_removal_that_was_cancelled_shows_the_messages_again()
    {
        var (space, general) = await SpaceAsync("Alice", ("Bob", AccessRole.Admin), ("Carol", AccessRole.Member), ("Dave", AccessRole.Member));
        await Of("Bob").ActAsync(new MembershipCommand.Unseat(space, Of("Dave").Id));
        await Of("Dave").SendAsync(general, "I am still here");
        await MeetAsync("Bob", "Carol", "Dave");
        Assert.Empty(await Of("Carol").TextsAsync(general));
        Assert.Equal(Delivery.Failed, (await Of("Dave").FindAsync((await MessagesOfAsync("Dave", general)).Single()))!.Delivery);

        await Of("Alice").ActAsync(new MembershipCommand.Unseat(space, Of("Bob").Id));
        await MeetAsync();
        Assert.Equal(["I am still here"], await Of("Carol").TextsAsync(general));
        Assert.NotEqual(Delivery.Failed, (await Of("Dave").FindAsync((await MessagesOfAsync("Dave", general)).Single()))!.Delivery);

        var state = MembershipState.Of(Of("Carol").Log(space)!, Of("Carol").Id);
        var cancelled = Assert.Single(state.Cancelled);
        Assert.Equal(VoidReason.AuthorityCut, cancelled.Reason);
        Assert.Equal((Of("Bob").Id, Of("Dave").Id), (cancelled.Operation.Author, Assert.IsType<RevokeOp>(cancelled.Operation).Subject));
        Assert.Equal(Of("Alice").Id, Assert.Single(cancelled.By).Author);
        Assert.Contains(Of("Dave").Id, state.Members);
    }

    [Fact]
    public async Task Two_who_remove_the_same_person_at_once_agree()
    {
        var (space, general) = await SpaceAsync("Alice", ("Bob", AccessRole.Admin), ("Carol", AccessRole.Member), ("Dave", AccessRole.Member));
        await Of("Alice").ActAsync(new MembershipCommand.Unseat(space, Of("Dave").Id));
        await Of("Bob").ActAsync(new MembershipCommand.Unseat(space, Of("Dave").Id));
        await Of("Dave").SendAsync(general, "what happened?");
        await MeetAsync();
        foreach (var name in new[] { "Alice", "Bob", "Carol" })
        {
            Assert.Empty(await Of(name).TextsAsync(general));
            Assert.Equal(3, Of(name).Log(space)!.Now.Members.Count);
        }
    }

    [Fact]
    public async Task Who_is_lost_from_the_space_is_lost_from_its_private_channels()
    {
        var (space, _) = await SpaceAsync("Alice", ("Bob", AccessRole.Member), ("Carol", AccessRole.Member));
        var secret = new NodeId(await Of("Carol").ActAsync(new MembershipCommand.CreateChannel(space, "secret", null, [Of("Bob").Id])));
        await MeetAsync();
        await Of("Bob").SendAsync(secret, "in time");
        await MeetAsync();
        await Of("Bob").SendAsync(secret, "too late");
        await Of("Alice").ActAsync(new MembershipCommand.Unseat(space, Of("Bob").Id));
        await MeetAsync();
        Assert.Equal(["in time"], await Of("Carol").TextsAsync(secret));
        Assert.Equal([Of("Carol").Id], Of("Carol").Log(secret)!.Now.Access.Keys);

        await Of("Carol").ActAsync(new MembershipCommand.Duties([]));
        Assert.Contains(Of("Carol").Log(secret)!.Operations, op => op is ExpelOp expel && expel.Subject == Of("Bob").Id);
    }

    [Fact]
    [Trait("weak-spot", "W6")]
    public async Task A_role_that_somebody_gives_themselves_gives_nothing()
    {
        var (space, general) = await SpaceAsync("Alice", ("Bob", AccessRole.Member));
        var mallory = new Person("Mallory");
        var root = Of("Alice").Log(space)!.Operations.First();
        string Hash(ChangeHash hash) => System.Buffers.Text.Base64Url.EncodeToString(hash.ToBytes());
        Task<Change> ForgeAsync(Person author, string id, string operation) => author.SignAsync(new(
            id, new(NodeProof.IdFor(author.Id, id), Schemas.ChatMessage, MembershipOpWriter.Carrier(space, JsonReader.Read(operation)), null), null, author.Id,
            TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 60));

        var grant = $$"""{"v":1,"t":"grant","dom":"{{space.Value}}","d":["{{Hash(root.Hash)}}"],"a":"{{Hash(root.Hash)}}","s":"{0}","role":"owner"}""";
        var rival = $$"""{"v":1,"t":"create","dom":"{{space.Value}}","kind":"space","by":"{{mallory.Id.Value}}","n":"AAAAAAAAAAAAAAAAAAAAAA"}""";
        var home = RoomNames.Space(space.Value);
        foreach (var (author, operation) in new[]
        {
            (mallory, grant.Replace("{0}", mallory.Id.Value, StringComparison.Ordinal)),
            (Of("Bob").Person, grant.Replace("{0}", Of("Bob").Id.Value, StringComparison.Ordinal)),
            (mallory, rival),
        })
        {
            var verdicts = await Of("Alice").ReceiveAsync(home, await ForgeAsync(author, "forged " + operation, operation));
            Assert.IsType<Verdict.Refused>(Assert.Single(verdicts));
        }

        // A Space node that says who owns it says nothing.
        var claim = await mallory.ChangeAsync(space, Schemas.Space, $$"""{"name":"Mine","kind":"workspace","visibility":"private","owners":["{{mallory.Id.Value}}"]}""", 1, first: true);
        await Of("Alice").ReceiveAsync(home, claim);
        await Of("Alice").ReceiveAsync(RoomNames.Channel(general), await mallory.MessageAsync(general, "obey me", lamport: 70));
        Assert.Equal("Space", (await Of("Alice").FindAsync(space))!.Text("name"));
        Assert.Empty(await Of("Alice").TextsAsync(general));
        Assert.Equal(2, Of("Alice").Log(space)!.Now.Members.Count);
    }

    [Fact]
    public async Task What_the_disk_did_not_take_nobody_was_told()
    {
        var (space, general) = await SpaceAsync("Alice", ("Bob", AccessRole.Member));
        Of("Alice").DiskFails = true;
        await Assert.ThrowsAsync<ParleyException>(() => Of("Alice").ActAsync(new MembershipCommand.Unseat(space, Of("Bob").Id)));
        Of("Alice").DiskFails = false;
        await Of("Bob").SendAsync(general, "still in");
        await MeetAsync();
        Assert.Equal(["still in"], await Of("Alice").TextsAsync(general));
        Assert.Equal(2, Of("Alice").Log(space)!.Now.Members.Count);

        await Of("Bob").ActAsync(new MembershipCommand.Leave(space));
        Of("Alice").DiskFails = true;
        await Assert.ThrowsAsync<ParleyException>(() => MeetAsync());
        Of("Alice").DiskFails = false;
        await MeetAsync();
        Assert.Single(Of("Alice").Log(space)!.Now.Members);
    }

    [Fact]
    public async Task Operations_of_nowhere_are_held_within_bounds()
    {
        var alice = await AddAsync("Alice");
        var mallory = new Person("Mallory");
        var channel = new NodeId("sc-nowhereaaaaaaaaaaaaaaaaaaaaaaaaa");
        for (var i = 0; i < 600; i += 100)
        {
            List<Change> spam = [];
            for (var j = i; j < i + 100; j++)
            {
                spam.Add(await mallory.MessageAsync(channel, "spam", lamport: 5 + j));
            }

            await alice.ReceiveAsync(RoomNames.Channel(channel), [.. spam]);
        }

        Assert.Equal(512, await alice.HeldAsync());
        Assert.Empty(await alice.TextsAsync(channel));
        for (var i = 0; i < 3_700; i += 100)
        {
            List<JsonValue> wire = [];
            for (var j = i; j < i + 100; j++)
            {
                var domain = new NodeId($"sp-{j:D32}");
                var sc = JsonReader.Read($$"""{"v":1,"t":"leave","dom":"{{domain.Value}}","d":["{{new string('A', 43)}}"]}""");
                wire.Add(LoneReplica.Wire(RoomNames.Space(domain.Value), await mallory.SignAsync(new(
                    "op " + j, new(NodeProof.IdFor(mallory.Id, "op " + j), Schemas.ChatMessage, MembershipOpWriter.Carrier(domain, sc), null), null, mallory.Id, 1, 5 + j))));
            }

            await alice.ReceiveAsync(wire);
        }

        Assert.Equal(4_096, await alice.HeldAsync());
    }

    [Fact]
    public async Task A_channel_of_reference_peers_with_members_is_theirs_alone()
    {
        var alice = await AddAsync("Alice");
        var bob = new Person("Bob");
        var mallory = new Person("Mallory");
        var channel = new NodeId("reference-channel");
        var room = RoomNames.Channel(channel);
        await alice.ReceiveAsync(room, await mallory.MessageAsync(channel, "early bird", lamport: 3));
        await alice.ReceiveAsync(room, await bob.ChangeAsync(channel, Schemas.Channel, $$"""{"kind":"channel","visibility":"private","members":["{{bob.Id.Value}}","{{alice.Id.Value}}"]}""", 4, first: true));
        await alice.ReceiveAsync(room, await bob.MessageAsync(channel, "hello", lamport: 5));
        await alice.ReceiveAsync(room, await mallory.MessageAsync(channel, "hello too", lamport: 6));
        Assert.Equal(["hello"], await alice.TextsAsync(channel));
    }

    private LoneReplica Of(string name) => _people[name];

    private async Task<LoneReplica> AddAsync(string name) => _people[name] = await LoneReplica.OpenAsync(new Person(name), _random);

    private async Task<(NodeId Space, NodeId General)> SpaceAsync(string owner, params (string Name, AccessRole Role)[] others)
    {
        await AddAsync(owner);
        var space = new NodeId(await Of(owner).ActAsync(new MembershipCommand.CreateSpace("Space")));
        foreach (var (name, role) in others)
        {
            await AddAsync(name);
            await Of(owner).ActAsync(new MembershipCommand.Seat(space, Of(name).Id, role));
        }

        await MeetAsync();
        return (space, RoomNames.ThreadOf(space));
    }

    // Everybody tells everybody what they have.
    private async Task MeetAsync(params string[] names)
    {
        List<LoneReplica> present = [.. _people.Where(p => names.Length == 0 || names.Contains(p.Key)).Select(p => p.Value)];
        foreach (var from in present)
        {
            var changes = await from.ChangesAsync();
            foreach (var to in present.Where(to => to != from))
            {
                await to.ReceiveAsync(changes);
            }
        }
    }

    private async Task<IReadOnlyList<NodeId>> MessagesOfAsync(string name, NodeId channel)
    {
        var changes = await Of(name).ChangesAsync();
        return
        [
            .. from change in changes
               where change["authorDid"]!.Text == Of(name).Id.Value && change["payload"]!["properties"]!["channel"]?.Text == channel.Value
               select new NodeId(change["payload"]!["nodeId"]!.Text!),
        ];
    }
}
