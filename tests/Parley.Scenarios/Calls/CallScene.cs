using Parley.Calls;
using Parley.Connection;
using Parley.Ids;
using Parley.Platform;
using Parley.Testing;

namespace Parley.Scenarios.Calls;

/// <summary>People with clients of their own at one real hub, fake media, and a clock that the test moves.</summary>
internal sealed class CallScene : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a machine with much else to do may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly List<Caller> _people = [];
    private readonly Action<Parley.Hub.HubOptions>? _configure;

    private CallScene(Action<Parley.Hub.HubOptions>? configure) => _configure = configure;

    public ManualTime Time { get; } = new(TimeProvider.System.GetUtcNow());

    public FakeMediaWorld Media { get; } = new();

    public HubFixture Hub { get; private set; } = null!;

    public IReadOnlyList<Caller> People => _people;

    public static async Task<CallScene> OpenAsync(Action<Parley.Hub.HubOptions>? configure = null)
    {
        var scene = new CallScene(configure);
        scene.Hub = await HubFixture.StartAsync(configure, time: scene.Time);
        return scene;
    }

    /// <summary>People in the call of #general, each connected with all the others.</summary>
    public static async Task<CallScene> InCallAsync(CallMedia media, params string[] names)
    {
        var scene = await OpenAsync();
        foreach (var name in names)
        {
            await (await scene.AddAsync(name)).JoinAsync(media);
        }

        return scene;
    }

    public async Task<Caller> AddAsync(string name)
    {
        var caller = new Caller(this, name);
        await caller.OpenAsync();
        _people.Add(caller);
        return caller;
    }

    /// <summary>Lets time pass until something is so.</summary>
    public Task UntilAsync(Func<bool> isSo, string what) => WithinAsync(TimeSpan.FromMinutes(10), isSo, what);

    /// <summary>As the other, for what has to be asked for.</summary>
    public async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> isSo) => await Eventually.SeesAsync(
        async () =>
        {
            Time.Advance(Step);
            return await look();
        },
        isSo, Patience);

    /// <summary>The same, and fails where that takes longer by the clock of the scene.</summary>
    public async Task WithinAsync(TimeSpan limit, Func<bool> isSo, string what)
    {
        var end = Time.GetUtcNow() + limit;
        await Eventually.SeesAsync(
            () =>
            {
                if (!isSo())
                {
                    Assert.True(Time.GetUtcNow() < end, $"not within {limit}: {what}. {Tell()}");
                    Time.Advance(Step);
                }

                return isSo() ? "" : $"{what}: {Tell()}";
            },
            static missing => missing.Length == 0, Patience);
    }

    /// <summary>Lets so much time pass, with room for what happens in between.</summary>
    public Task PassAsync(TimeSpan time)
    {
        var end = Time.GetUtcNow() + time;
        return UntilAsync(() => Time.GetUtcNow() >= end, "time");
    }

    /// <summary>The hub dies and comes back at the same address, with nothing in memory.</summary>
    public async Task RestartHubAsync(Func<Task> meanwhile)
    {
        var port = Hub.Http.Port;
        await Hub.DisposeAsync();
        await meanwhile();
        Hub = await HubFixture.StartAsync(_configure, port, Time);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var person in _people)
        {
            await person.DisposeAsync();
        }

        await Hub.DisposeAsync();
        Assert.Empty(Media.Faults);
    }

    private string Tell() => string.Join("; ", _people.Select(person => person.ToString()));
}

/// <summary>One of them.</summary>
internal sealed class Caller(CallScene scene, string name) : IAsyncDisposable
{
    private readonly Person _person = new(name);

    public PartitionableLinks Links { get; } = new(WebSocketLinks.Instance);

    public ParleyClient Client => _person.Client;

    public Parley.Ids.PersonId Id => _person.Id;

    public CallSession? Session => Client.Calls.Current.Value;

    public CallView View => Session!.State.Value;

    public FakeCallMedia Media => (FakeCallMedia)Session!.Media;

    public NodeId Channel { get; private set; }

    /// <summary>Which devices the next call finds broken.</summary>
    public Dictionary<MediaSource, MediaFault> BrokenDevices { get; } = [];

    /// <summary>Until when the browser's question stays unanswered.</summary>
    public Task? Answered { get; set; }

    public async Task OpenAsync()
    {
        await _person.OpenAsync(_person.Options(hub: scene.Hub.Socket, links: Links, time: scene.Time) with { CallMedia = OpenMedia });
        Channel = await Client.Channels.EnsureGeneralAsync();
    }

    /// <summary>Joins and waits until connected with everybody who is in.</summary>
    public async Task<CallSession> JoinAsync(CallMedia media, NodeId? channel = null)
    {
        var session = await Client.Calls.JoinAsync(channel ?? Channel, media);
        await scene.UntilAsync(
            () => scene.People.Where(IsSeatedWith).All(one => scene.People.Count(IsSeatedWith) - 1 == one.View.Others.Count
                && one.View.Others.All(other => other.Health == LinkHealth.Connected)) && View.Phase == CallPhase.Seated,
            $"{name} is in and connected");
        return session;

        bool IsSeatedWith(Caller other) => other.Session is { } in_ && in_.Channel == session.Channel && in_.State.Value.Phase == CallPhase.Seated;
    }

    public bool IsConnectedWith(int others) =>
        View is { Phase: CallPhase.Seated } view && view.Others.Count == others && view.Others.All(other => other.Health == LinkHealth.Connected);

    public async ValueTask DisposeAsync() => await _person.DisposeAsync();

    public override string ToString() =>
        Session is null ? $"{name} not in" : $"{name} {View.Phase} {View.End} signaling {View.IsSignaling} with {string.Join(",", View.Others.Select(other => other.Health))}";

    private FakeCallMedia OpenMedia(Action<MediaFact> fact)
    {
        var media = scene.Media.Open(fact);
        media.Answered = Answered;
        foreach (var (source, fault) in BrokenDevices)
        {
            media.Faults[source] = fault;
        }

        return media;
    }
}
