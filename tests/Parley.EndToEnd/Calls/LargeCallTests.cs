using Parley.Calls;
using Parley.EndToEnd.Browsers;
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
    private const int Seconds = 10;

    [Fact(Explicit = true)]
    public async Task Eight_hear_each_other()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        var all = new List<CallPage>();
        try
        {
            for (var i = 1; i <= People; i++)
            {
                all.Add(await CallPage.OpenAsync($"Person {i}", browser.Context, server, hub));
            }

            foreach (var one in all)
            {
                await one.Client.Calls.JoinAsync(one.Channel, new CallMedia(Audio: true), TestContext.Current.CancellationToken);
            }

            foreach (var one in all)
            {
                await one.Session.SeesAsync(view => view.Others.Count == People - 1 && view.Others.All(other => other.Health == LinkHealth.Connected));
            }

            foreach (var one in all)
            {
                await one.Page.WatchInboundAsync();
            }

            foreach (var one in all)
            {
                var samples = await one.Page.SamplesAsync(Seconds + 1);
                Assert.All([samples[0], samples[^1]], sample => Assert.Equal(People - 1, sample.Count));
                Assert.All(samples[0].Zip(samples[^1]), pair => Assert.True(pair.Second.AudioBytes > pair.First.AudioBytes, $"{pair.First} → {pair.Second}"));
            }
        }
        finally
        {
            foreach (var one in all)
            {
                await one.DisposeAsync();
            }
        }
    }
}
