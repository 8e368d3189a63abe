using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Parley.Ids;

namespace Parley.Cli.Bench;

/// <summary>
/// Fan-out, saturated: publishers keep a window of frames in flight to a topic in which nothing is stored, and every subscriber
/// receives every frame.
/// </summary>
internal static class FanOutBench
{
    private const int FrameBytes = 217;
    private const int FramesInFlight = 32;
    private const int SampleEvery = 8;
    private const int TimestampDigits = 19;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public static async Task<BenchResult> RunAsync(BenchRun run, int subscribers, int publishers)
    {
        var topic = RoomNames.Call(new("bench-" + RandomNumberGenerator.GetHexString(8, lowercase: true)));
        using var window = new FlowWindow((long)FramesInFlight * subscribers);
        var latencies = new Latencies();
        var clients = new List<BenchClient>();
        try
        {
            for (var i = 0; i < subscribers; i++)
            {
                var received = i;
                var subscriber = await BenchClient.ConnectAsync(run, frame =>
                {
                    if (++received % SampleEvery == 0)
                    {
                        latencies.AddSince(SentAt(frame));
                    }

                    window.Add(1);
                });
                clients.Add(subscriber);
                await subscriber.SubscribeAsync(topic);
            }

            for (var i = 0; i < publishers; i++)
            {
                clients.Add(await BenchClient.ConnectAsync(run));
            }

            var senders = clients[subscribers..];
            if (publishers == 1)
            {
                // A hub may want a publisher to be in the room; it is never told its own frames.
                await senders[0].SubscribeAsync(topic);
            }

            var frame = Frame(topic, run.Anybody.Id);
            await PublishAsync(run, window, senders, frame, subscribers, WarmUp);
            latencies.Clear();
            var before = window.Done;
            var clock = run.Start();
            await PublishAsync(run, window, senders, frame, subscribers, run.Duration);
            return clock.Finish($"fan-out 1 → {subscribers}, {FrameBytes} B", window.Done - before, "deliveries", latencies);
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    private static async Task PublishAsync(
        BenchRun run, FlowWindow window, List<BenchClient> senders, byte[] frame, int subscribers, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(started) < duration; i++)
        {
            await window.ReserveAsync(subscribers, run.Stopped);
            Stamp(frame);
            await senders[i % senders.Count].SendTextAsync(frame);
        }

        await window.DrainAsync(run.Stopped);
    }

    /// <summary>A publish of exactly the measured size, with room for the time of its sending.</summary>
    private static byte[] Frame(RoomId topic, PersonId who)
    {
        var head = $$$"""{"type":"publish","topic":"{{{topic}}}","data":{"kind":"bench","from":"{{{who}}}#bench","at":"{{{new string('0', TimestampDigits)}}}","pad":" """.TrimEnd();
        return Encoding.UTF8.GetBytes(head + new string('x', FrameBytes - head.Length - 3) + "\"}}");
    }

    private static void Stamp(byte[] frame) =>
        Utf8Formatter.TryFormat(Stopwatch.GetTimestamp(), frame.AsSpan(TimestampIn(frame), TimestampDigits), out _, new('D', TimestampDigits));

    private static long SentAt(ReadOnlySpan<byte> frame) =>
        Utf8Parser.TryParse(frame.Slice(TimestampIn(frame), TimestampDigits), out long timestamp, out _) ? timestamp : Stopwatch.GetTimestamp();

    private static int TimestampIn(ReadOnlySpan<byte> frame) => frame.IndexOf("\"at\":\""u8) + 6;
}
