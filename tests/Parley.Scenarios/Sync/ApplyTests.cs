using Parley.Chat;
using Parley.Ids;
using Parley.Nodes;
using Parley.Testing;
using Parley.Testing.Hubs;
using Xunit;

namespace Parley.Scenarios.Sync;

/// <summary>What a replica does with changes that no honest hub would pass on, or not in this order.</summary>
public sealed class ApplyTests : TwoPeople<FakeParleyHub>
{
    private readonly Person _mallory = new("Mallory");

    public override async ValueTask DisposeAsync()
    {
        await _mallory.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    [Trait("weak-spot", "W9")]
    public async Task An_update_that_arrives_before_its_create_is_held_and_applied_with_it()
    {
        var alice = await OpenAsync();
        var create = await Bob.MessageAsync(General, "first words", lamport: 5);
        var edit = await Bob.ChangeAsync(create.Node, null, """{"content":"better words","edited":true}""", lamport: 6);
        Hub.Offer(Room, edit);
        await OnlineAsync(Alice);
        Assert.Null(await alice.Nodes.FindAsync(create.Node));

        Hub.Offer(Room, create);
        var message = await Eventually.SeesAsync(() => alice.Nodes.FindAsync(create.Node), node => node is not null);
        Assert.Equal("better words", message!.Text("content"));
    }

    [Fact]
    [Trait("weak-spot", "W9")]
    public async Task What_is_held_survives_a_restart()
    {
        using var folder = new TemporaryFolder();
        var create = await Bob.MessageAsync(General, "first words", lamport: 5);
        var edit = await Bob.ChangeAsync(create.Node, null, """{"content":"better words"}""", lamport: 6);
        Hub.Offer(Room, edit);
        await Alice.OpenAsync(Native.Storage.SqliteStore.At(folder["alice.db"]), Address, Hub);
        Alice.Client.Channels.Open(General);
        await OnlineAsync(Alice);
        await Alice.CloseAsync();
        Hub.Offer(Room, create);
        await Alice.OpenAsync(Native.Storage.SqliteStore.At(folder["alice.db"]), Address, Hub);
        var message = await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(create.Node), node => node is not null);
        Assert.Equal("better words", message!.Text("content"));
        await Alice.CloseAsync();
    }

    [Fact]
    [Trait("weak-spot", "W10")]
    public async Task A_rival_create_with_a_lower_lamport_changes_nothing_whatever_comes_first()
    {
        var alice = await OpenAsync();
        var create = await Bob.MessageAsync(General, "by Bob", lamport: 50);
        var rival = await _mallory.ChangeAsync(
            create.Node, Schemas.ChatMessage, $$"""{"channel":"{{General.Value}}","content":"by Mallory"}""", lamport: 1, first: true);

        // Nothing tells the rival apart while it is alone; the proven create then takes its place.
        Hub.Offer(Room, rival);
        await Eventually.SeesAsync(() => alice.Nodes.FindAsync(create.Node), node => node?.CreatedBy == _mallory.Id);
        Hub.Offer(Room, create);
        var message = await Eventually.SeesAsync(() => alice.Nodes.FindAsync(create.Node), node => node?.CreatedBy == Bob.Id);
        Assert.Equal(("by Bob", create.WallTime), (message!.Text("content"), message.CreatedAt));

        var late = await _mallory.ChangeAsync(
            create.Node, Schemas.ChatMessage, $$"""{"channel":"{{General.Value}}","content":"again"}""", lamport: 2, first: true);
        Hub.Offer(Room, late);
        await MarkAsync(alice);
        Assert.Equal("by Bob", (await alice.Nodes.FindAsync(create.Node))!.Text("content"));
    }

    [Fact]
    [Trait("weak-spot", "W2")]
    public async Task A_stranger_s_edit_has_no_effect()
    {
        var alice = await OpenAsync();
        var create = await Bob.MessageAsync(General, "by Bob", lamport: 5);
        Hub.Offer(Room, create);
        Hub.Offer(Room, await _mallory.ChangeAsync(create.Node, Schemas.ChatMessage, """{"content":"by Mallory"}""", lamport: 6));
        await MarkAsync(alice);
        Assert.Equal("by Bob", (await alice.Nodes.FindAsync(create.Node))!.Text("content"));
    }

    [Fact]
    [Trait("weak-spot", "W11")]
    public async Task Absent_and_null_come_out_the_same_in_both_orders()
    {
        List<string> states = [];
        foreach (var reversed in new[] { false, true })
        {
            var hub = new FakeParleyHub();
            await using var reader = new Person("Reader");
            await reader.OpenAsync(hub: Address, links: hub);
            reader.Client.Channels.Open(General);
            var author = new Person("Author");
            var create = await author.SignAsync(new(
                "w11", new(NodeProof.IdFor(author.Id, "w11"), Schemas.ChatMessage, Json.JsonReader.Read($$"""{"channel":"{{General.Value}}","content":"x","mentions":null}"""), null),
                null, author.Id, 1_700_000_000_000, 5));
            var clear = await author.SignAsync(new(
                "w11-clear", new(create.Node, Schemas.ChatMessage, Json.JsonReader.Read("""{"inReplyTo":null}"""), null), null, author.Id, 1_700_000_000_000, 4));
            foreach (var change in reversed ? new[] { clear, create } : [create, clear])
            {
                hub.Offer(Room, change);
            }

            var node = await Eventually.SeesAsync(() => reader.Client.Nodes.FindAsync(create.Node), n => n?.Properties["inReplyTo"] is not null && n.Text("content") == "x");
            states.Add(node!.Properties.ToString());
        }

        Assert.Equal(states[0], states[1]);
        Assert.Contains("\"mentions\":null", states[0], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("weak-spot", "W8")]
    public async Task A_far_away_lamport_waits_and_does_not_drag_the_clock_along()
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        await OpenAsync(Alice, time);
        var chat = Alice.Client.Channels.Open(General);
        const long Far = (2L << 20) + 50; // the window takes its first step at once: this is beyond it
        var far = await _mallory.MessageAsync(General, "from far away", lamport: Far);
        Hub.Offer(Room, far);
        await MarkAsync(Alice.Client);
        Assert.Null(await Alice.Client.Nodes.FindAsync(far.Node));

        var own = await chat.SendAsync("mine");
        var lamport = await Eventually.SeesAsync(() => PushedLamport(own), l => l > 0);
        Assert.InRange(lamport, 1, 1_000);

        // The window creeps with time, so that an honest workspace with a long history opens too.
        await SeesInTimeAsync(time, far.Node);
    }

    [Fact]
    [Trait("weak-spot", "W8")]
    public async Task A_clock_that_is_ahead_waits_until_its_time_has_come()
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        await OpenAsync(Alice, time);
        Alice.Client.Channels.Open(General);
        var early = await Bob.MessageAsync(General, "tomorrow's news", lamport: 5, wallTime: (time.GetUtcNow() + TimeSpan.FromMinutes(8)).ToUnixTimeMilliseconds());
        Hub.Offer(Room, early);
        await MarkAsync(Alice.Client);
        Assert.Null(await Alice.Client.Nodes.FindAsync(early.Node));
        await SeesInTimeAsync(time, early.Node);
        Assert.True(early.WallTime <= time.GetUtcNow().ToUnixTimeMilliseconds() + 300_000);
    }

    [Fact]
    [Trait("weak-spot", "W22")]
    public async Task A_change_replayed_into_another_room_is_refused_there_and_taken_at_home()
    {
        var alice = await OpenAsync();
        var other = new NodeId("some-other-channel");
        alice.Channels.Open(other);
        var message = await Bob.MessageAsync(General, "only for general", lamport: 5);
        Hub.Offer(RoomNames.Channel(other), message);
        await MarkAsync(alice);
        Assert.Null(await alice.Nodes.FindAsync(message.Node));

        Hub.Offer(Room, message);
        var taken = await Eventually.SeesAsync(() => alice.Nodes.FindAsync(message.Node), node => node is not null);
        Assert.Equal(Room, taken!.Room);
    }

    [Fact]
    [Trait("weak-spot", "W14")]
    public async Task A_forged_signature_and_an_altered_payload_are_refused()
    {
        var alice = await OpenAsync();
        var good = await Bob.MessageAsync(General, "true words", lamport: 5);
        var draft = new ChangeDraft(good.Fields with { Payload = good.Fields.Payload with { Properties = good.Properties.With("content", Json.JsonValue.Of("false words")) } });
        Hub.Offer(Room, draft.Complete(good.Signature));
        await MarkAsync(alice);
        Assert.Null(await alice.Nodes.FindAsync(good.Node));
        Hub.Offer(Room, good);
        Assert.Equal("true words", (await Eventually.SeesAsync(() => alice.Nodes.FindAsync(good.Node), node => node is not null))!.Text("content"));
    }

    [Fact]
    [Trait("weak-spot", "W19")]
    public async Task The_order_of_a_conversation_does_not_depend_on_clocks_or_on_the_order_of_arrival()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var question = await Bob.MessageAsync(General, "question", lamport: 10, wallTime: now);
        var answer = await _mallory.MessageAsync(General, "answer", lamport: 11, wallTime: now - 3_600_000, after: question.Node);
        var thanks = await Bob.MessageAsync(General, "thanks", lamport: 12, wallTime: now - 10, after: answer.Node);
        List<Change> changes = [question, answer, thanks];
        foreach (int[] order in new int[][] { [0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1] })
        {
            var hub = new FakeParleyHub();
            await using var reader = new Person("Reader");
            await reader.OpenAsync(hub: Address, links: hub);
            var chat = reader.Client.Channels.Open(General);
            foreach (var index in order)
            {
                hub.Offer(Room, changes[index]);
                await Eventually.SeesAsync(() => reader.Client.Nodes.FindAsync(changes[index].Node), node => node is not null);
            }

            var shown = await reader.Client.Nodes.FindAsync(chat.Newest(10));
            Assert.Equal(["thanks", "answer", "question"], shown.Select(m => m.Text("content")));
        }
    }

    [Fact]
    [Trait("weak-spot", "W19")]
    public async Task A_circle_of_messages_that_each_claim_to_follow_the_other_ends()
    {
        var alice = await OpenAsync();
        var chat = alice.Channels.Open(General);
        var ids = new[] { "circle-a", "circle-b" };
        var nodes = ids.Select(id => NodeProof.IdFor(_mallory.Id, id)).ToArray();
        for (var i = 0; i < 2; i++)
        {
            Hub.Offer(Room, await _mallory.SignAsync(new(
                ids[i], new(nodes[i], Schemas.ChatMessage, Json.JsonReader.Read($$"""{"channel":"{{General.Value}}","content":"{{i}}","parley:after":"{{nodes[1 - i].Value}}"}"""), null),
                null, _mallory.Id, 1_700_000_000_000, 5)));
        }

        var shown = await Eventually.SeesAsync(() => alice.Nodes.FindAsync(chat.Newest(10)), rows => rows.Count == 2);
        Assert.All(shown, row => Assert.StartsWith(1_700_000_000_000L.ToString("x16", System.Globalization.CultureInfo.InvariantCulture), row.SortKey, StringComparison.Ordinal));
    }

    private async Task<ParleyClient> OpenAsync()
    {
        await OpenGeneralAsync(Alice);
        await OnlineAsync(Alice);
        return Alice.Client;
    }

    // Time passes while it is looked: the replica starts its own timers when it is ready to.
    private Task<Node?> SeesInTimeAsync(ManualTime time, NodeId id) => Eventually.SeesAsync(
        () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return Alice.Client.Nodes.FindAsync(id);
        },
        node => node is not null);

    // What was offered before a message that has arrived was judged before it.
    private async Task MarkAsync(ParleyClient client)
    {
        var mark = await new Person("Marker").MessageAsync(General, "mark", lamport: 3);
        Hub.Offer(Room, mark);
        await Eventually.SeesAsync(() => client.Nodes.FindAsync(mark.Node), node => node is not null);
    }

    private long PushedLamport(NodeId node) => Hub.Received.OfType<Frames.ClientFrame.NodeChangeBatch>().SelectMany(b => b.Changes)
        .Where(c => c["nodeId"]?.Text == node.Value).Select(c => c["lamportTime"]?.Integer ?? 0).FirstOrDefault();
}
