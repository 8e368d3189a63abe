using Parley.Frames;
using Parley.Ids;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Peers;
using Parley.Scenarios.Access;
using Parley.Store;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Sync;

/// <summary>What the rule of a room hangs on is read before the room.</summary>
public sealed class ReadingOrderTests
{
    [Fact]
    public async Task A_newcomer_s_messages_are_all_there_when_the_owner_returns()
    {
        using var folder = new TemporaryFolder();
        await using var hub = await HubFixture.StartAsync();
        await using var ada = new Person("Ada");
        await using var cyd = new Person("Cyd");
        await ada.OpenAsync(SqliteStore.At(folder["ada.db"]), hub.Socket);
        var space = await ada.Client.Spaces.CreateAsync("Workshop");
        var invite = await ada.Client.Spaces.Open(space).InviteAsync(AccessScene.Later);
        await ada.Client.SettleAsync(TestContext.Current.CancellationToken);
        await ada.CloseAsync();

        await cyd.OpenAsync(hub: hub.Socket);
        await cyd.Client.JoinAsync(invite);
        var chat = AccessScene.GeneralOf(cyd, space);
        List<string> texts = [.. Enumerable.Range(0, 600).Select(i => $"line {i}")];
        foreach (var text in texts)
        {
            await chat.SendAsync(text);
        }

        await cyd.Client.SettleAsync(TestContext.Current.CancellationToken);
        await ada.OpenAsync(SqliteStore.At(folder["ada.db"]), hub.Socket);
        await ada.Client.SettleAsync(TestContext.Current.CancellationToken);
        var query = NodeQuery.Of(Schemas.ChatMessage).Where("channel", RoomNames.ThreadOf(space).Value).OrderBy(NodeOrder.Timeline).Take(1_000);
        Assert.Equal(texts, (await ada.Client.Nodes.FindAsync(query)).Select(message => message.Text("content")));
    }

    [Theory]
    [InlineData(Where.General)]
    [InlineData(Where.OpenChannel)]
    [InlineData(Where.PrivateChannel)]
    public async Task A_log_that_comes_late_holds_up_what_it_governs_and_nothing_waits_for_it(Where where)
    {
        await using var scene = await DroppedScene.OpenAsync(where, cydIsKnown: false);
        await scene.DisconnectAsync();
        var texts = await scene.WriteAsync(600);
        await scene.OfferAsync();
        var space = RoomNames.Space(scene.Space.Value).Value;
        var frames = scene.Hub.Received.Count;
        scene.Hub.HoldsBack = frame => frame is ClientFrame.SyncRequest request && request.Room == space;
        await scene.ConnectAsync(settles: false);

        // Profiles come last of all, so that everything was asked for that may be.
        var profile = RoomNames.Profile(scene.EveId).Value;
        await scene.SeesAsync(() => Task.FromResult(scene.Hub.Received.Skip(frames).OfType<ClientFrame.SyncRequest>().Any(r => r.Room == profile)), asked => asked);
        Assert.Empty(scene.AskedSince(frames));

        // What comes live meanwhile is brought by the room's page in its turn.
        texts = [.. texts, .. await scene.WriteAsync(1)];
        await scene.OfferAsync();
        scene.Hub.LetGo();
        await scene.SettleAsync();
        Assert.Equal(texts, await scene.TextsAsync());
        Assert.False(scene.Store.HasEverDropped);
        Assert.Equal(scene.AskedSince(frames).Order().Distinct(), scene.AskedSince(frames));
        await scene.HasEverythingAsync();
    }

    [Fact]
    public void Spaces_come_before_private_channels_and_those_before_other_channels()
    {
        var person = new Person("Ada").Id;
        string[] rooms =
        [
            "xnet-workspace-main", RoomNames.Knock(person).Value,
            "xnet-channel-sc-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "xnet-channel-dm-0123456789abcdef0123456789abcdef01234567",
            RoomNames.Channel(RoomNames.ThreadOf(new NodeId("main"))).Value, "xnet-channel-oc-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            person.Value,
            RoomNames.Profile(person).Value,
        ];
        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 4], rooms.Select(ReadingOrder.RankOf));
    }
}
