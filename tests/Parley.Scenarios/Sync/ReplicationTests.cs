using Parley.Chat;
using Parley.Connection;
using Parley.Frames;
using Parley.Ids;
using Parley.Nodes;
using Parley.Testing;
using Parley.Testing.Hubs;
using Xunit;

namespace Parley.Scenarios.Sync;

/// <summary>Pushing and pulling when links, hubs and answers fail.</summary>
public sealed class ReplicationTests : IAsyncDisposable
{
    private static readonly Uri Address = new("ws://hub.test/sync");
    private static readonly NodeId General = RoomNames.ThreadOf(new NodeId(RoomNames.MainSpace));
    private static readonly string Room = RoomNames.Channel(General).Value;

    private readonly FakeParleyHub _hub = new();
    private readonly ManualTime _time = new(TimeProvider.System.GetUtcNow());
    private readonly Person _alice = new("Alice");
    private readonly Person _bob = new("Bob");

    public async ValueTask DisposeAsync()
    {
        await _alice.DisposeAsync();
        await _bob.DisposeAsync();
    }

    [Fact]
    public async Task A_lost_acknowledgement_is_asked_for_again_and_nothing_is_doubled()
    {
        _hub.LosesAck = _ => true;
        var chat = await OpenAsync(_alice);
        await OnlineAsync(_alice);
        var message = await chat.SendAsync("did it arrive?");
        await Eventually.SeesAsync(() => _hub.CountOf(Room), count => count == 1);
        Assert.Equal(Delivery.Local, (await _alice.Client.Nodes.FindAsync(message))!.Delivery);

        _hub.LosesAck = null;
        _hub.GoDown();
        _hub.ComeUp();
        await DialAsync(_alice);
        await Eventually.SeesAsync(() => _alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Stored);
        Assert.Equal(1, _hub.CountOf(Room));
    }

    [Fact]
    public async Task A_change_without_an_answer_is_sent_again_in_the_same_session()
    {
        var chat = await OpenAsync(_alice, _time);
        _hub.Loses = frame => frame is ClientFrame.NodeChangeBatch;
        var message = await chat.SendAsync("lost on the way");
        await Eventually.SeesAsync(() => _hub.Received.OfType<ClientFrame.NodeChangeBatch>().Count(), count => count == 1);
        _hub.Loses = null;
        await Eventually.SeesAsync(
            async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(2));
                return await _alice.Client.Nodes.FindAsync(message);
            },
            node => node!.Delivery == Delivery.Stored);
    }

    [Fact]
    public async Task What_was_written_offline_is_sent_after_a_restart_too()
    {
        using var folder = new TemporaryFolder();
        _hub.GoDown();
        await _alice.OpenAsync(Native.Storage.SqliteStore.At(folder["alice.db"]), Address, _hub);
        var message = await _alice.Client.Channels.Open(General).SendAsync("written in a tunnel");
        Assert.Equal(1, _alice.Client.Connection.Value.Unsent);
        await _alice.CloseAsync();

        _hub.ComeUp();
        await _alice.OpenAsync(Native.Storage.SqliteStore.At(folder["alice.db"]), Address, _hub);
        await Eventually.SeesAsync(() => _alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Stored);
        Assert.Equal(1, _hub.CountOf(Room));
        await _alice.CloseAsync();
    }

    [Fact]
    [Trait("weak-spot", "W35")]
    public async Task A_hub_that_lost_everything_is_refilled_by_its_clients()
    {
        var atAlice = await OpenAsync(_alice);
        var atBob = await OpenAsync(_bob);
        for (var i = 0; i < 30; i++)
        {
            await atAlice.SendAsync($"Alice {i}");
            await atBob.SendAsync($"Bob {i}");
        }

        await Eventually.SeesAsync(() => _hub.CountOf(Room), count => count == 60);
        await Eventually.SeesAsync(() => CountAsync(_bob), count => count == 60);
        await _alice.CloseAsync();
        _hub.Wipe();

        // Bob alone brings back what Alice wrote; his cursor of the old database must not hide the new one's changes.
        await DialAsync(_bob);
        await Eventually.SeesAsync(() => _hub.CountOf(Room), count => count == 60);
        var late = await new Person("Carol").MessageAsync(General, "after the loss", lamport: 5);
        _hub.Offer(new(Room), late);
        await Eventually.SeesAsync(() => _bob.Client.Nodes.FindAsync(late.Node), node => node is not null);
        Assert.All(await _bob.Client.Nodes.FindAsync(atBob.Newest(100)), message => Assert.Equal(Delivery.Stored, message.Delivery));
    }

    [Fact]
    public async Task A_gap_in_the_numbers_is_noticed_and_filled()
    {
        await OpenAsync(_alice);
        var carol = new Person("Carol");
        var unseen = await carol.MessageAsync(General, "not passed on live", lamport: 5);
        var seen = await carol.MessageAsync(General, "passed on live", lamport: 6);
        _hub.Offer(new(Room), unseen, live: false);
        _hub.Offer(new(Room), seen);
        await Eventually.SeesAsync(() => _alice.Client.Nodes.FindAsync(unseen.Node), node => node is not null);
    }

    [Fact]
    public async Task A_long_history_is_read_page_by_page_and_only_once()
    {
        var carol = new Person("Carol");
        for (var i = 0; i < 450; i++)
        {
            _hub.Offer(new(Room), await carol.MessageAsync(General, $"m{i}", lamport: i + 1));
        }

        await OpenAsync(_alice);
        await Eventually.SeesAsync(() => CountAsync(_alice), count => count == 450);
        await OnlineAsync(_alice);
        var asked = _hub.Received.OfType<ClientFrame.SyncRequest>().Count(r => r.Room == Room);
        Assert.InRange(asked, 5, 6);

        _hub.GoDown();
        _hub.ComeUp();
        await DialAsync(_alice);
        await OnlineAsync(_alice);
        Assert.Equal(450, _hub.Received.OfType<ClientFrame.SyncRequest>().Last(r => r.Room == Room).SinceSeq);
    }

    [Theory]
    [InlineData("WRITE_FORBIDDEN", true)]
    [InlineData("INVALID_ROOM", true)]
    [InlineData("QUOTA_EXCEEDED", false)]
    [InlineData("STORAGE_FULL", false)]
    [InlineData("INVALID_WALL_TIME", false)]
    public async Task A_refusal_is_shown_where_it_is_final_and_tried_again_where_it_is_not(string code, bool final)
    {
        _hub.Refuses = _ => code;
        var chat = await OpenAsync(_alice);
        var message = await chat.SendAsync("will they take it?");
        await Eventually.SeesAsync(() => _hub.Pushes.Count, count => count >= 1);
        if (final)
        {
            var failed = await Eventually.SeesAsync(() => _alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Failed);
            Assert.Equal(code, failed!.DeliveryError);
            return;
        }

        _hub.Refuses = null;
        _hub.GoDown();
        _hub.ComeUp();
        await DialAsync(_alice);
        await Eventually.SeesAsync(() => _alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Stored);
    }

    [Fact]
    public async Task What_is_not_wanted_now_keeps_nothing_else_back_and_is_offered_again_in_the_same_session()
    {
        var chat = await OpenAsync(_alice, _time);
        await OnlineAsync(_alice);
        _hub.Refuses = change => change["payload"]!["properties"]?["content"]?.Text == "not now" ? "UNAUTHORIZED" : null;
        var first = await chat.SendAsync("not now");

        var second = await chat.SendAsync("and this?");
        await Eventually.SeesAsync(() => _alice.Client.Nodes.FindAsync(second), node => node!.Delivery == Delivery.Stored);
        Assert.Equal(Delivery.Local, (await _alice.Client.Nodes.FindAsync(first))!.Delivery);

        _hub.Refuses = null;
        await Eventually.SeesAsync(
            async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(5));
                return await _alice.Client.Nodes.FindAsync(first);
            },
            node => node!.Delivery == Delivery.Stored);
        Assert.Equal(1, _hub.SocketCount);
    }

    [Fact]
    public async Task What_arrives_above_something_that_was_shown_is_marked()
    {
        var chat = await OpenAsync(_alice);
        await OnlineAsync(_alice);
        await chat.SendAsync("now");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var late = await _bob.MessageAsync(General, "an hour ago", lamport: 5, wallTime: now - 3_600_000);
        var timely = await _bob.MessageAsync(General, "a moment later", lamport: 6, wallTime: now + 1_000);
        _hub.Offer(new(Room), late);
        _hub.Offer(new(Room), timely);
        await Eventually.SeesAsync(() => CountAsync(_alice), count => count == 3);
        Assert.True((await _alice.Client.Nodes.FindAsync(late.Node))!.ArrivedLate);
        Assert.False((await _alice.Client.Nodes.FindAsync(timely.Node))!.ArrivedLate);
    }

    [Fact]
    public async Task A_first_history_is_not_late()
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        _hub.Offer(new(Room), await _bob.MessageAsync(General, "newer", lamport: 6, wallTime: now));
        _hub.Offer(new(Room), await _bob.MessageAsync(General, "older", lamport: 5, wallTime: now - 1_000));
        var chat = await OpenAsync(_alice);
        var messages = await Eventually.SeesAsync(() => _alice.Client.Nodes.FindAsync(chat.Newest(5)), rows => rows.Count == 2);
        Assert.All(messages, message => Assert.False(message.ArrivedLate));
    }

    [Fact]
    public async Task A_reader_gets_every_message_once_the_late_ones_too()
    {
        var chat = await OpenAsync(_alice);
        await chat.SendAsync("one");
        await chat.SendAsync("two");
        List<string?> read = [];
        await foreach (var message in chat.ReadAsync())
        {
            read.Add(message.Text("content"));
            if (read.Count == 2)
            {
                _hub.Offer(new(Room), await _bob.MessageAsync(General, "late", lamport: 5, wallTime: _time.GetUtcNow().ToUnixTimeMilliseconds() - 60_000));
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
        var second = (await _alice.Client.Nodes.FindAsync(chat.Newest(2)))[1];
        await foreach (var message in chat.ReadAsync(after: second.SortKey))
        {
            Assert.Equal("three", message.Text("content"));
            break;
        }
    }

    [Fact]
    public async Task The_state_of_the_connection_says_what_it_is()
    {
        _hub.GoDown();
        await _alice.OpenAsync(hub: Address, links: _hub, time: _time);
        var offline = await Eventually.SeesAsync(() => _alice.Client.Connection.Value, status => status.Phase == ConnectionPhase.Offline);
        Assert.NotNull(offline.Why);
        Assert.InRange(offline.RetryAt!.Value - _time.GetUtcNow(), TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(1.1));
        _hub.ComeUp();
        await Eventually.SeesAsync(() => { _time.Advance(TimeSpan.FromSeconds(1)); return _alice.Client.Connection.Value; }, status => status.Phase == ConnectionPhase.Online);
        await using var alone = new Person("Alone");
        await alone.OpenAsync();
        Assert.Equal(ConnectionPhase.Alone, alone.Client.Connection.Value.Phase);
    }

    private async Task<RoomChat> OpenAsync(Person person, TimeProvider? time = null)
    {
        await person.OpenAsync(hub: Address, links: _hub, time: time);
        return person.Client.Channels.Open(General);
    }

    private static Task<long> CountAsync(Person person) => person.Client.Nodes.CountAsync(NodeQuery.Of(Schemas.ChatMessage));

    private static Task<ConnectionStatus> OnlineAsync(Person person) =>
        Eventually.SeesAsync(() => person.Client.Connection.Value, status => status.Phase == ConnectionPhase.Online);

    // The link's end is noticed by itself; only then can it be dialled again.
    private static async Task DialAsync(Person person)
    {
        await Eventually.SeesAsync(() => person.Client.Connection.Value, status => status.Phase == ConnectionPhase.Offline);
        person.Client.Reconnect();
    }
}
