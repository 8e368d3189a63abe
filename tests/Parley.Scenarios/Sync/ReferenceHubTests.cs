using Parley.Connection;
using Parley.Ids;
using Parley.Nodes;
using Parley.Testing;
using Parley.Testing.Hubs;
using Xunit;

namespace Parley.Scenarios.Sync;

/// <summary>A conversation through a hub that has the reference's rules only.</summary>
public sealed class ReferenceHubTests : IAsyncDisposable
{
    private static readonly Uri Address = new("ws://hub.test/");

    private readonly FakeReferenceHub _hub = new();
    private readonly Person _alice = new("Alice");
    private readonly Person _bob = new("Bob");

    public async ValueTask DisposeAsync()
    {
        await _alice.DisposeAsync();
        await _bob.DisposeAsync();
    }

    [Fact]
    public async Task Messages_and_edits_pass_and_are_known_to_be_stored()
    {
        await _alice.OpenAsync(hub: Address, links: _hub);
        await _bob.OpenAsync(hub: Address, links: _hub);
        var atAlice = _alice.Client.Channels.Open(await _alice.Client.Channels.EnsureGeneralAsync());
        _bob.Client.Channels.Open(await _bob.Client.Channels.EnsureGeneralAsync());

        var message = await atAlice.SendAsync("through an old hub");
        await Eventually.SeesAsync(() => _bob.Client.Nodes.FindAsync(message), node => node is not null);
        await atAlice.EditAsync(message, "through an old hub, edited");
        await Eventually.SeesAsync(() => _bob.Client.Nodes.FindAsync(message), node => node!.Text("content") == "through an old hub, edited");
        await Eventually.SeesAsync(() => _alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Stored);
        await Eventually.SeesAsync(() => _alice.Client.Connection.Value, status => status is { Phase: ConnectionPhase.Online, Unsent: 0 });
    }

    [Fact]
    [Trait("weak-spot", "W16")]
    public async Task What_was_written_apart_arrives_whatever_the_lamports()
    {
        await _alice.OpenAsync(hub: Address, links: _hub);
        var general = await _alice.Client.Channels.EnsureGeneralAsync();
        var atAlice = _alice.Client.Channels.Open(general);
        for (var i = 0; i < 150; i++)
        {
            await atAlice.SendAsync($"Alice {i}");
        }

        await Eventually.SeesAsync(() => _alice.Client.Connection.Value, status => status is { Phase: ConnectionPhase.Online, Unsent: 0 });

        // Bob wrote alone with low Lamport times before he ever met the hub.
        await _bob.OpenAsync(hub: Address, links: new PartitionableLinks(_hub));
        var atBob = _bob.Client.Channels.Open(await _bob.Client.Channels.EnsureGeneralAsync());
        await atBob.SendAsync("Bob, from before");
        await Eventually.SeesAsync(() => _bob.Client.Nodes.CountAsync(NodeQuery.Of(Schemas.ChatMessage)), count => count == 151);
        await Eventually.SeesAsync(() => _alice.Client.Nodes.CountAsync(NodeQuery.Of(Schemas.ChatMessage)), count => count == 151);
        Assert.Equal(
            (await _alice.Client.Nodes.FindAsync(atAlice.Newest(200))).Select(m => m.Id),
            (await _bob.Client.Nodes.FindAsync(atBob.Newest(200))).Select(m => m.Id));
    }

    [Fact]
    public async Task What_the_hub_would_not_forward_reaches_those_who_are_there()
    {
        await _alice.OpenAsync(hub: Address, links: _hub);
        await _bob.OpenAsync(hub: Address, links: _hub);
        await Eventually.SeesAsync(() => _hub.SubscribersOf(RoomNames.Space(RoomNames.MainSpace).Value), count => count == 2);
        var page = (await _alice.Client.Nodes.WriteAsync(
            [new() { SchemaId = Schemas.Page, Properties = Json.JsonReader.Read("""{"title":"Plan","space":"main"}""") }]))[0];
        await Eventually.SeesAsync(() => _bob.Client.Nodes.FindAsync(page), node => node?.Text("title") == "Plan");
        await Eventually.SeesAsync(() => _alice.Client.Nodes.FindAsync(page), node => node!.Delivery == Delivery.Stored);
    }

    [Fact]
    [Trait("weak-spot", "W35")]
    public async Task An_old_hub_that_lost_everything_is_refilled_with_the_own_changes()
    {
        await _alice.OpenAsync(hub: Address, links: _hub);
        var chat = _alice.Client.Channels.Open(await _alice.Client.Channels.EnsureGeneralAsync());
        for (var i = 0; i < 20; i++)
        {
            await chat.SendAsync($"Alice {i}");
        }

        await Eventually.SeesAsync(() => _alice.Client.Connection.Value, status => status is { Phase: ConnectionPhase.Online, Unsent: 0 });
        _hub.Wipe();
        await Eventually.SeesAsync(() => _alice.Client.Connection.Value, status => status.Phase == ConnectionPhase.Offline);
        _alice.Client.Reconnect();
        await Eventually.SeesAsync(() => _hub.CountOf(_alice.Id.Value), count => count == 21);
    }
}
