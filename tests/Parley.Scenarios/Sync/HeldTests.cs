using Parley.Ids;
using Parley.Native.Storage;
using Parley.Testing;
using Parley.Testing.Hubs;
using Xunit;

namespace Parley.Scenarios.Sync;

/// <summary>What waits on disk is bounded, and who fills it pays.</summary>
public sealed class HeldTests
{
    [Fact]
    public async Task One_author_cannot_fill_the_disk_with_changes_that_wait()
    {
        var hub = new FakeParleyHub();
        var store = SqliteStore.InMemory();
        var general = RoomNames.ThreadOf(new NodeId(RoomNames.MainSpace));
        var room = RoomNames.Channel(general);
        var mallory = new Person("Mallory");
        for (var i = 0; i < 1_200; i++)
        {
            hub.Offer(room, await mallory.ChangeAsync(new NodeId($"nowhere-{i}"), null, """{"content":"x"}""", lamport: 5));
        }

        // Last in the room: once it is here, all of hers have been.
        hub.Offer(room, await new Person("Bob").ChangeAsync(new NodeId("also-nowhere"), null, """{"content":"y"}""", lamport: 5));

        await using var alice = new Person("Alice");
        await alice.OpenAsync(store, new Uri("ws://hub.test/sync"), hub);
        alice.Client.Channels.Open(general);

        async Task<(long Mallory, long Others)> CountAsync()
        {
            var answer = await store.ReadAsync([new("SELECT count(*) FILTER (WHERE author = ?1), count(*) FILTER (WHERE author <> ?1) FROM held", mallory.Id.Value)]);
            return ((long)answer[0].Rows[0][0]!, (long)answer[0].Rows[0][1]!);
        }

        var counts = await Eventually.SeesAsync(CountAsync, held => held.Others == 1);
        Assert.Equal(511, counts.Mallory);
    }
}
