using System.Text;
using Parley.Connection;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Scenarios.Access;
using Parley.Storage;
using Parley.Testing.Hubs;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Storage;

/// <summary>A store that an earlier version left opens, keeps what it has, and goes on.</summary>
public sealed class OldStoreTests : IAsyncDisposable
{
    private readonly Person _alice = new("Alice");
    private readonly FakeParleyHub _hub = new();

    public ValueTask DisposeAsync() => _alice.DisposeAsync();

    [Fact]
    public async Task Of_schema_2()
    {
        var store = await ReadAsync("store-2.sql");
        await OfferAsync(store);
        var watched = new WatchedStore(store, _hub);
        await _alice.OpenAsync(watched, new Uri("ws://hub.test/sync"), _hub);
        var space = Assert.Single(_alice.Client.Spaces.All.Value);
        var general = RoomNames.ThreadOf(space);
        Assert.Equal(["from Alice", "from Bob", "refused", "unsent"], await AccessScene.TextsAsync(_alice, general));

        // What was refused and what was not sent goes out, and what earlier versions may have passed over is read again, once.
        await Eventually.SeesAsync(() => _alice.Client.Connection.Value, status => status is { Phase: ConnectionPhase.Online, Unsent: 0 });
        await Eventually.SeesAsync(watched.DroppedAsync, dropped => dropped.Count == 0);
        await Eventually.SeesAsync(() => _hub.CountOf(RoomNames.Channel(general).Value), count => count == 5);
        await Eventually.SeesAsync(watched.UnreadAsync, unread => unread.Count == 0);
        Assert.Equal(1L, (await store.ReadAsync([new("SELECT count(*) FROM held WHERE payer IS NOT NULL AND pool IS NOT NULL")]))[0].Rows[0][0]);
        Assert.Equal(2L, (await store.ReadAsync([new("SELECT count(*) FROM member WHERE domain = ?1 AND role IS NOT NULL", space.Value)]))[0].Rows[0][0]);
        Assert.Empty(watched.PassedOver);
        Assert.Equal(["from Alice", "from Bob", "refused", "unsent"], await AccessScene.TextsAsync(_alice, general));
        Assert.All(
            await _alice.Client.Nodes.FindAsync(NodeQuery.Of(Schemas.ChatMessage).Where("channel", general.Value)), message => Assert.Equal(Delivery.Stored, message.Delivery));
    }

    // The hub from which it was read: everything but what it refused and what was not sent.
    private async Task OfferAsync(ISqlDriver store)
    {
        var answer = await store.ReadAsync(
            [new("SELECT wire FROM change_log WHERE seq NOT IN (SELECT seq FROM outbox) ORDER BY seq"), new("SELECT wire FROM held ORDER BY lamport")]);
        foreach (var row in answer.SelectMany(part => part.Rows))
        {
            var wire = JsonReader.Read(Encoding.UTF8.GetString((byte[])row[0]!));
            _hub.Offer(new(wire["room"]!.Text!), wire);
        }
    }

    private static async Task<ISqlDriver> ReadAsync(string name)
    {
        var store = SqliteStore.InMemory();
        var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Storage", name));
        var statements = text.Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        await store.WriteAsync([.. statements.Select(statement => new SqlStatement(statement))]);
        return store;
    }
}
