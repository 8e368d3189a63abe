using Parley.Connection;
using Parley.Ids;
using Parley.Nodes;
using Parley.Testing;
using Parley.Testing.Hubs;
using Xunit;

namespace Parley.Scenarios.Sync;

/// <summary>A conversation through a hub that has the reference's rules only.</summary>
public sealed class ReferenceHubTests : TwoPeople<FakeReferenceHub>
{
    [Fact]
    public async Task Messages_and_edits_pass_and_are_known_to_be_stored()
    {
        await OpenAsync(Alice);
        await OpenAsync(Bob);
        var atAlice = Alice.Client.Channels.Open(await Alice.Client.Channels.EnsureGeneralAsync());
        Bob.Client.Channels.Open(await Bob.Client.Channels.EnsureGeneralAsync());

        var message = await atAlice.SendAsync("through an old hub");
        await Eventually.SeesAsync(() => Bob.Client.Nodes.FindAsync(message), node => node is not null);
        await atAlice.EditAsync(message, "through an old hub, edited");
        await Eventually.SeesAsync(() => Bob.Client.Nodes.FindAsync(message), node => node!.Text("content") == "through an old hub, edited");
        await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(message), node => node!.Delivery == Delivery.Stored);
        await Eventually.SeesAsync(Alice.Client.Connection, status => status is { Phase: ConnectionPhase.Online, Unsent: 0 });
    }

    [Fact]
    [Trait("weak-spot", "W16")]
    public async Task What_was_written_apart_arrives_whatever_the_lamports()
    {
        await OpenAsync(Alice);
        var general = await Alice.Client.Channels.EnsureGeneralAsync();
        var atAlice = Alice.Client.Channels.Open(general);
        for (var i = 0; i < 150; i++)
        {
            await atAlice.SendAsync($"Alice {i}");
        }

        await Eventually.SeesAsync(Alice.Client.Connection, status => status is { Phase: ConnectionPhase.Online, Unsent: 0 });

        // Bob wrote alone with low Lamport times before he ever met the hub.
        await Bob.OpenAsync(hub: Address, links: new PartitionableLinks(Hub));
        var atBob = Bob.Client.Channels.Open(await Bob.Client.Channels.EnsureGeneralAsync());
        await atBob.SendAsync("Bob, from before");
        await Eventually.SeesAsync(() => Bob.Client.Nodes.CountAsync(NodeQuery.Of(Schemas.ChatMessage)), count => count == 151);
        await Eventually.SeesAsync(() => Alice.Client.Nodes.CountAsync(NodeQuery.Of(Schemas.ChatMessage)), count => count == 151);
        Assert.Equal(
            (await Alice.Client.Nodes.FindAsync(atAlice.Newest(200))).Select(m => m.Id),
            (await Bob.Client.Nodes.FindAsync(atBob.Newest(200))).Select(m => m.Id));
    }

    [Fact]
    public async Task What_the_hub_would_not_forward_reaches_those_who_are_there()
    {
        await OpenAsync(Alice);
        await OpenAsync(Bob);
        await Eventually.SeesAsync(() => Hub.SubscribersOf(RoomNames.Space(RoomNames.MainSpace).Value), count => count == 2);
        var page = (await Alice.Client.Nodes.WriteAsync(
            [new() { SchemaId = Schemas.Page, Properties = Json.JsonReader.Read("""{"title":"Plan","space":"main"}""") }]))[0];
        await Eventually.SeesAsync(() => Bob.Client.Nodes.FindAsync(page), node => node?.Text("title") == "Plan");
        await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(page), node => node!.Delivery == Delivery.Stored);
    }

    [Fact]
    [Trait("weak-spot", "W35")]
    public async Task An_old_hub_that_lost_everything_is_refilled_with_the_own_changes()
    {
        await OpenAsync(Alice);
        var chat = Alice.Client.Channels.Open(await Alice.Client.Channels.EnsureGeneralAsync());
        for (var i = 0; i < 20; i++)
        {
            await chat.SendAsync($"Alice {i}");
        }

        await Eventually.SeesAsync(Alice.Client.Connection, status => status is { Phase: ConnectionPhase.Online, Unsent: 0 });
        Hub.Wipe();
        await Eventually.SeesAsync(Alice.Client.Connection, status => status.Phase == ConnectionPhase.Offline);
        Alice.Client.Reconnect();
        await Eventually.SeesAsync(() => Hub.CountOf(Alice.Id.Value), count => count == 21);
    }
}
