using System.Buffers.Text;
using System.Diagnostics;
using Parley.Frames;

namespace Parley.Cli.Bench;

/// <summary>Catch-up: a newcomer asks for everything in a room, page after page.</summary>
internal static class CatchUpBench
{
    public static async Task<BenchResult> RunAsync(BenchRun run, SignedChanges author, int expected)
    {
        var latencies = new Latencies();
        var served = 0L;
        var clock = run.Start();
        do
        {
            served += await OnceAsync(run, author, expected, latencies);
        }
        while (clock.Elapsed < run.Duration);

        return clock.Finish($"catch-up of {expected}, by page", served, "changes", latencies);
    }

    private static async Task<int> OnceAsync(BenchRun run, SignedChanges author, int expected, Latencies latencies)
    {
        var page = new TaskCompletionSource<Page>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = await BenchClient.ConnectAsync(run, who: author.Author);
        client.Paged = frame => page.SetResult(Page.Read(frame));
        var total = 0;
        for (var since = 0L; ;)
        {
            var asked = Stopwatch.GetTimestamp();
            await client.SendTextAsync(ClientFrames.SyncRequest(author.Room, since, null, null));
            var answer = await page.Task.WaitAsync(TimeSpan.FromSeconds(20), run.Stopped);
            latencies.AddSince(asked);
            total += answer.Changes;
            if (!answer.HasMore || answer.Mark == since)
            {
                break;
            }

            since = answer.Mark;
            page = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (total < expected)
        {
            run.Fail($"catch-up gave {total} of {expected} changes");
        }

        return total;
    }

    /// <summary>What the client needs of a page, found in its text: parsing a megabyte would measure the client.</summary>
    private readonly record struct Page(int Changes, long Mark, bool HasMore)
    {
        public static Page Read(ReadOnlySpan<byte> frame)
        {
            var mark = frame[(frame.LastIndexOf("\"highWaterMark\":"u8) + 16)..];
            return new Page(
                frame.Count("\"signatureB64\""u8),
                Utf8Parser.TryParse(mark, out long value, out _) ? value : 0,
                frame.LastIndexOf("\"hasMore\":true"u8) >= 0);
        }
    }
}
