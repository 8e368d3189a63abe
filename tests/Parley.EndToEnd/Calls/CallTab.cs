using Microsoft.Playwright;
using Parley.EndToEnd.App;
using Parley.Testing;
using static Microsoft.Playwright.Assertions;

namespace Parley.EndToEnd.Calls;

/// <summary>What people do in calls, in the app.</summary>
internal static class CallTab
{
    public static ILocator Dock(this Tab tab) => tab.Page.Locator("#call-dock");

    public static ILocator Tiles(this Tab tab) => tab.Dock().Locator(".tile[data-source=camera]");

    /// <summary>Joins or begins the call of the channel shown, through the look at the devices where that comes.</summary>
    public static async Task CallAsync(this Tab tab, bool video = false)
    {
        await tab.Page.Locator($".callhead button:is([aria-label='{(video ? "Join with video" : "Join with audio")}'], [aria-label='{(video ? "Start a call with video" : "Start a call")}'])").ClickAsync();
        await tab.ThroughCheckAsync(video);
    }

    /// <summary>Through the look at the devices, where it comes, into the call.</summary>
    public static async Task ThroughCheckAsync(this Tab tab, bool video = false)
    {
        var check = tab.Page.Locator("dialog[aria-label='Before the call']");
        await Expect(check.Or(tab.Dock())).ToBeVisibleAsync();
        if (await check.IsVisibleAsync())
        {
            await check.GetByRole(AriaRole.Button, new() { Name = video ? "Join with video" : "Join with audio" }).ClickAsync();
        }
    }

    /// <summary>Waits until so many are in, oneself with them, and every connection stands.</summary>
    public static async Task InCallAsync(this Tab tab, int people)
    {
        await Expect(tab.Dock()).ToHaveAttributeAsync("data-phase", "seated");
        await Expect(tab.Tiles()).ToHaveCountAsync(people);
        await Expect(tab.Dock().Locator(".trouble")).ToHaveCountAsync(0);
    }

    public static Task PressAsync(this Tab tab, string control) =>
        tab.Dock().Locator(".controls").GetByRole(AriaRole.Button, new() { Name = control, Exact = true }).ClickAsync();

    /// <summary>Whether a control is on.</summary>
    public static Task IsOnAsync(this Tab tab, string control, bool on = true) =>
        Expect(tab.Dock().Locator(".controls").GetByRole(AriaRole.Button, new() { Name = control, Exact = true }))
            .ToHaveAttributeAsync("aria-pressed", on ? "true" : "false");

    public static async Task LeaveCallAsync(this Tab tab)
    {
        await tab.PressAsync("Leave");
        await Expect(tab.Dock()).ToHaveCountAsync(0);
    }

    /// <summary>Waits until somebody's picture is seen: its element shows moving pixels that are not all of one colour.</summary>
    /// <param name="of">The selector of the tile.</param>
    public static Task SeesPictureAsync(this Tab tab, string of) => Eventually.SeesAsync(
        () => tab.Page.EvaluateAsync<double>(
            """
            async selector => {
              const video = document.querySelector(selector + ' video');
              if (!video?.videoWidth) return 0;
              const shoot = () => {
                const canvas = new OffscreenCanvas(32, 24);
                const context = canvas.getContext('2d');
                context.drawImage(video, 0, 0, 32, 24);
                return context.getImageData(0, 0, 32, 24).data;
              };
              const one = shoot();
              await new Promise(resolve => video.requestVideoFrameCallback(() => video.requestVideoFrameCallback(resolve)));
              const two = shoot();
              const spread = new Set([...one].map(value => value >> 4)).size;
              return spread > 2 && one.some((value, i) => value !== two[i]) ? video.videoWidth : 0;
            }
            """,
            of),
        static width => width > 0,
        TimeSpan.FromSeconds(60));

    /// <summary>The id of the channel shown.</summary>
    public static Task<string> ChannelAsync(this Tab tab) => tab.Page.EvaluateAsync<string>("() => decodeURIComponent(location.pathname.split('/').pop())");
}
