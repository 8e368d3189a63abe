using Parley.Chat;
using Parley.Ids;
using Parley.Native.Identity;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.App;

/// <summary>A hub that dies by SIGKILL in the middle of a burst: nothing that it acknowledged is lost, everything else arrives by itself, once.</summary>
public sealed class HubKilledTests(ParleyExecutable executable)
{
    private const int BurstMessages = 2_000;

    // Where in a burst the hub dies, as messages written so far: early, in the thick, near the end.
    private static readonly int[] Deaths = [1, 150, 400, 700, 1_000, 1_200, 1_400, 1_600, 1_800, 1_950];

    private int _written;

    [Fact]
    public Task A_hub_killed_in_a_burst_loses_nothing_it_acknowledged() => KillInBurstsAsync([Deaths[3]]);

    [Fact, Trait("size", "long")]
    public Task A_hub_killed_in_ten_bursts_loses_nothing_it_acknowledged() => KillInBurstsAsync(Deaths);

    private async Task KillInBurstsAsync(int[] deaths)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var hub = await HubProcess.StartAsync(executable);
        var folder = Directory.CreateTempSubdirectory("parley-writer-").FullName;
        await using var writer = await OpenAsync(hub, SqliteStore.At(Path.Combine(folder, "parley.db")));
        var channel = await writer.Channels.EnsureGeneralAsync(cancellation);
        var chat = writer.Channels.Open(channel);
        await writer.SettleAsync(cancellation);

        var sent = new HashSet<NodeId>();
        foreach (var death in deaths)
        {
            Volatile.Write(ref _written, 0);
            var written = new List<NodeId>(BurstMessages);
            var burst = Task.Run(() => SendBurstAsync(chat, $"death at {death}", written, cancellation), cancellation);
            await Eventually.SeesAsync(
                () => (Written: Volatile.Read(ref _written), writer.Connection.Value.Unsent),
                seen => seen.Written >= death && seen.Unsent < seen.Written,
                TimeSpan.FromSeconds(60));
            await hub.KillAsync();
            // What the writer holds for acknowledged now was durable at the hub when it died.
            var acknowledged = await StoredAsync(writer, channel);
            await burst;
            sent.UnionWith(written);
            await hub.StartAsync();

            // A reader that knows nothing but the hub, while the writer may still be sending what was not acknowledged.
            await using (var early = await OpenAsync(hub, SqliteStore.InMemory()))
            {
                await FollowAsync(early, channel, cancellation);
                Assert.Empty(acknowledged.Except(await AllAsync(early, channel)));
            }

            await writer.SettleAsync(cancellation);
            Assert.Equal(sent.Count, (await StoredAsync(writer, channel)).Count);
        }

        await using var reader = await OpenAsync(hub, SqliteStore.InMemory());
        await FollowAsync(reader, channel, cancellation);
        var arrived = await AllAsync(reader, channel);
        Assert.Equal(arrived.Count, arrived.Distinct().Count());
        Assert.True(sent.SetEquals(arrived));
        Assert.Equal(await AllAsync(writer, channel), arrived);
        await writer.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task SendBurstAsync(RoomChat chat, string label, List<NodeId> written, CancellationToken cancellation)
    {
        for (var i = 0; i < BurstMessages; i++)
        {
            written.Add(await chat.SendAsync($"{label}: {i}", cancellation));
            Volatile.Write(ref _written, written.Count);
        }
    }

    private static Task<ParleyClient> OpenAsync(HubProcess hub, SqliteStore store)
    {
        var seed = new byte[32];
        System.Security.Cryptography.RandomNumberGenerator.Fill(seed);
        return ParleyClient.OpenAsync(new ParleyOptions
        {
            Store = store,
            Signer = new SodiumSigner(seed),
            Signatures = SodiumSignatures.Instance,
            Hub = hub.Sync,
        });
    }

    /// <summary>Opens the channel, so that its room is followed, and waits until what the hub has is here.</summary>
    private static async Task FollowAsync(ParleyClient reader, NodeId channel, CancellationToken cancellation)
    {
        await reader.SettleAsync(cancellation);
        reader.Channels.Open(channel);
        await reader.SettleAsync(cancellation);
    }

    private static async Task<IReadOnlyList<NodeId>> AllAsync(ParleyClient client, NodeId channel) =>
        [.. (await ReadAsync(client, channel)).Select(message => message.Id)];

    private static async Task<IReadOnlySet<NodeId>> StoredAsync(ParleyClient client, NodeId channel) =>
        (await ReadAsync(client, channel)).Where(message => message.Delivery == Delivery.Stored).Select(message => message.Id).ToHashSet();

    private static async Task<IReadOnlyList<Node>> ReadAsync(ParleyClient client, NodeId channel)
    {
        var all = new List<Node>();
        while (true)
        {
            var page = await client.Nodes.FindAsync(Messages(channel) with { After = all.Count == 0 ? null : all[^1].SortKey });
            if (page.Count == 0)
            {
                return all;
            }

            all.AddRange(page);
        }
    }

    private static NodeQuery Messages(NodeId channel) => NodeQuery.Of(Schemas.ChatMessage).Where("channel", channel.Value).OrderBy(NodeOrder.Timeline).Take(NodeQuery.LimitMax);
}
