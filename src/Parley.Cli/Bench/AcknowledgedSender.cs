using System.Diagnostics;
using Parley.Frames;
using Parley.Ids;

namespace Parley.Cli.Bench;

/// <summary>
/// A person's connection that offers changes and takes acknowledgements (<c>parley.ack/1</c>). A change counts when the hub says that it
/// is filed; one that waits there ends the run, since nothing of a measurement may.
/// </summary>
internal sealed class AcknowledgedSender : IAsyncDisposable
{
    private readonly BenchRun _run;
    private readonly BenchClient _client;
    private FrameReceived? _acknowledged;

    private AcknowledgedSender(BenchRun run, BenchClient client)
    {
        _run = run;
        _client = client;
        _client.Acknowledged = frame =>
        {
            if (frame.IndexOf("\"seq\":0}"u8) >= 0)
            {
                _run.Fail("the hub keeps a change waiting that it could decide on");
            }

            _acknowledged?.Invoke(frame);
        };
    }

    /// <summary>Connects as somebody.</summary>
    public static async Task<AcknowledgedSender> ConnectAsync(BenchRun run, BenchPerson who)
    {
        var sender = new AcknowledgedSender(run, await BenchClient.ConnectAsync(run, who: who));
        await sender._client.TakeAcknowledgementsAsync();
        return sender;
    }

    /// <summary>Sends changes in batches and waits until all are filed.</summary>
    public Task SendAsync(IReadOnlyList<RoomChange> changes) => MeasureAsync("", changes, IngestShape.All[^1]);

    /// <summary>Sends changes in their order, and measures until all are filed.</summary>
    /// <param name="name">The name in the table.</param>
    /// <param name="changes">The changes; those of one room that follow each other share a frame.</param>
    /// <param name="shape">How many of them share one, and how many may be under way.</param>
    /// <param name="beside">Called before each frame, with its number.</param>
    public async Task<BenchResult> MeasureAsync(string name, IReadOnlyList<RoomChange> changes, IngestShape shape, Func<int, ValueTask>? beside = null)
    {
        var frames = Frames(changes, shape.BatchSize);
        using var window = new FlowWindow(shape.InFlight);
        var latencies = new Latencies();
        var sentAt = new long[changes.Count];
        var arrived = 0;
        _acknowledged = frame =>
        {
            var count = frame.Count("\"hash\":"u8);
            for (var i = 0; i < count; i++)
            {
                latencies.AddSince(sentAt[arrived++]);
            }

            window.Add(count);
        };
        var clock = _run.Start();
        for (var i = 0; i < frames.Count; i++)
        {
            var (count, frame) = frames[i];
            await window.ReserveAsync(count, _run.Stopped);
            await (beside?.Invoke(i) ?? ValueTask.CompletedTask);
            sentAt.AsSpan((int)window.Sent - count, count).Fill(Stopwatch.GetTimestamp());
            await _client.SendAsync(frame);
        }

        await window.DrainAsync(_run.Stopped);
        return clock.Finish(name, changes.Count, "changes", latencies);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static List<(int Count, byte[] Frame)> Frames(IReadOnlyList<RoomChange> changes, int batchSize)
    {
        var frames = new List<(int Count, byte[] Frame)>();
        for (var from = 0; from < changes.Count;)
        {
            var room = changes[from].Room;
            var to = from + 1;
            while (to < changes.Count && to - from < batchSize && changes[to].Room == room)
            {
                to++;
            }

            frames.Add((to - from, Encode(room, [.. changes.Skip(from).Take(to - from).Select(c => (ReadOnlyMemory<byte>)c.Wire)])));
            from = to;
        }

        return frames;
    }

    private static byte[] Encode(RoomId room, IReadOnlyList<ReadOnlyMemory<byte>> changes) => WebSocketFrame.Encode(
        WebSocketFrame.Text, changes is [var single] ? ClientFrames.NodeChange(room, room, single) : ClientFrames.NodeChangeBatch(room, room, changes));
}
