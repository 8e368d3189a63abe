using Microsoft.Playwright;

namespace Parley.EndToEnd.Calls;

/// <summary>What came in at a page from all others, at a moment: sums since the page's first connection.</summary>
/// <param name="AtMs">When, Unix ms.</param>
/// <param name="IsConnected">Whether the newest connection stands.</param>
internal readonly record struct CallSample(
    double AtMs, bool IsConnected, double AudioBytes, double AudioReceived, double AudioLost, double Samples, double ConcealedSamples, double Frames, double FrozenSeconds)
{
    public static CallSample Of(double[] row) => new(row[0], row[1] != 0, row[2], row[3], row[4], row[5], row[6], row[7], row[8]);
}

/// <summary>Asks a page's connections five times a second what came in, by the page's own clock.</summary>
internal sealed class CallSampler(IPage page)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task StartAsync() => await page.EvaluateAsync(
        """
        () => {
          globalThis.samples = [];
          const counted = new Map();
          const sum = (reports, kind, name) => reports.filter(one => one.kind === kind).reduce((total, one) => total + (one[name] ?? 0), 0);
          let isBusy = false;
          setInterval(async () => {
            if (isBusy) return;
            isBusy = true;
            for (const peer of peers) {
              // A closed one keeps what it had counted, so that sums only rise.
              if (peer.connectionState === 'closed') continue;
              const inbound = [...(await peer.getStats()).values()].filter(one => one.type === 'inbound-rtp');
              counted.set(peer, [
                sum(inbound, 'audio', 'bytesReceived'), sum(inbound, 'audio', 'packetsReceived'), sum(inbound, 'audio', 'packetsLost'),
                sum(inbound, 'audio', 'totalSamplesReceived'), sum(inbound, 'audio', 'concealedSamples'),
                sum(inbound, 'video', 'framesDecoded'), sum(inbound, 'video', 'totalFreezesDuration'),
              ]);
            }
            const totals = [0, 0, 0, 0, 0, 0, 0];
            for (const counts of counted.values()) counts.forEach((count, i) => totals[i] += count);
            samples.push([Date.now(), peers.at(-1)?.connectionState === 'connected' ? 1 : 0, ...totals]);
            isBusy = false;
          }, 200);
        }
        """);

    /// <summary>Waits until so much time has passed for the page.</summary>
    public async Task PassAsync(TimeSpan time) => await page.WaitForFunctionAsync(
        "end => samples.at(-1)?.[0] >= end", await NowMsAsync() + time.TotalMilliseconds, new() { Timeout = (float)(time + Patience).TotalMilliseconds });

    public Task<double> NowMsAsync() => page.EvaluateAsync<double>("() => Date.now()");

    /// <summary>All samples so far.</summary>
    public async Task<IReadOnlyList<CallSample>> ReadAsync() => [.. (await page.EvaluateAsync<double[][]>("() => samples")).Select(CallSample.Of)];
}
