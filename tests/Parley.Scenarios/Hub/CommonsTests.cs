using Parley.Connection;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

/// <summary>The space <c>main</c>: everybody's at a hub that has it, nobody's at one that has not.</summary>
public sealed class CommonsTests
{
    private static readonly string General = RoomNames.ThreadOf(new(RoomNames.MainSpace)).Value;
    private readonly Author _ada = new(1);

    [Fact]
    public async Task A_hub_without_a_common_space_lets_nobody_read_or_write_there()
    {
        await using var hub = await HubFixture.StartAsync(static o => o.Commons = false);
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        Assert.DoesNotContain(Features.Commons, ada.Handshake["features"]!.Items.Select(static f => f.Text));
        string[] rooms = ["xnet-workspace-main", "xnet-channel-" + General, "xnet-doc-presence-main", "call:" + General];
        await ada.SendAsync(ClientFrames.Subscribe([.. rooms.Select(static r => new RoomId(r))]));
        Assert.Empty((await ada.ReadAsync("subscribed"))["topics"]!.Items);
        Assert.Equal(rooms, (await ada.ReadUntilPongAsync()).Select(static f => f["resource"]!.Text));
        Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(ada, rooms[0]));

        var nonce = AccessStory.Nonce(7);
        var channel = RoomNames.OpenChannel(_ada.Person, nonce, RoomNames.MainSpace);
        Change[] tries =
        [
            _ada.Create(Schemas.Page, ("title", JsonValue.Of("for everybody")), ("space", JsonValue.Of(RoomNames.MainSpace))),
            _ada.Message(General, "hello everybody"),
            _ada.CreateUnproven(General, Schemas.Channel, ("kind", JsonValue.Of("channel")), ("target", JsonValue.Of("main")), ("space", JsonValue.Of("main"))),
            _ada.CreateUnproven(
                channel.Value, Schemas.Channel, ("kind", JsonValue.Of("channel")), ("space", JsonValue.Of("main")),
                ("parley:access", RoomNames.OpenChannelProof(_ada.Person, nonce, RoomNames.MainSpace))),
        ];
        foreach (var change in tries)
        {
            await ada.SendAsync(Author.Frame(change));
            var answer = await AccessStory.AnswerAsync(ada, change.Hash);
            Assert.Equal(("UNAUTHORIZED", "not-a-member"), (answer.Code, answer.Why));
        }
    }

    [Fact]
    public async Task What_was_said_there_is_kept_while_the_hub_has_no_common_space()
    {
        using var folder = new TemporaryFolder();
        var message = _ada.Message(General, "still here");
        foreach (var hasCommons in (bool[])[true, false, true])
        {
            await using var hub = await HubFixture.StartAsync(o => (o.DataFolder, o.Commons) = (folder["hub"], hasCommons));
            await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
            await ada.SendAsync(Author.Frame(message));
            Assert.Equal(hasCommons ? 1 : 0, (await AccessStory.PageAsync(ada, "xnet-channel-" + General)).Count(h => h == message.Hash.ToString()));
        }
    }

    [Fact]
    public async Task A_client_follows_the_common_space_where_the_hub_has_it_and_makes_nothing_of_it_where_not()
    {
        await using var with = await HubFixture.StartAsync();
        await using var without = await HubFixture.StartAsync(static o => o.Commons = false);
        using var folder = new TemporaryFolder();
        await using var alice = new Person("Alice");
        foreach (var hub in (HubFixture[])[without, with, without])
        {
            var client = await alice.OpenAsync(Parley.Native.Storage.SqliteStore.At(folder["alice.db"]), hub.Socket);
            await Eventually.SeesAsync(client.Connection, status => status is { Phase: ConnectionPhase.Online } && status.HasCommons == (hub == with));
            await client.SettleAsync(TestContext.Current.CancellationToken);
            await alice.CloseAsync();
        }

        Assert.True((await alice.OpenAsync()).Connection.Value.HasCommons, "Without a hub there is nobody who has none.");
    }
}
