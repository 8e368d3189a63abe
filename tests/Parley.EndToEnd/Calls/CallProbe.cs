using System.Globalization;
using Microsoft.Playwright;
using Parley.Testing;

namespace Parley.EndToEnd.Calls;

/// <summary>Looks at the peer connections of a page from outside: by getStats, not by what the app says of them.</summary>
internal static class CallProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs before the app: remembers every connection, counts descriptions, and samples what comes in once a second while it is asked to.</summary>
    public const string Script = """
        globalThis.peers = [];
        globalThis.described = 0;
        globalThis.RTCPeerConnection = class extends globalThis.RTCPeerConnection {
          constructor(...options) {
            super(...options);
            globalThis.peers.push(this);
          }

          setLocalDescription(...description) {
            globalThis.described++;
            return super.setLocalDescription(...description);
          }
        };
        // One record for each connection that stands: what came in since its beginning.
        globalThis.inbound = async () => Promise.all(peers.filter(one => one.connectionState === 'connected').map(async peer => {
          const sum = { audioBytes: 0, videoBytes: 0, framesDecoded: 0, packetsLost: 0, audioSent: 0, width: 0 };
          for (const report of (await peer.getStats()).values()) {
            if (report.type === 'outbound-rtp' && report.kind === 'audio') sum.audioSent += report.bytesSent ?? 0;
            if (report.type !== 'inbound-rtp') continue;
            sum.packetsLost += report.packetsLost ?? 0;
            if (report.kind === 'audio') sum.audioBytes += report.bytesReceived ?? 0;
            else {
              sum.videoBytes += report.bytesReceived ?? 0;
              sum.framesDecoded += report.framesDecoded ?? 0;
              sum.width = Math.max(sum.width, report.frameWidth ?? 0);
            }
          }
          return sum;
        }));
        globalThis.watchInbound = () => {
          globalThis.samples = [];
          globalThis.sampling = setInterval(async () => samples.push(await inbound()), 1000);
        };
        """;

    /// <summary>What came in over each connection so far.</summary>
    public static async Task<IReadOnlyList<Inbound>> InboundAsync(this IPage page) => await page.EvaluateAsync<Inbound[]>("() => inbound()");

    /// <summary>How many descriptions this page made.</summary>
    public static Task<int> DescribedAsync(this IPage page) => page.EvaluateAsync<int>("() => described");

    /// <summary>Waits until every one of so many connections brought in so much more than now.</summary>
    public static async Task RisesAsync(this IPage page, int links, Func<Inbound, double> counter, double by)
    {
        IReadOnlyList<Inbound> before = [];
        await Eventually.SeesAsync(async () => before = await page.InboundAsync(), found => found.Count == links, Patience);
        await Eventually.SeesAsync(
            page.InboundAsync, now => now.Count == links && now.Zip(before).All(pair => counter(pair.First) >= counter(pair.Second) + by), Patience);
    }

    /// <summary>Begins to sample every second.</summary>
    public static Task WatchInboundAsync(this IPage page) => page.EvaluateAsync("() => watchInbound()");

    /// <summary>Waits until there are so many samples, one a second, and gives them: for each second, for each connection.</summary>
    public static async Task<IReadOnlyList<IReadOnlyList<Inbound>>> SamplesAsync(this IPage page, int count)
    {
        await page.WaitForFunctionAsync("count => samples.length >= count", count, new() { Timeout = 1000f * (count + 30) });
        await page.EvaluateAsync("() => clearInterval(sampling)");
        return await page.EvaluateAsync<Inbound[][]>("() => samples");
    }

    /// <summary>Waits until so much time has passed in a page.</summary>
    public static async Task PassAsync(this IPage page, TimeSpan time)
    {
        var from = await NowMsAsync();
        await Eventually.SeesAsync(NowMsAsync, now => now - from >= time.TotalMilliseconds, time + Patience);

        Task<double> NowMsAsync() => page.EvaluateAsync<double>("() => performance.now()");
    }

    /// <summary>What came in over one connection since its beginning.</summary>
    internal sealed class Inbound
    {
        public double AudioBytes { get; set; }

        public double VideoBytes { get; set; }

        public double FramesDecoded { get; set; }

        public double PacketsLost { get; set; }

        public double AudioSent { get; set; }

        public double Width { get; set; }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"audio {AudioBytes} B, frames {FramesDecoded}, lost {PacketsLost}, {Width} px");
    }
}
