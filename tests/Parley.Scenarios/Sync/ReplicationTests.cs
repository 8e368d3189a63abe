using Parley.Chat;
using Parley.Connection;
using Parley.Frames;
using Parley.Nodes;
using Parley.Testing.Hubs;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Sync;

/// <summary>Pushing and pulling when links, hubs and answers fail.</summary>
public sealed class ReplicationTests : TwoPeople<FakeParleyHub>
{
    [Fact]
    public async Task A_lost_acknowledgement_is_asked_for_again_and_nothing_is_doubled()
    {
        Hub.LosesAck = _ => true;
        var chat = await OpenGeneralAsync(Alice);
        await OnlineAsync(Alice);
        var message = await chat.SendAsync("did it arrive?");
        await Eventually.SeesAsync(() => Hub.CountOf(Room.Value), count => count == 1);
        Assert.Equal(Delivery.Local, (await Alice.Client.Nodes.FindAsync(message))!.Delivery);

        Hub.LosesAck = null;
        Hub.GoDown();
        Hub.ComeUp();
        await DialAsync(Alice);
        await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Stored);
        Assert.Equal(1, Hub.CountOf(Room.Value));
    }

    [Fact]
    public async Task A_change_without_an_answer_is_sent_again_in_the_same_session()
    {
        var chat = await OpenGeneralAsync(Alice, Time);
        Hub.Loses = frame => frame is ClientFrame.NodeChangeBatch;
        var message = await chat.SendAsync("lost on the way");
        await Eventually.SeesAsync(() => Hub.Received.OfType<ClientFrame.NodeChangeBatch>().Count(), count => count == 1);
        Hub.Loses = null;
        await Eventually.SeesAsync(
            async () =>
            {
                Time.Advance(TimeSpan.FromSeconds(2));
                return await Alice.Client.Nodes.FindAsync(message);
            },
            node => node!.Delivery == Delivery.Stored);
    }

    [Fact]
    public async Task What_was_written_offline_is_sent_after_a_restart_too()
    {
        using var folder = new TemporaryFolder();
        Hub.GoDown();
        await Alice.OpenAsync(Native.Storage.SqliteStore.At(folder["alice.db"]), Address, Hub);
        var message = await Alice.Client.Channels.Open(General).SendAsync("written in a tunnel");
        Assert.Equal(1, Alice.Client.Connection.Value.Unsent);
        await Alice.CloseAsync();

        Hub.ComeUp();
        await Alice.OpenAsync(Native.Storage.SqliteStore.At(folder["alice.db"]), Address, Hub);
        await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Stored);
        Assert.Equal(1, Hub.CountOf(Room.Value));
        await Alice.CloseAsync();
    }

    [Fact]
    [Trait("weak-spot", "W35")]
    public async Task A_hub_that_lost_everything_is_refilled_by_its_clients()
    {
        var atAlice = await OpenGeneralAsync(Alice);
        var atBob = await OpenGeneralAsync(Bob);
        for (var i = 0; i < 30; i++)
        {
            await atAlice.SendAsync($"Alice {i}");
            await atBob.SendAsync($"Bob {i}");
        }

        await Eventually.SeesAsync(() => Hub.CountOf(Room.Value), count => count == 60);
        await Eventually.SeesAsync(() => CountAsync(Bob), count => count == 60);
        await Alice.CloseAsync();
        Hub.Wipe();

        // Bob alone brings back what Alice wrote; his cursor of the old database must not hide the new one's changes.
        await DialAsync(Bob);
        await Eventually.SeesAsync(() => Hub.CountOf(Room.Value), count => count == 60);
        var late = await new Person("Carol").MessageAsync(General, "after the loss", lamport: 5);
        Hub.Offer(Room, late);
        await Eventually.SeesAsync(() => Bob.Client.Nodes.FindAsync(late.Node), node => node is not null);
        Assert.All(await Bob.Client.Nodes.FindAsync(atBob.Newest(100)), message => Assert.Equal(Delivery.Stored, message.Delivery));
    }

    [Fact]
    public async Task A_gap_in_the_numbers_is_noticed_and_filled()
    {
        await OpenGeneralAsync(Alice);
        var carol = new Person("Carol");
        var unseen = await carol.MessageAsync(General, "not passed on live", lamport: 5);
        var seen = await carol.MessageAsync(General, "passed on live", lamport: 6);
        Hub.Offer(Room, unseen, live: false);
        Hub.Offer(Room, seen);
        await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(unseen.Node), node => node is not null);
    }

    [Fact]
    public async Task A_long_history_is_read_page_by_page_and_only_once()
    {
        var carol = new Person("Carol");
        for (var i = 0; i < 450; i++)
        {
            Hub.Offer(Room, await carol.MessageAsync(General, $"m{i}", lamport: i + 1));
        }

        await OpenGeneralAsync(Alice);
        await Eventually.SeesAsync(() => CountAsync(Alice), count => count == 450);
        await OnlineAsync(Alice);
        var asked = Hub.Received.OfType<ClientFrame.SyncRequest>().Count(r => r.Room == Room.Value);
        Assert.InRange(asked, 5, 6);

        Hub.GoDown();
        Hub.ComeUp();
        await DialAsync(Alice);
        await OnlineAsync(Alice);

        // The last change once more: it says whether the hub still has the history that was read.
        Assert.Equal(449, Hub.Received.OfType<ClientFrame.SyncRequest>().Last(r => r.Room == Room.Value).SinceSeq);
    }

    [Theory]
    [InlineData("WRITE_FORBIDDEN", true)]
    [InlineData("INVALID_ROOM", true)]
    [InlineData("QUOTA_EXCEEDED", false)]
    [InlineData("STORAGE_FULL", false)]
    [InlineData("INVALID_WALL_TIME", false)]
    public async Task A_refusal_is_shown_where_it_is_final_and_tried_again_where_it_is_not(string code, bool final)
    {
        Hub.Refuses = _ => code;
        var chat = await OpenGeneralAsync(Alice);
        var message = await chat.SendAsync("will they take it?");
        await Eventually.SeesAsync(() => Hub.Pushes.Count, count => count >= 1);
        if (final)
        {
            var failed = await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Failed);
            Assert.Equal(code, failed!.DeliveryError);
            return;
        }

        Hub.Refuses = null;
        Hub.GoDown();
        Hub.ComeUp();
        await DialAsync(Alice);
        await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Stored);
    }

    [Fact]
    public async Task What_is_not_wanted_now_keeps_nothing_else_back_and_is_offered_again_in_the_same_session()
    {
        var chat = await OpenGeneralAsync(Alice, Time);
        await OnlineAsync(Alice);
        Hub.Refuses = change => change["payload"]!["properties"]?["content"]?.Text == "not now" ? "TOKEN_EXPIRED" : null;
        var first = await chat.SendAsync("not now");

        var second = await chat.SendAsync("and this?");
        await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(second), node => node!.Delivery == Delivery.Stored);
        Assert.Equal(Delivery.Local, (await Alice.Client.Nodes.FindAsync(first))!.Delivery);

        Hub.Refuses = null;
        await Eventually.SeesAsync(
            async () =>
            {
                Time.Advance(TimeSpan.FromSeconds(5));
                return await Alice.Client.Nodes.FindAsync(first);
            },
            node => node!.Delivery == Delivery.Stored);
        Assert.Equal(1, Hub.SocketCount);
    }

    [Fact]
    public async Task What_arrives_above_something_that_was_shown_is_marked()
    {
        var chat = await OpenGeneralAsync(Alice);
        await OnlineAsync(Alice);
        await chat.SendAsync("now");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var late = await Bob.MessageAsync(General, "an hour ago", lamport: 5, wallTime: now - 3_600_000);
        var timely = await Bob.MessageAsync(General, "a moment later", lamport: 6, wallTime: now + 1_000);
        Hub.Offer(Room, late);
        Hub.Offer(Room, timely);
        await Eventually.SeesAsync(() => CountAsync(Alice), count => count == 3);
        Assert.True((await Alice.Client.Nodes.FindAsync(late.Node))!.ArrivedLate);
        Assert.False((await Alice.Client.Nodes.FindAsync(timely.Node))!.ArrivedLate);
    }

    [Fact]
    public async Task A_first_history_is_not_late()
    {
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        Hub.Offer(Room, await Bob.MessageAsync(General, "newer", lamport: 6, wallTime: now));
        Hub.Offer(Room, await Bob.MessageAsync(General, "older", lamport: 5, wallTime: now - 1_000));
        var chat = await OpenGeneralAsync(Alice);
        var messages = await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(chat.Newest(5)), rows => rows.Count == 2);
        Assert.All(messages, message => Assert.False(message.ArrivedLate));
    }

    [Fact]
    public async Task A_reader_gets_every_message_once_the_late_ones_too()
    {
        var chat = await OpenGeneralAsync(Alice);
        await chat.SendAsync("one");
        await chat.SendAsync("two");
        List<string?> read = [];
        await foreach (var message in chat.ReadAsync())
        {
            read.Add(message.Text("content"));
            if (read.Count == 2)
            {
                Hub.Offer(Room, await Bob.MessageAsync(General, "late", lamport: 5, wallTime: Time.GetUtcNow().ToUnixTimeMilliseconds() - 60_000));
            }

            if (read.Count == 3)
            {
                await chat.SendAsync("three");
            }

            if (read.Count == 4)
            {
                break;
            }
        }

        Assert.Equal(["one", "two", "late", "three"], read);
        var second = (await Alice.Client.Nodes.FindAsync(chat.Newest(2)))[1];
        await foreach (var message in chat.ReadAsync(after: second.SortKey))
        {
            Assert.Equal("three", message.Text("content"));
            break;
        }
    }

    [Fact]
    public async Task The_state_of_the_connection_says_what_it_is()
    {
        Hub.GoDown();
        await OpenAsync(Alice, Time);
        var offline = await Eventually.SeesAsync(Alice.Client.Connection, status => status.Phase == ConnectionPhase.Offline);
        Assert.NotNull(offline.Why);
        Assert.InRange(offline.RetryAt!.Value - Time.GetUtcNow(), TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(1.1));
        Hub.ComeUp();
        await Eventually.SeesAsync(() => { Time.Advance(TimeSpan.FromSeconds(1)); return Alice.Client.Connection.Value; }, status => status.Phase == ConnectionPhase.Online);
        await using var alone = new Person("Alone");
        await alone.OpenAsync();
        Assert.Equal(ConnectionPhase.Alone, alone.Client.Connection.Value.Phase);
    }

    private static Task<long> CountAsync(Person person) => person.Client.Nodes.CountAsync(NodeQuery.Of(Schemas.ChatMessage));

    // The link's end is noticed by itself; only then can it be dialled again.
    private static async Task DialAsync(Person person)
    {
        await Eventually.SeesAsync(person.Client.Connection, status => status.Phase == ConnectionPhase.Offline);
        person.Client.Reconnect();
    }
}
