using Parley.Access;
using Parley.Chat;
using Parley.Connection;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Peers;
using Parley.Scenarios.Access;
using Parley.Storage;
using Parley.Store;
using Parley.Testing.Hubs;
using Parley.Testing;
using Parley.Views;
using Xunit;

namespace Parley.Scenarios.Sync;

/// <summary>A change is pushed until a hub has it in its log: that it waits there, or was refused, ends nothing.</summary>
public sealed class PushingTests : IAsyncDisposable
{
    private static readonly Uri Address = new("ws://hub.test/sync");
    private static readonly NodeId General = RoomNames.ThreadOf(new NodeId(RoomNames.MainSpace));
    private static readonly string Room = RoomNames.Channel(General).Value;

    private readonly FakeParleyHub _hub = new();
    private readonly ManualTime _time = new(TimeProvider.System.GetUtcNow());
    private readonly Person _ada = new("Ada");

    public ValueTask DisposeAsync() => _ada.DisposeAsync();

    [Fact]
    public async Task What_waits_at_the_hub_is_not_stored_and_is_sent_again_in_the_next_session_only()
    {
        _hub.KeepsWaiting = IsMessage;
        var chat = await OpenAsync();
        var message = await chat.SendAsync("is it there?");
        await SeesPushesAsync(message, 1);
        await ReconnectAsync();
        await SeesPushesAsync(message, 2);
        Assert.Equal(Delivery.Local, await DeliveryOfAsync(message));
        Assert.Equal(1, _ada.Client.Connection.Value.Unsent);

        _hub.FileWaiting();
        await SeesAsync(() => DeliveryOfAsync(message), delivery => delivery == Delivery.Stored);
        Assert.Equal(0, _ada.Client.Connection.Value.Unsent);
    }

    [Theory]
    [InlineData("WRITE_FORBIDDEN")]
    [InlineData("INVALID_ROOM")]
    [InlineData("INVALID_CHANGE")]
    [InlineData("SOMETHING_NEW")]
    public async Task What_was_refused_is_offered_again_where_the_room_is_open_again(string code)
    {
        _hub.Refuses = _ => code;
        var chat = await OpenAsync();
        var message = await chat.SendAsync("will they take it?");
        await SeesAsync(() => DeliveryOfAsync(message), delivery => delivery == Delivery.Failed);
        Assert.Equal(code, (await _ada.Client.Nodes.FindAsync(message))!.DeliveryError);

        // Still no: the reason stays on the screen.
        await ReconnectAsync();
        await SeesPushesAsync(message, 2);
        Assert.Equal(Delivery.Failed, await DeliveryOfAsync(message));

        _hub.Refuses = null;
        await ReconnectAsync();
        await SeesAsync(() => DeliveryOfAsync(message), delivery => delivery == Delivery.Stored);
    }

    [Fact]
    public async Task What_was_refused_is_offered_again_once_when_memberships_of_its_room_move()
    {
        await OpenAsync();
        var space = await _ada.Client.Spaces.CreateAsync("Workshop");
        await OnlineAsync();
        _hub.Refuses = change => IsMessage(change) ? "WRITE_FORBIDDEN" : null;
        var message = await AccessScene.GeneralOf(_ada, space).SendAsync("too early");
        await SeesAsync(() => DeliveryOfAsync(message), delivery => delivery == Delivery.Failed);

        await _ada.Client.Spaces.Open(space).GrantAsync(new Person("Bob").Id, AccessRole.Member);
        await SeesPushesAsync(message, 2);
        Assert.Equal(Delivery.Failed, await DeliveryOfAsync(message));
        _hub.Refuses = null;
        await _ada.Client.Spaces.Open(space).GrantAsync(new Person("Cyd").Id, AccessRole.Member);
        await SeesAsync(() => DeliveryOfAsync(message), delivery => delivery == Delivery.Stored);
        Assert.Equal(3, PushesOf(await HashOfAsync(message)));
    }

    [Theory]
    [InlineData("UNAUTHORIZED")]
    [InlineData("QUOTA_EXCEEDED")]
    public async Task Into_a_room_that_does_not_take_them_nothing_is_pushed_for_one_two_four_minutes_and_everything_else_goes_on(string code)
    {
        var other = new NodeId("another-channel");
        var chat = await OpenAsync();
        _hub.Refuses = change => change["room"]!.Text == Room ? code : null;
        var first = await chat.SendAsync("not here");
        await SeesPushesAsync(first, 1);
        var second = await chat.SendAsync("nor this");
        var elsewhere = await _ada.Client.Channels.Open(other).SendAsync("elsewhere");
        await SeesAsync(() => DeliveryOfAsync(elsewhere), delivery => delivery == Delivery.Stored);
        Assert.Equal(0, PushesOf(await HashOfAsync(second)));

        for (var tries = 2; tries <= 4; tries++)
        {
            for (var seconds = 10; seconds < 60 << (tries - 2); seconds += 10)
            {
                Assert.Equal(tries - 1, PushesOf(await HashOfAsync(first)));
                _time.Advance(TimeSpan.FromSeconds(10));
                await BarrierAsync(other);
            }

            Assert.Equal(tries - 1, PushesOf(await HashOfAsync(first)));
            _time.Advance(TimeSpan.FromSeconds(10));
            await SeesPushesAsync(first, tries);
            await SeesPushesAsync(second, tries - 1);
            await BarrierAsync(other);
        }

        _hub.Refuses = null;
        await ReconnectAsync();
        await SeesAsync(() => DeliveryOfAsync(second), delivery => delivery == Delivery.Stored);
        Assert.Equal(Delivery.Stored, await DeliveryOfAsync(first));
    }

    [Fact]
    public async Task What_was_not_taken_a_moment_ago_is_offered_again_when_the_hub_files_something_in_the_room()
    {
        _hub.GoDown();
        var refused = 0;
        _hub.Refuses = change => change["payload"]!["properties"]!["content"]?.Text == "a moment ago" && refused++ == 0 ? "UNAUTHORIZED" : null;
        var chat = await OpenAsync(online: false);
        var first = await chat.SendAsync("a moment ago");
        await chat.SendAsync("now");
        _hub.ComeUp();
        await ReconnectAsync();
        await SeesAsync(() => DeliveryOfAsync(first), delivery => delivery == Delivery.Stored);
        Assert.Equal(2, PushesOf(await HashOfAsync(first)));
    }

    [Fact]
    public async Task A_hub_that_keeps_256_in_a_row_waiting_is_sent_no_more_of_that_room()
    {
        _hub.GoDown();
        var chat = await OpenAsync(online: false);
        foreach (var chunk in Enumerable.Range(0, 3_600).Chunk(600))
        {
            await _ada.Client.Nodes.WriteAsync([.. chunk.Select(i => new NodeDraft
            {
                SchemaId = Schemas.ChatMessage,
                Properties = JsonValue.Object(("channel", JsonValue.Of(chat.Channel.Value)), ("content", JsonValue.Of($"line {i}"))),
            })]);
        }

        _hub.KeepsWaiting = change => change["room"]!.Text == Room;
        _hub.ComeUp();
        await ReconnectAsync();
        await BarrierAsync(new NodeId("another-channel"));

        // Three thousand may be under way when the first answers come.
        Assert.InRange(_hub.Pushes.Count, 2_001, 3_001);

        _hub.KeepsWaiting = null;
        _hub.FileWaiting();
        await ReconnectAsync();
        await SeesAsync(() => _ada.Client.Connection.Value.Unsent, unsent => unsent == 0);
        Assert.Equal(3_600, _hub.CountOf(Room));
    }

    [Fact]
    public async Task Operations_are_sent_before_everything_else()
    {
        _hub.GoDown();
        var chat = await OpenAsync(online: false);
        await chat.SendAsync("written first");
        var space = await _ada.Client.Spaces.CreateAsync("Workshop");
        await AccessScene.GeneralOf(_ada, space).SendAsync("in the space");
        await _ada.Client.Spaces.Open(space).GrantAsync(new Person("Bob").Id, AccessRole.Member);
        _hub.ComeUp();
        await ReconnectAsync();
        await SeesAsync(() => _ada.Client.Connection.Value.Unsent, unsent => unsent == 0);
        var pushed = _hub.Received.OfType<ClientFrame.NodeChangeBatch>().SelectMany(batch => batch.Changes).Select(IsOperation).ToList();
        Assert.Equal(2, pushed.Count(isOperation => isOperation));
        Assert.Equal(pushed.OrderDescending(), pushed);
    }

    [Fact]
    public async Task Operations_that_come_while_the_rest_is_read_are_sent_before_it()
    {
        var store = new WrittenBetween(SqliteStore.InMemory());
        var chat = await OpenAsync(store: store);
        NodeId space = default;
        store.OnceOperationsAreRead(async () =>
        {
            space = await _ada.Client.Spaces.CreateAsync("Workshop");
            await AccessScene.GeneralOf(_ada, space).SendAsync("in the space");
        });
        await chat.SendAsync("written first");
        await SeesAsync(() => _ada.Client.Connection.Value.Unsent, unsent => unsent == 0 && space != default);
        var pushed = _hub.Received.OfType<ClientFrame.NodeChangeBatch>().SelectMany(batch => batch.Changes)
            .Where(change => change["room"]!.Text != Room).Select(IsOperation).ToList();
        Assert.Contains(true, pushed);
        Assert.Equal(pushed.OrderDescending(), pushed);
    }

    [Fact]
    public async Task What_was_refused_is_offered_again_as_soon_as_the_hub_files_something_of_the_room()
    {
        _hub.GoDown();
        var chat = await OpenAsync(online: false);
        var first = await chat.SendAsync("before its time");
        await chat.SendAsync("in time");
        var refused = await HashOfAsync(first);
        _hub.Refuses = change => change["hash"]!.Text == refused && PushesOf(refused) == 1 ? "UNAUTHORIZED" : null;
        _hub.ComeUp();
        await ReconnectAsync();
        await SeesAsync(() => DeliveryOfAsync(first), delivery => delivery == Delivery.Stored);
    }

    [Fact]
    public async Task A_newer_write_that_is_stored_decides_what_is_shown_and_the_older_one_goes_on_being_offered()
    {
        _hub.Refuses = _ => "WRITE_FORBIDDEN";
        var chat = await OpenAsync();
        var message = await chat.SendAsync("first words");
        await SeesAsync(() => DeliveryOfAsync(message), delivery => delivery == Delivery.Failed);
        _hub.Refuses = null;
        await chat.EditAsync(message, "better words");
        await SeesAsync(() => DeliveryOfAsync(message), delivery => delivery == Delivery.Stored);
        Assert.Equal(1, _hub.CountOf(Room));
        await ReconnectAsync();
        await SeesAsync(() => _hub.CountOf(Room), count => count == 2);
    }

    [Fact]
    public async Task What_a_laptop_did_not_send_for_a_hundred_days_arrives()
    {
        using var folder = new TemporaryFolder();
        await using var hub = await HubFixture.StartAsync(time: _time);
        await using var bob = new Person("Bob");
        await bob.OpenAsync(hub: hub.Socket, time: _time);
        await _ada.OpenAsync(SqliteStore.At(folder["ada.db"]), hub.Socket, time: _time);
        var joining = AccessScene.SpaceOfAsync(bob, _ada);
        await SeesAsync(() => joining.IsCompleted, done => done);
        var space = await joining;
        await _ada.CloseAsync();

        await _ada.OpenAsync(SqliteStore.At(folder["ada.db"]), new Uri("ws://127.0.0.1:1"), time: _time);
        var texts = Enumerable.Range(0, 20).Select(i => $"on the train {i}").ToArray();
        foreach (var text in texts)
        {
            await AccessScene.GeneralOf(_ada, space).SendAsync(text);
        }

        await _ada.CloseAsync();
        await bob.CloseAsync();
        _time.Advance(TimeSpan.FromDays(100));
        await bob.OpenAsync(hub: hub.Socket, time: _time);
        await _ada.OpenAsync(SqliteStore.At(folder["ada.db"]), hub.Socket, time: _time);
        await SeesAsync(() => _ada.Client.Connection.Value, status => status is { Phase: ConnectionPhase.Online, Unsent: 0 });
        var seeing = AccessScene.SeesTextsAsync(bob, RoomNames.ThreadOf(space), texts);
        await SeesAsync(() => seeing.IsCompleted, done => done);
        await seeing;
    }

    // Time passes, a little, while it is looked: a session keeps to the hub's limits by the clock.
    private Task<T> SeesAsync<T>(Func<Task<T>> look, Func<T, bool> satisfies) => Eventually.SeesAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(20));
            return look();
        },
        satisfies);

    private Task<T> SeesAsync<T>(Func<T> look, Func<T, bool> satisfies) => SeesAsync(() => Task.FromResult(look()), satisfies);

    private async Task<RoomChat> OpenAsync(bool online = true, ISqlDriver? store = null)
    {
        await _ada.OpenAsync(store, hub: Address, links: _hub, time: _time);
        if (online)
        {
            await OnlineAsync();
        }

        return _ada.Client.Channels.Open(General);
    }

    private Task<ConnectionStatus> OnlineAsync() => SeesAsync(() => _ada.Client.Connection.Value, status => status.Phase == ConnectionPhase.Online);

    private async Task ReconnectAsync()
    {
        _hub.GoDown();
        await SeesAsync(() => _ada.Client.Connection.Value, status => status.Phase == ConnectionPhase.Offline);
        _hub.ComeUp();
        _ada.Client.Reconnect();
        await OnlineAsync();
    }

    // What is pushed after it was answered before it: so it passed everything that would have gone out.
    private async Task BarrierAsync(NodeId channel)
    {
        var barrier = await _ada.Client.Channels.Open(channel).SendAsync("barrier");
        await SeesAsync(() => DeliveryOfAsync(barrier), delivery => delivery == Delivery.Stored);
    }

    private async Task<Delivery> DeliveryOfAsync(NodeId message) => (await _ada.Client.Nodes.FindAsync(message))!.Delivery;

    private async Task SeesPushesAsync(NodeId message, int count)
    {
        var hash = await HashOfAsync(message);
        await SeesAsync(() => PushesOf(hash), seen => seen == count);
    }

    private async Task<string> HashOfAsync(NodeId message) =>
        TimelineKeys.Parse((await _ada.Client.Nodes.FindAsync(message))!.SortKey).Hash.ToString();

    private int PushesOf(string hash) => _hub.Pushes.GetValueOrDefault(hash);

    private static bool IsOperation(JsonValue change) => change["payload"]!["properties"]!["sc"] is not null;

    private static bool IsMessage(JsonValue change) =>
        Schemas.Is(change["payload"]!["schemaId"]?.Text, Schemas.ChatMessage) && !IsOperation(change);

    /// <summary>A store into which something is written once, right after the operations that are to be sent were read.</summary>
    private sealed class WrittenBetween(ISqlDriver store) : ISqlDriver
    {
        private Func<Task>? _write;

        public void OnceOperationsAreRead(Func<Task> write) => _write = write;

        public async ValueTask<IReadOnlyList<SqlResult>> ReadAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default)
        {
            var answer = await store.ReadAsync(statements, cancellationToken);
            if (statements[0].Sql.StartsWith("SELECT outbox.seq, hash, room, ?3", StringComparison.Ordinal) && Interlocked.Exchange(ref _write, null) is { } write)
            {
                await write();
            }

            return answer;
        }

        public ValueTask<IReadOnlyList<SqlResult>> WriteAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
            store.WriteAsync(statements, cancellationToken);

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }
}
