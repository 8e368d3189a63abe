using Parley.Access;
using Parley.Commands;
using Parley.Connection;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Peers;
using Parley.Scenarios.Access;
using Parley.Store;
using Parley.Testing.Hubs;
using Parley.Testing;
using Parley.Views;
using Xunit;

namespace Parley.Scenarios.Sync;

/// <summary>A kind of room.</summary>
public enum Where
{
    General,
    PrivateChannel,
    OpenChannel,
    DirectMessage,
}

/// <summary>
/// Eve reads a channel at a hub that passes everything on in the order that a test chooses. Ada's and Cyd's changes are written apart, and
/// carried there by the test. Eve's store is looked at after each commit.
/// </summary>
internal sealed class DroppedScene : IAsyncDisposable
{
    private static readonly Uri Address = new("ws://hub.test/sync");

    private readonly TemporaryFolder _folder = new();
    private readonly Person _eve = new("Eve");
    private readonly LoneReplica _ada;
    private readonly HashSet<string> _offered = new(StringComparer.Ordinal);

    private DroppedScene(LoneReplica ada, LoneReplica cyd, ManualTime cydsTime) => (_ada, Cyd, CydsTime) = (ada, cyd, cydsTime);

    public FakeParleyHub Hub { get; } = new();

    public ManualTime Time { get; } = new(TimeProvider.System.GetUtcNow());

    public LoneReplica Cyd { get; }

    public ManualTime CydsTime { get; }

    public NodeId Space { get; private set; }

    public NodeId Channel { get; private set; }

    public RoomId Room => RoomNames.Channel(Channel);

    public ParleyClient Eve => _eve.Client;

    public PersonId EveId => _eve.Id;

    public WatchedStore Store { get; private set; } = null!;

    /// <summary>Eve is in the space, and at the hub; Cyd is in the channel.</summary>
    /// <param name="where">The kind of room.</param>
    /// <param name="cydIsKnown">The hub has what says so; else it is still to be offered.</param>
    public static async Task<DroppedScene> OpenAsync(Where where, bool cydIsKnown)
    {
        var cydsTime = new ManualTime(TimeProvider.System.GetUtcNow());
        var ada = await LoneReplica.OpenAsync(new Person("Ada"), new Random(1));
        var cyd = await LoneReplica.OpenAsync(new Person("Cyd"), new Random(2), time: cydsTime);
        var scene = new DroppedScene(ada, cyd, cydsTime);
        scene.Space = new(await ada.ActAsync(new MembershipCommand.CreateSpace("Workshop")));
        await ada.ActAsync(new MembershipCommand.Seat(scene.Space, scene._eve.Id, AccessRole.Member));
        scene.Channel = await scene.MakeAsync(where);

        // Eve's replica is in the space already, as if she had come in before.
        await using (var before = await LoneReplica.OpenAsync(new Person("Eve"), new Random(3), SqliteStore.At(scene._folder["eve.db"])))
        {
            await before.ReceiveAsync(await ada.ChangesAsync());
        }

        await scene.OfferAsync();
        await scene.AdmitAsync(where);
        if (cydIsKnown)
        {
            await scene.OfferAsync();
        }

        await scene.ConnectAsync();
        return scene;
    }

    /// <summary>Eve's client connects, and reads all that the hub has, where it is let.</summary>
    public async Task ConnectAsync(bool settles = true)
    {
        Store = new(SqliteStore.At(_folder["eve.db"]), Hub);
        await _eve.OpenAsync(Store, Address, Hub, Time);
        _eve.Client.Channels.Open(Channel);
        if (settles)
        {
            await SettleAsync();
        }
    }

    public Task DisconnectAsync() => _eve.CloseAsync();

    /// <summary>What was written and is not at the hub yet is there from now on.</summary>
    public async Task OfferAsync(Func<JsonValue, bool>? which = null)
    {
        foreach (var change in (await _ada.ChangesAsync()).Concat(await Cyd.ChangesAsync()))
        {
            if (which?.Invoke(change) != false && _offered.Add(change["hash"]!.Text!))
            {
                Hub.Offer(new(change["room"]!.Text!), change);
            }
        }
    }

    /// <summary>True for Cyd's messages and corrections, whatever lets them count.</summary>
    public bool IsWord(JsonValue change) => change["authorDid"]!.Text == Cyd.Id.Value && change["room"]!.Text == Room.Value
        && Schemas.Is(change["payload"]!["schemaId"]?.Text, Schemas.ChatMessage) && change["payload"]!["properties"]!["sc"] is null;

    /// <summary>Cyd writes so many messages, numbered.</summary>
    public async Task<IReadOnlyList<string>> WriteAsync(int count)
    {
        List<string> texts = [.. Enumerable.Range(0, count).Select(i => $"line {i}")];
        foreach (var chunk in texts.Chunk(50))
        {
            await Cyd.WriteAsync([.. chunk.Select(text => new NodeDraft
            {
                SchemaId = Schemas.ChatMessage,
                Properties = JsonValue.Object(("channel", JsonValue.Of(Channel.Value)), ("content", JsonValue.Of(text))),
            })]);
        }

        return texts;
    }

    /// <summary>Cyd corrects a message again and again; the last word counts.</summary>
    public async Task EditAsync(NodeId message, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Cyd.EditAsync(message, $"correction {i}");
        }
    }

    public async Task<long> HeldAsync() => (long)(await Store.ReadAsync([new("SELECT count(*) FROM held")]))[0].Rows[0][0]!;

    /// <summary>What Eve sees in the channel, oldest first.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync()
    {
        var query = NodeQuery.Of(Schemas.ChatMessage).Where("channel", Channel.Value).OrderBy(NodeOrder.Timeline) with { Limit = NodeQuery.LimitMax };
        return [.. (await Eve.Nodes.FindAsync(query)).Select(message => message.Text("content")!)];
    }

    /// <summary>The numbers after which Eve asked for the channel's room, from one of the hub's frames on.</summary>
    public IReadOnlyList<long> AskedSince(int frames) =>
        [.. Hub.Received.Skip(frames).OfType<ClientFrame.SyncRequest>().Where(r => r.Room == Room.Value).Select(r => r.SinceSeq ?? -1)];

    /// <summary>Time passes, a little, while it is looked.</summary>
    public Task<T> SeesAsync<T>(Func<Task<T>> look, Func<T, bool> satisfies) => Eventually.SeesAsync(
        () =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(20));
            return look();
        },
        satisfies);

    public Task SettleAsync() => SeesAsync(() => Task.FromResult(Eve.Connection.Value), status => status.Phase == ConnectionPhase.Online);

    /// <summary>Eve read all that the hub has, so much of it waits, and the rest was dropped.</summary>
    public async Task HasDroppedAsync(int held)
    {
        await SeesAsync(Store.UnreadAsync, unread => unread.Count == 0);
        Assert.Equal(held, await HeldAsync());
        Assert.Equal([Room.Value], await Store.DroppedAsync());
        Assert.Empty(Store.PassedOver);
    }

    /// <summary>Eve has all that the hub has: nothing waits, nothing is to be read again, and no cursor ever passed anything.</summary>
    public async Task HasEverythingAsync()
    {
        await SeesAsync(Store.UnreadAsync, unread => unread.Count == 0);
        await SeesAsync(Store.DroppedAsync, dropped => dropped.Count == 0);
        Assert.Empty(Store.PassedOver);
        Assert.Equal(0, await HeldAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _eve.DisposeAsync();
        await _ada.DisposeAsync();
        await Cyd.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<NodeId> MakeAsync(Where where) => where switch
    {
        Where.General => RoomNames.ThreadOf(Space),
        Where.PrivateChannel => new(await _ada.ActAsync(new MembershipCommand.CreateChannel(Space, "plans", null, [_eve.Id]))),
        Where.OpenChannel => await OpenChannelAsync(),
        Where.DirectMessage => RoomNames.DirectMessage([Cyd.Id, _eve.Id]),
    };

    private async Task<NodeId> OpenChannelAsync()
    {
        var n = new byte[16];
        var id = RoomNames.OpenChannel(_ada.Id, n, Space.Value);
        await _ada.WriteAsync([new()
        {
            Node = id,
            SchemaId = Schemas.Channel,
            Properties = JsonValue.Object(
                ("kind", JsonValue.Of("channel")), ("name", JsonValue.Of("open")), ("space", JsonValue.Of(Space.Value)),
                ("parley:access", RoomNames.OpenChannelProof(_ada.Id, n, Space.Value))),
        }]);
        return id;
    }

    // What a conversation rests on is Cyd's own; everything else Ada's.
    private async Task AdmitAsync(Where where)
    {
        if (where == Where.DirectMessage)
        {
            await Cyd.ActAsync(new MembershipCommand.OpenDirect([_eve.Id]));
            return;
        }

        await _ada.ActAsync(new MembershipCommand.Seat(Space, Cyd.Id, AccessRole.Member));
        if (where == Where.PrivateChannel)
        {
            await Cyd.ReceiveAsync(await _ada.ChangesAsync());
            await _ada.ActAsync(new MembershipCommand.Seat(Channel, Cyd.Id, AccessRole.Member));
        }

        await Cyd.ReceiveAsync(await _ada.ChangesAsync());
    }
}
