using System.Diagnostics;
using Parley.Calls;
using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Measurements;
using Parley.EndToEnd.Modules;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Calls;

/// <summary>
/// The largest call there may be: eight voices, 56 one-way links. The media run in eight pages of one Chromium, the clients in this process,
/// because two cores do not hold eight whole apps. By name only: where other work shares the cores, it does not hold (tests/README.md).
/// </summary>
public sealed class LargeCallTests(Chromium chromium, ModuleServer server) : IClassFixture<ModuleServer>
{
    private const int People = 8;

    /// <summary>Eight microphones' echo and noise on one machine: in a call each device has its own, and one.</summary>
    private const string Unprocessed = """
        const devices = navigator.mediaDevices;
        const capture = devices?.getUserMedia.bind(devices);
        if (devices) devices.getUserMedia = () => capture({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
        """;

    [Fact(Explicit = true)]
    public async Task Eight_hear_each_other()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true, probe: Unprocessed);
        var all = new List<CallPage>();
        try
        {
            for (var i = 1; i <= People; i++)
            {
                all.Add(await CallPage.OpenAsync($"Person {i}", browser.Context, server, hub));
            }

            var clock = Stopwatch.StartNew();
            foreach (var one in all)
            {
                await one.Client.Calls.JoinAsync(one.Channel, new CallMedia(Audio: true), TestContext.Current.CancellationToken);
            }

            foreach (var one in all)
            {
                await one.Session.SeesAsync(view => view.Others.Count == People - 1 && view.Others.All(other => other.Health == LinkHealth.Connected));
            }

            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
            Figures.Note("Eight voices: first join → all 56 links connected", $"{clock.Elapsed.TotalSeconds:0.0} s");
            Figures.Note("… ends of connections made for it, of 56 at least", $"{await ConnectionsAsync()}");
            var (cpu, since) = (browser.Cpu, clock.Elapsed);
            var before = new List<IReadOnlyList<CallProbe.Inbound>>();
            foreach (var one in all)
            {
                before.Add(await one.Page.InboundAsync());
            }

            await all[^1].Page.PassAsync(TimeSpan.FromSeconds(10));
            Figures.Note("… the browser's CPU afterwards, of one core", $"{(browser.Cpu - cpu) / (clock.Elapsed - since):P0}");
            foreach (var (one, earlier) in all.Zip(before))
            {
                var now = await one.Page.InboundAsync();
                Assert.Equal((People - 1, People - 1), (earlier.Count, now.Count));
                Assert.All(earlier.Zip(now), pair => Assert.True(pair.Second.AudioBytes > pair.First.AudioBytes, $"{pair.First} → {pair.Second}"));
            }
        }
        finally
        {
            foreach (var one in all)
            {
                await one.DisposeAsync();
            }
        }

        async Task<int> ConnectionsAsync()
        {
            var made = 0;
            foreach (var one in all)
            {
                made += await one.ConnectionsAsync();
            }

            return made;
        }
    }
}
