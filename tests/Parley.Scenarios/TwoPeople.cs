using Parley.Chat;
using Parley.Connection;
using Parley.Ids;
using Parley.Testing;
using Parley.Testing.Hubs;

namespace Parley.Scenarios;

/// <summary>Alice and Bob, of whom most scenarios tell. A test opens them; its end closes them, and fails if they logged an error.</summary>
public abstract class TwoPeople : IAsyncDisposable
{
    protected static NodeId General { get; } = RoomNames.ThreadOf(new NodeId(RoomNames.MainSpace));

    protected static RoomId Room { get; } = RoomNames.Channel(General);

    protected Person Alice { get; } = new("Alice");

    protected Person Bob { get; } = new("Bob");

    /// <summary>A clock for whoever is opened with it.</summary>
    protected ManualTime Time { get; } = new(TimeProvider.System.GetUtcNow());

    public virtual async ValueTask DisposeAsync()
    {
        await Alice.DisposeAsync();
        await Bob.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static Task<ConnectionStatus> OnlineAsync(Person person) =>
        Eventually.SeesAsync(person.Client.Connection, status => status.Phase == ConnectionPhase.Online);
}

/// <summary>The two at a fake hub.</summary>
public abstract class TwoPeople<THub> : TwoPeople
    where THub : FakeHub, new()
{
    protected THub Hub { get; } = new();

    /// <summary>Where the hub would be; nothing listens there.</summary>
    protected virtual Uri Address { get; } = new("ws://hub.test/sync");

    /// <summary>Opens a person's client at the hub.</summary>
    protected Task<ParleyClient> OpenAsync(Person person, TimeProvider? time = null) => person.OpenAsync(hub: Address, links: Hub, time: time);

    /// <summary>The same, and #general of the space main in it.</summary>
    protected async Task<RoomChat> OpenGeneralAsync(Person person, TimeProvider? time = null)
    {
        await OpenAsync(person, time);
        return person.Client.Channels.Open(General);
    }
}
