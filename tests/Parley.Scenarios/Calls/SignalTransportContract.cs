using System.Collections.Concurrent;
using Parley.Calls;
using Parley.Ids;
using Parley.Json;
using Parley.Testing;

namespace Parley.Scenarios.Calls;

/// <summary>What every carrier of call signals does.</summary>
public abstract class SignalTransportContract : IAsyncDisposable
{
    private static readonly RoomId Topic = new("call:c1");
    private readonly List<ISignalTopic> _topics = [];

    [Fact]
    public async Task What_one_says_everybody_else_in_the_topic_hears_in_order_and_as_it_was()
    {
        var (one, other) = await TwoAsync();
        var (ann, bob) = (Join(one), Join(other));
        await OpenAsync(ann, bob);
        var (elsewhere, also) = (Join(other, new("call:c2")), Join(one, new("call:c2")));
        await OpenAsync(elsewhere, also);

        var said = Enumerable.Range(0, 20).Select(i => Signal(one, $"say-{i}")).ToList();
        said.ForEach(ann.Topic!.Send);

        await Eventually.SeesAsync(() => bob.HeardSignals.Count, count => count == said.Count);
        Assert.Equal(said.Select(signal => signal.ToString()), bob.HeardSignals.Select(signal => signal.ToString()));
        Assert.Empty(ann.HeardSignals);
        Assert.Empty(elsewhere.HeardSignals);
    }

    [Fact]
    public async Task Whoever_left_hears_nothing_and_may_come_again()
    {
        var (one, other) = await TwoAsync();
        var (ann, bob) = (Join(one), Join(other));
        await OpenAsync(ann, bob);
        bob.Topic!.Dispose();
        var again = Join(other);
        await OpenAsync(ann, again);

        ann.Topic!.Send(Signal(one, "hello"));

        await Eventually.SeesAsync(() => again.HeardSignals.Count, count => count == 1);
        Assert.Empty(bob.HeardSignals);
    }

    [Fact]
    public async Task Two_in_one_client_share_its_way_and_the_last_one_closes_it()
    {
        var (one, other) = await TwoAsync();
        var (ann, first, second) = (Join(one), Join(other), Join(other));
        await OpenAsync(ann, first, second);
        first.Topic!.Dispose();

        ann.Topic!.Send(Signal(one, "hello"));

        await Eventually.SeesAsync(() => second.HeardSignals.Count, count => count == 1);
        Assert.Empty(first.HeardSignals);
    }

    public virtual async ValueTask DisposeAsync()
    {
        _topics.ForEach(topic => topic.Dispose());
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Two ends that hear each other.</summary>
    protected abstract Task<(ParleyClient One, ParleyClient Other)> TwoAsync();

    protected abstract ValueTask CloseAsync();

    private protected static JsonValue Signal(ParleyClient from, string kind) => JsonValue.Object(
        ("kind", JsonValue.Of(kind)), ("from", JsonValue.Of($"{from.Me}#1")), ("nested", JsonValue.Array([JsonValue.Of(1), JsonValue.Null])));

    private protected static Task OpenAsync(params Receiver[] receivers) =>
        Eventually.SeesAsync(() => receivers.Count(receiver => receiver.IsOpen), count => count == receivers.Length);

    private protected Receiver Join(ParleyClient client, RoomId? topic = null)
    {
        var receiver = new Receiver();
        receiver.Topic = client.Calls.Signals.Join(topic ?? Topic, receiver);
        _topics.Add(receiver.Topic);
        return receiver;
    }

    private protected sealed class Receiver : ISignalReceiver
    {
        public ISignalTopic? Topic { get; set; }

        public ConcurrentQueue<JsonValue> HeardSignals { get; } = new();

        public bool IsOpen { get; private set; }

        public void Opened() => IsOpen = true;

        public void Closed() => IsOpen = false;

        public void Denied() => throw new InvalidOperationException("The topic was denied.");

        public void Heard(JsonValue signal) => HeardSignals.Enqueue(signal);

        public void Found(IceServers servers)
        {
        }
    }
}

/// <summary>Over a hub.</summary>
public sealed class HubSignalTests : SignalTransportContract
{
    private readonly Person _ann = new("Ann");
    private readonly Person _bob = new("Bob");
    private readonly PartitionableLinks _links = new(Parley.Connection.WebSocketLinks.Instance);
    private HubFixture? _hub;

    protected override async Task<(ParleyClient One, ParleyClient Other)> TwoAsync()
    {
        _hub = await HubFixture.StartAsync();
        return (await _ann.OpenAsync(hub: _hub.Socket, links: _links), await _bob.OpenAsync(hub: _hub.Socket, links: _links));
    }

    [Fact]
    public async Task What_is_cut_is_said_and_so_is_its_return()
    {
        var (one, other) = await TwoAsync();
        var (ann, bob) = (Join(one), Join(other));
        await OpenAsync(ann, bob);

        _links.Cut();
        await Eventually.SeesAsync(() => ann.IsOpen || bob.IsOpen, static isOpen => !isOpen);
        ann.Topic!.Send(Signal(one, "nobody hears this"));
        _links.Heal();
        one.Reconnect();
        other.Reconnect();
        await OpenAsync(ann, bob);
        ann.Topic.Send(Signal(one, "hello"));

        await Eventually.SeesAsync(() => bob.HeardSignals.LastOrDefault()?["kind"]?.Text, static kind => kind == "hello");
        Assert.Single(bob.HeardSignals);
    }

    protected override async ValueTask CloseAsync()
    {
        await _ann.DisposeAsync();
        await _bob.DisposeAsync();
        await _hub!.DisposeAsync();
    }
}

/// <summary>Between two tabs of one browser, without any hub.</summary>
public sealed class TabSignalTests : SignalTransportContract
{
    private readonly Person _ann = new("Ann");
    private readonly Person _annElsewhere = new("Ann");
    private readonly FakeBrowser _browser = new(Parley.Native.Storage.SqliteStore.InMemory());

    protected override async Task<(ParleyClient One, ParleyClient Other)> TwoAsync()
    {
        var leader = await OpenAsync(_ann);
        return (leader, await OpenAsync(_annElsewhere));
    }

    [Fact]
    public async Task One_tab_alone_reaches_nobody()
    {
        var (one, other) = await TwoAsync();
        var ann = Join(one);
        var bob = Join(other);
        await OpenAsync(ann, bob);

        bob.Topic!.Dispose();
        await Eventually.SeesAsync(() => ann.IsOpen, static isOpen => !isOpen);
        await OpenAsync(ann, Join(other));
    }

    protected override async ValueTask CloseAsync()
    {
        await _annElsewhere.DisposeAsync();
        await _ann.DisposeAsync();
        await _browser.DisposeAsync();
    }

    private Task<ParleyClient> OpenAsync(Person person)
    {
        var tab = _browser.Open();
        return person.OpenAsync(person.Options(_browser.StoreOf(tab)) with { Tabs = tab });
    }
}
