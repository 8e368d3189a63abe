using Microsoft.Playwright;
using Parley.EndToEnd.App;
using Parley.EndToEnd.Browsers;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Parley.EndToEnd.Calls;

/// <summary>What a call outlives: going about in the app, a reload, a killed browser, a killed hub, no hub at all.</summary>
public sealed class CallEnduranceTests(Chromium chromium, ParleyExecutable executable) : IClassFixture<ParleyExecutable>
{
    [Trait("size", "long")]
    [Fact]
    public async Task Ten_tabs_are_gone_through_and_nothing_of_the_call_is_lost()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var pair = await Pair.MeetAsync(chromium, hub, "Ada", "Ben");
        var (ada, ben) = pair;
        for (var i = 1; i <= 9; i++)
        {
            await ada.Tab.CreateChannelAsync($"place {i}");
        }

        await ada.Tab.OpenChannelAsync("general");
        await pair.CallAsync(video: true);
        await ada.Tab.Page.RisesAsync(1, inbound => inbound.FramesDecoded, 10);
        await ada.Tab.Page.WatchInboundAsync();
        for (var i = 1; i <= 9; i++)
        {
            await ada.Tab.OpenChannelAsync($"place {i}");
        }

        await ada.Tab.OpenChannelAsync("general");
        var seconds = await ada.Tab.Page.SamplesAsync(10);
        for (var i = 1; i < seconds.Count; i++)
        {
            Assert.True(seconds[i][0].FramesDecoded > seconds[i - 1][0].FramesDecoded, $"second {i}: {seconds[i - 1][0]} → {seconds[i][0]}");
            Assert.True(seconds[i][0].PacketsLost <= seconds[i - 1][0].PacketsLost, $"second {i}: {seconds[i - 1][0]} → {seconds[i][0]}");
        }

        pair.AssertClean();
    }

    [Trait("size", "long")]
    [Fact]
    public async Task Screen_and_camera_come_and_go_without_an_offer_a_reload_comes_back_and_a_killed_browser_is_gone()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var pair = await Pair.MeetAsync(chromium, hub, "Ada", "Ben");
        var (ada, ben) = pair;
        await ada.Tab.CallAsync();
        await ben.Tab.CallAsync();
        await ada.Tab.InCallAsync(2);
        await ben.Tab.InCallAsync(2);
        await ada.Tab.Page.RisesAsync(1, inbound => inbound.AudioBytes, 2_000);
        var made = await ada.Tab.Page.DescribedAsync() + await ben.Tab.Page.DescribedAsync();

        // In a call of voices, then with a camera beside it.
        await ben.Tab.PressAsync("Share your screen");
        await ada.Tab.SeesPictureAsync(".tile[data-source=screen]");
        await ben.Tab.PressAsync("Camera");
        await ada.Tab.SeesPictureAsync(".tile[data-source=camera]:not([data-self])");
        await ben.Tab.PressAsync("Share your screen");
        await Expect(ada.Tab.Dock().Locator(".tile[data-source=screen]")).ToHaveCountAsync(0);
        await ben.Tab.PressAsync("Camera");
        await Expect(ada.Tab.Tiles().Locator("video")).ToHaveCountAsync(0);
        await ben.Tab.PressAsync("Microphone");
        await Expect(ada.Tab.Dock().Locator(".tile:not([data-self]) .foot")).ToContainTextAsync("muted");
        await ben.Tab.PressAsync("Microphone");
        Assert.Equal(made, await ada.Tab.Page.DescribedAsync() + await ben.Tab.Page.DescribedAsync());

        // A reload comes back by itself; a copy of the tab does not.
        await ben.Tab.Page.ReloadAsync();
        await ben.Tab.InCallAsync(2);
        await ada.Tab.InCallAsync(2);
        await ada.Tab.Page.RisesAsync(1, inbound => inbound.AudioBytes, 2_000);
        var copy = await ben.Browser.Context.RunAndWaitForPageAsync(() => ben.Tab.Page.EvaluateAsync("() => { open(location.href); }"));
        await new Tab(copy).ReadyAsync();
        await Expect(copy.Locator(".callhead")).ToBeVisibleAsync();
        await Expect(new Tab(copy).Dock()).ToHaveCountAsync(0);
        await copy.CloseAsync();
        await ada.Tab.InCallAsync(2);
        ben.Browser.Console.AssertClean();

        // Everything of the browser dies: the seat is free within a quarter of a minute.
        await ben.Browser.KillAsync();
        await Expect(ada.Tab.Tiles()).ToHaveCountAsync(1, new() { Timeout = 15_000 });
        ada.Browser.Console.AssertClean();
    }

    [Trait("size", "long")]
    [Fact]
    public async Task A_hub_dies_and_comes_back_and_media_flow_on_and_a_newcomer_comes_in()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var pair = await Pair.MeetAsync(chromium, hub, "Ada", "Ben");
        var (ada, ben) = pair;
        await using var cleo = await Person.JoinAsync(chromium, hub, "Cleo", pair.Link, hasDevices: true);
        foreach (var person in new[] { ada, ben, cleo })
        {
            person.ExpectNoHub();
        }

        await pair.CallAsync(video: true);
        await ada.Tab.Page.RisesAsync(1, inbound => inbound.FramesDecoded, 10);
        await ada.Tab.Page.WatchInboundAsync();
        await hub.KillAsync();
        await Expect(ada.Tab.Dock()).ToContainTextAsync("The hub cannot be reached. The call goes on");
        // Longer than a lease: media, not heartbeats, say that somebody is there.
        var seconds = await ada.Tab.Page.SamplesAsync(20);
        for (var i = 1; i < seconds.Count; i++)
        {
            Assert.True(seconds[i].Count == 1 && seconds[i][0].AudioBytes > seconds[i - 1][0].AudioBytes && seconds[i][0].FramesDecoded > seconds[i - 1][0].FramesDecoded, $"second {i}");
        }

        await hub.StartAsync();
        await ada.Tab.OnlineAsync();
        await cleo.Tab.OnlineAsync();
        await Expect(ada.Tab.Dock().Locator(".notice")).ToHaveCountAsync(0);
        await ada.Tab.InCallAsync(2);
        await cleo.Tab.CallAsync();
        foreach (var person in new[] { ada, ben, cleo })
        {
            await person.Tab.InCallAsync(3);
        }

        await cleo.Tab.Page.RisesAsync(2, inbound => inbound.AudioBytes, 2_000);
    }

    [Trait("size", "long")]
    [Fact]
    public async Task A_computer_that_sleeps_frees_its_seat_and_is_back_in_the_call_when_it_wakes()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var pair = await Pair.MeetAsync(chromium, hub, "Ada", "Ben");
        var (ada, ben) = pair;
        await pair.CallAsync(video: true);
        ben.ExpectNoHub();
        ben.Browser.Sleep();
        await Expect(ada.Tab.Tiles()).ToHaveCountAsync(1, new() { Timeout = 30_000 });
        await ada.Tab.Page.PassAsync(TimeSpan.FromSeconds(10));

        ben.Browser.Wake();
        await ada.Tab.InCallAsync(2);
        await ben.Tab.InCallAsync(2);
        foreach (var person in new[] { ada, ben })
        {
            await person.Tab.Page.RisesAsync(1, inbound => inbound.AudioBytes, 2_000);
            await person.Tab.Page.RisesAsync(1, inbound => inbound.FramesDecoded, 5);
        }

        pair.AssertClean();
    }

    [Trait("size", "long")]
    [Fact]
    public async Task Two_tabs_of_one_device_call_each_other_without_a_hub()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ada = await Person.ArriveAsync(chromium, hub, "Ada", hasDevices: true);
        ada.ExpectNoHub();
        await ada.AppIsKeptAsync();
        var second = await ada.OpenTabAsync("channel/" + Uri.EscapeDataString(await ada.Tab.ChannelAsync()));
        await second.ReadyAsync();
        await hub.StopAsync();
        await ada.Tab.OfflineAsync();
        await ada.Tab.CallAsync(video: true);
        // Alone, without a hub, nobody can say whether a seat is free.
        await Expect(ada.Tab.Dock()).ToContainTextAsync("You come in as soon as it is back");
        await second.CallAsync(video: true);
        await second.InCallAsync(2);
        await ada.Tab.InCallAsync(2);
        await ada.Tab.Page.RisesAsync(1, inbound => inbound.AudioBytes, 2_000);
        await second.Page.RisesAsync(1, inbound => inbound.FramesDecoded, 5);
        await second.LeaveCallAsync();
        await ada.Tab.InCallAsync(1);
    }

    [Fact, Trait("size", "long")]
    public async Task A_link_leads_into_the_call_after_one_click()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var pair = await Pair.MeetAsync(chromium, hub, "Ada", "Ben");
        var (ada, ben) = pair;
        await ada.Tab.CallAsync();
        await ada.Tab.InCallAsync(1);

        var tab = await ben.OpenTabAsync($"channel/{Uri.EscapeDataString(await ada.Tab.ChannelAsync())}?call=video");
        await Expect(tab.Page.Locator("dialog[aria-label='Before the call']")).ToContainTextAsync("Ada");
        await tab.ThroughCheckAsync(video: true);
        await tab.InCallAsync(2);
        await ada.Tab.SeesPictureAsync(".tile:not([data-self])");
        Assert.DoesNotContain("call", new Uri(tab.Page.Url).Query, StringComparison.Ordinal);
        pair.AssertClean();
    }
}
