using Parley.EndToEnd.App;
using Parley.EndToEnd.Browsers;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Parley.EndToEnd.Calls;

/// <summary>Full meshes in the app, as large as they may be; asserted by getStats and pixels.</summary>
public sealed class MeshTests(Chromium chromium, ParleyExecutable executable) : IClassFixture<ParleyExecutable>
{
    [Trait("size", "long")]
    [Trait("weak-spot", "W24")]
    [Fact]
    public async Task Four_see_each_other_and_a_fifth_is_told_why_on_its_own_screen_only()
    {
        const int Seconds = 10;
        const double FramesPerSecondMin = 8;
        await using var hub = await HubProcess.StartAsync(executable);
        await using var crowd = await Crowd.GatherAsync(chromium, hub, 5);
        var four = crowd.Tabs.Take(4).ToList();
        foreach (var tab in four)
        {
            await tab.CallAsync(video: true);
        }

        foreach (var tab in four)
        {
            await tab.InCallAsync(4);
            await tab.Page.RisesAsync(3, inbound => inbound.FramesDecoded, 5);
        }

        await four[0].SeesPictureAsync(".tile:not([data-self])");
        foreach (var tab in four)
        {
            await tab.Page.WatchInboundAsync();
        }

        foreach (var tab in four)
        {
            var samples = await tab.Page.SamplesAsync(Seconds + 1);
            var (first, last) = (samples[0], samples[^1]);
            Assert.Equal((3, 3), (first.Count, last.Count));
            Assert.All(first.Zip(last), pair => Assert.True(
                pair.Second.FramesDecoded - pair.First.FramesDecoded >= FramesPerSecondMin * Seconds,
                $"{(pair.Second.FramesDecoded - pair.First.FramesDecoded) / Seconds} frames a second"));
        }

        var fifth = crowd.Tabs[4];
        await fifth.CallAsync(video: true);
        await Expect(fifth.Dock()).ToContainTextAsync("The call is full: it has 8 places, and 4 while a camera is on.");
        foreach (var tab in four)
        {
            await tab.InCallAsync(4);
            await Expect(tab.Dock().Locator(".notice")).ToHaveCountAsync(0);
        }

        crowd.Console.AssertClean();
    }
}
