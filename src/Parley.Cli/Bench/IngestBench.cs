using System.Diagnostics;
using Parley.Frames;
using Parley.Ids;

namespace Parley.Cli.Bench;

/// <summary>How an author offers changes.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="BatchSize">Changes of one frame; 1 is a frame of its own kind.</param>
/// <param name="InFlight">Changes that may be under way.</param>
internal sealed record IngestShape(string Name, int BatchSize, int InFlight)
{
    public static IReadOnlyList<IngestShape> All { get; } =
        [new("window 1", 1, 1), new("window 64", 1, 64), new("batches of 500", 500, 1000)];
}

/// <summary>
/// Ingest of signed changes. A change counts when a second connection receives it, which is after the hub verified and kept it;
/// the reference frames know no acknowledgement.
/// </summary>
internal static class IngestBench
{
    /// <summary>Pages: nodes that no chat rule touches.</summary>
    public static async Task<BenchResult> PagesAsync(BenchRun run, SignedChanges author, IngestShape shape, int count) =>
        await RunAsync(run, author, author.Room, await author.PagesAsync(count), shape, $"ingest pages, {shape.Name}");

    /// <summary>Messages of one channel, which reach its readers in the channel's room.</summary>
    public static async Task<BenchResult> MessagesAsync(BenchRun run, SignedChanges author, NodeId channel, IngestShape shape, int count) =>
        await RunAsync(run, author, RoomNames.Channel(channel), await author.MessagesAsync(count, channel), shape, $"ingest messages, {shape.Name}");

    /// <summary>Makes the channel and waits until its readers see it.</summary>
    public static async Task<NodeId> CreateChannelAsync(BenchRun run, SignedChanges author, string? space = null)
    {
        var channel = SignedChanges.NewNode();
        var room = space is null ? RoomNames.Channel(channel) : RoomNames.Space(space);
        await RunAsync(run, author, room, [await author.ChannelAsync(channel, space)], IngestShape.All[0], "channel");
        return channel;
    }

    private static async Task<BenchResult> RunAsync(
        BenchRun run, SignedChanges author, RoomId observed, List<byte[]> changes, IngestShape shape, string name)
    {
        var frames = changes.Chunk(shape.BatchSize).Select(chunk => (chunk.Length, Frame: Encode(author.Room, chunk))).ToList();
        using var window = new FlowWindow(shape.InFlight);
        var latencies = new Latencies();
        var sentAt = new long[changes.Count];
        var arrived = 0;
        await using var observer = await BenchClient.ConnectAsync(run, frame =>
        {
            // A hub may relay several changes in one frame.
            var count = frame.Count("\"signatureB64\""u8);
            for (var i = 0; i < count; i++)
            {
                latencies.AddSince(sentAt[arrived++]);
            }

            window.Add(count);
        }, author.Author);
        await observer.SubscribeAsync(observed);
        await using var sender = await BenchClient.ConnectAsync(run, who: author.Author);

        var clock = run.Start();
        foreach (var (count, frame) in frames)
        {
            await window.ReserveAsync(count, run.Stopped);
            sentAt.AsSpan((int)window.Sent - count, count).Fill(Stopwatch.GetTimestamp());
            await sender.SendAsync(frame);
        }

        await window.DrainAsync(run.Stopped);
        return clock.Finish(name, changes.Count, "changes", latencies);
    }

    private static byte[] Encode(RoomId room, byte[][] changes) => WebSocketFrame.Encode(WebSocketFrame.Text, changes is [var single]
        ? ClientFrames.NodeChange(room, room, single)
        : ClientFrames.NodeChangeBatch(room, room, [.. changes.Select(c => (ReadOnlyMemory<byte>)c)]));
}
