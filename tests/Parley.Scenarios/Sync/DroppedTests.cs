using Parley.Ledger;
using Parley.Nodes;
using Parley.Peers;
using Parley.Replica;
using Parley.Store;
using Parley.Views;
using Xunit;

namespace Parley.Scenarios.Sync;

/// <summary>
/// More waits than a replica keeps. What it drops it reads again as soon as what that hung on has moved, and not before: nothing is missing
/// then, in any kind of room, and the order is the author's.
/// </summary>
public sealed class DroppedTests
{
    private static readonly LedgerLimits Limits = new();

    public static TheoryData<Where> Rooms => [.. Enum.GetValues<Where>()];

    [Theory]
    [MemberData(nameof(Rooms))]
    public async Task Of_an_unknown_member(Where where)
    {
        await using var scene = await DroppedScene.OpenAsync(where, cydIsKnown: false);
        var texts = await scene.WriteAsync(600);
        await scene.OfferAsync(scene.IsWord);
        await scene.HasDroppedAsync(Limits.WaitingOthersPerRoomMax);
        await NothingIsReadAgainAsync(scene);

        await scene.OfferAsync();
        await scene.SeesAsync(() => scene.TextsAsync(), seen => seen.Count == 600);
        Assert.Equal(texts, await scene.TextsAsync());
        await scene.HasEverythingAsync();
        await NothingIsReadAgainAsync(scene);
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public async Task Of_an_unknown_node(Where where)
    {
        await using var scene = await DroppedScene.OpenAsync(where, cydIsKnown: true);
        var message = await scene.Cyd.SendAsync(scene.Channel, "first words");
        await scene.EditAsync(message, 1_100);
        await scene.OfferAsync(change => scene.IsWord(change) && !IsFirst(change));
        await scene.HasDroppedAsync(Limits.WaitingPerMemberMax);
        await NothingIsReadAgainAsync(scene);

        await scene.OfferAsync();
        await scene.SeesAsync(() => scene.Eve.Nodes.FindAsync(message), node => node?.Text("content") == "correction 1099");
        await scene.HasEverythingAsync();
        await NothingIsReadAgainAsync(scene);
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public async Task Of_a_time_that_has_not_come(Where where)
    {
        await using var scene = await DroppedScene.OpenAsync(where, cydIsKnown: true);
        scene.CydsTime.Advance(TimeSpan.FromMinutes(30));
        var texts = await scene.WriteAsync(1_500);
        await scene.OfferAsync();
        await scene.HasDroppedAsync(Limits.WaitingPerMemberMax);
        await NothingIsReadAgainAsync(scene);

        scene.Time.Advance(TimeSpan.FromMinutes(30));
        await scene.SeesAsync(() => scene.Eve.Nodes.CountAsync(NodeQuery.Of(Schemas.ChatMessage)), seen => seen == 1_500);
        await scene.HasEverythingAsync();
        Assert.Equal(texts, await scene.TextsAsync());
        await NothingIsReadAgainAsync(scene);
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public async Task Of_a_waiting_room_that_is_full(Where where)
    {
        await using var scene = await DroppedScene.OpenAsync(where, cydIsKnown: true);
        var one = await scene.Cyd.SendAsync(scene.Channel, "one");
        await scene.EditAsync(one, Limits.WaitingPerMemberMax);
        var other = await scene.Cyd.SendAsync(scene.Channel, "other");
        await scene.EditAsync(other, 50);
        await scene.OfferAsync(change => scene.IsWord(change) && !IsFirst(change));
        await scene.HasDroppedAsync(Limits.WaitingPerMemberMax);
        await NothingIsReadAgainAsync(scene);

        // There is room now: what was dropped waits here as well.
        await scene.OfferAsync(change => change["nodeId"]!.Text == one.Value);
        await scene.SeesAsync(scene.HeldAsync, held => held == 50);
        await scene.SeesAsync(scene.Store.DroppedAsync, dropped => dropped.Count == 0);
        await scene.OfferAsync();
        await scene.SeesAsync(() => scene.Eve.Nodes.FindAsync(other), node => node?.Text("content") == "correction 49");
        Assert.Equal($"correction {Limits.WaitingPerMemberMax - 1}", (await scene.Eve.Nodes.FindAsync(one))!.Text("content"));
        await scene.HasEverythingAsync();
        await NothingIsReadAgainAsync(scene);
    }

    // A new session alone is no reason: it asks for the change at its cursor, and for what comes after.
    private static async Task NothingIsReadAgainAsync(DroppedScene scene)
    {
        for (var i = 0; i < 3; i++)
        {
            var frames = scene.Hub.Received.Count;
            await scene.DisconnectAsync();
            await scene.ConnectAsync();
            Assert.Equal([scene.Hub.HashesOf(scene.Room.Value).Count - 1], scene.AskedSince(frames));
        }
    }

    private static bool IsFirst(Json.JsonValue change) => change["parentHash"] is not { Text: not null };
}
