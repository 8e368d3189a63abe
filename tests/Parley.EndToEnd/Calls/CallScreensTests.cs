using Microsoft.Playwright;
using Parley.EndToEnd.App;
using Parley.EndToEnd.Browsers;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Parley.EndToEnd.Calls;

/// <summary>The screens of calls, walked through by two people; pictures of each step.</summary>
[Trait("size", "long")]
public sealed class CallScreensTests(Chromium chromium, ParleyExecutable executable) : IClassFixture<ParleyExecutable>
{
    private const string Ada = "Ada Lovelace";
    private const string Grace = "Grace Hopper";

    [Fact]
    public async Task Two_call_each_other_by_every_screen_there_is()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var pair = await Pair.MeetAsync(chromium, hub, Ada, Grace);
        var (ada, grace) = pair;

        // The look at the devices, once; then the call.
        await ada.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Start a call", Exact = true }).ClickAsync();
        var check = ada.Tab.Page.Locator("dialog[aria-label='Before the call']");
        await Expect(check.GetByText("Your microphone works.")).ToBeVisibleAsync();
        await check.GetByRole(AriaRole.Button, new() { Name = "Turn the camera on" }).ClickAsync();
        await Expect(check.Locator("video")).ToBeVisibleAsync();
        await Screens.TakeAsync(ada.Tab.Page, "call-check");
        await check.GetByRole(AriaRole.Button, new() { Name = "Join with video" }).ClickAsync();
        await ada.Tab.InCallAsync(1);
        await Screens.TakeAsync(ada.Tab.Page, "call-alone");

        await Expect(grace.Tab.Page.Locator(".callhead .faces")).ToBeVisibleAsync();
        await Screens.TakeAsync(grace.Tab.Page, "call-goes-on");
        await grace.Tab.CallAsync(video: true);
        await grace.Tab.InCallAsync(2);
        await ada.Tab.InCallAsync(2);
        await ada.Tab.SeesPictureAsync(".tile:not([data-self])");
        await Screens.TakeAsync(ada.Tab.Page, "call-two");
        await ada.Tab.Dock().GetByRole(AriaRole.Button, new() { Name = "Use the whole window" }).ClickAsync();
        await grace.Tab.PressAsync("Share your screen");
        await Expect(ada.Tab.Dock().Locator(".tile[data-source=screen]")).ToBeVisibleAsync();
        await ada.Tab.SeesPictureAsync(".tile[data-source=screen]");
        await grace.Tab.PressAsync("Hand");
        await grace.Tab.PressAsync("Microphone");
        await Screens.TakeAsync(ada.Tab.Page, "call-screen");
        await grace.Tab.PressAsync("Share your screen");
        await Screens.TakeAsync(ada.Tab.Page, "call-stage");
        await ada.Tab.Dock().GetByRole(AriaRole.Button, new() { Name = "Make the call smaller" }).ClickAsync();
        await ada.Tab.Dock().GetByRole(AriaRole.Button, new() { Name = "Make the call smaller" }).ClickAsync();
        await Screens.TakeAsync(ada.Tab.Page, "call-pill");
        await ada.Tab.Dock().GetByRole(AriaRole.Button, new() { Name = "Make the call larger" }).ClickAsync();
        await ada.Tab.LeaveCallAsync();
        await grace.Tab.LeaveCallAsync();
        await Expect(ada.Tab.Page.Locator("p.call")).ToContainTextAsync("Call with " + Grace);

        // A voice room is two clicks, and opening it is coming in.
        await ada.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "New voice room" }).ClickAsync();
        await ada.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Create and go in" }).ClickAsync();
        await ada.Tab.InCallAsync(1);
        await Expect(grace.Tab.Page.Locator(".guests li")).ToHaveCountAsync(1);
        await Screens.TakeAsync(grace.Tab.Page, "voice-room-list");
        await grace.Tab.Page.Locator(".rows a.row", new() { HasText = "Lounge" }).ClickAsync();
        await grace.Tab.InCallAsync(2);
        await Screens.TakeAsync(grace.Tab.Page, "voice-room");
        await grace.Tab.LeaveCallAsync();
        await ada.Tab.LeaveCallAsync();

        // A direct message rings; declined with words; missed.
        await ada.Tab.WriteToAsync(Grace);
        await ada.Tab.SendAndKeepAsync("Have you a minute?");
        await Expect(grace.Tab.Page.Locator(".rows a.row", new() { HasText = Ada })).ToBeVisibleAsync();
        await ada.Tab.CallAsync();
        await Expect(grace.Tab.Page.Locator(".ringing")).ToContainTextAsync(Ada);
        await grace.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Decline with a message" }).ClickAsync();
        await Screens.TakeAsync(grace.Tab.Page, "call-ringing");
        await Screens.TakeAsync(ada.Tab.Page, "call-calling");
        await grace.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Give me five minutes." }).ClickAsync();
        await Expect(grace.Tab.Page.Locator(".ringing")).ToHaveCountAsync(0);
        await Expect(ada.Tab.Dock()).ToContainTextAsync("cannot take the call");
        await ada.Tab.SeesAsync("Give me five minutes.");
        await ada.Tab.LeaveCallAsync();
        await grace.Tab.OpenChannelAsync(Ada);
        await Expect(grace.Tab.Page.Locator("p.call[data-missed]")).ToContainTextAsync("Missed call from " + Ada);
        await Screens.TakeAsync(grace.Tab.Page, "call-missed");
        await Expect(ada.Tab.Page.Locator("p.call")).ToContainTextAsync("Nobody answered");

        pair.AssertClean();
    }
}
