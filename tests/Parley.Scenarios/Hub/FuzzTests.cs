using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Parley.Hub;
using Parley.Hub.Connections;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

/// <summary>Random and half-right frames without end: no line in the log, no wrong byte for anybody else.</summary>
/// <remarks>A failure names its seed; <c>PARLEY_FUZZ_SEED</c> runs it again, <c>PARLEY_FUZZ_FRAMES</c> sets how many in process (100 000).</remarks>
public sealed class FuzzTests
{
    private const int SocketFrames = 20_000;

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("PARLEY_FUZZ_SEED"), out var seed) ? seed : 20_260_101;

    private static int Frames => int.TryParse(Environment.GetEnvironmentVariable("PARLEY_FUZZ_FRAMES"), out var frames) ? frames : 100_000;

    [Fact]
    public async Task The_frame_handler_takes_any_frame_without_an_error()
    {
        await using var hub = await HubFixture.StartAsync(Generous);
        var host = hub.Services.GetRequiredService<HubHost>();
        var fuzz = new FrameFuzz(Seed);
        await using var watcher = await Watcher.StartAsync(hub);

        var left = Frames;
        for (var id = 1_000_000L; left > 0; id++)
        {
            // The receive loop waits for bytes that never come, while the frames go straight to the handler.
            var silence = new Pipe();
            var session = Session.Of(Tokens.Accepted(new(203), hub));
            var connection = new HubConnection(id, new DuplexStream(silence.Reader.AsStream(), Stream.Null), host.Parts, session, silence.Writer.CancelPendingFlush);
            var running = connection.RunAsync();
            for (var i = 0; i < 1_000 && left > 0 && !connection.IsClosing; i++, left--)
            {
                var kind = left % 10 == 0 ? SocketEventKind.Binary : SocketEventKind.Text;
                await host.Parts.Frames.HandleAsync(connection, new(kind, fuzz.Next()));
            }

            await silence.Writer.CompleteAsync();
            await running;
        }

        await watcher.AssertUndisturbedAsync();
        Assert.Empty(hub.Errors);
    }

    [Fact]
    public async Task Sockets_take_any_bytes_without_an_error()
    {
        await using var hub = await HubFixture.StartAsync(Generous);
        var fuzz = new FrameFuzz(Seed + 1);
        await using var watcher = await Watcher.StartAsync(hub);

        var sent = 0;
        while (sent < SocketFrames)
        {
            await using var raw = await RawSocket.ConnectAsync(hub);
            var draining = DrainAsync(raw);
            try
            {
                for (var i = 0; i < 400; i++, sent++)
                {
                    await raw.SendAsync(fuzz.NextFrame());
                }
            }
            catch (IOException)
            {
                // The hub closed this one for what it sent; the next one goes on.
                sent++;
            }

            raw.Finish();
            await draining;
        }

        await watcher.AssertUndisturbedAsync();
        Assert.Empty(hub.Errors);
    }

    private static async Task DrainAsync(RawSocket raw)
    {
        while ((await raw.ReadFrameAsync()).First != 0)
        {
        }
    }

    private static void Generous(HubOptions options)
    {
        options.Limits.FramesPerSecondMax = int.MaxValue;
        options.Limits.ChangesPerSecondMax = int.MaxValue;
        options.Limits.AwarenessPerSecondMax = int.MaxValue;
        options.Limits.AwarenessPerMinuteMax = int.MaxValue;
    }

    /// <summary>Two honest clients in a room of their own, who must get their messages and nothing else.</summary>
    private sealed class Watcher : IAsyncDisposable
    {
        private const string Room = "xnet-channel-watched";
        private readonly Author _ada = new(201);
        private readonly Author _bob = new(202);
        private HubClient _from = null!;
        private HubClient _to = null!;

        public static async Task<Watcher> StartAsync(HubFixture hub)
        {
            var watcher = new Watcher();
            watcher._from = await HubClient.JoinAsync(hub, watcher._ada.Did);
            watcher._to = await HubClient.JoinAsync(hub, watcher._bob.Did, Room);
            return watcher;
        }

        public async Task AssertUndisturbedAsync()
        {
            var message = _ada.Message("watched", "still here");
            await _from.SendAsync(Author.Frame(message));
            await ChangeTests.AcksAsync(_from, 1);
            var heard = Assert.Single(await _to.ReadUntilPongAsync());
            Assert.Equal(message.Hash.ToString(), heard["data"]!["change"]!["hash"]!.Text);
        }

        public async ValueTask DisposeAsync()
        {
            await _from.DisposeAsync();
            await _to.DisposeAsync();
        }
    }
}
