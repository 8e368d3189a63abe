using Microsoft.Playwright;
using Parley.EndToEnd.App;
using Parley.EndToEnd.Browsers;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Parley.EndToEnd.Calls;

/// <summary>Calls by keyboard and by ear: every step without a pointer, what a screen reader hears, and axe on every screen.</summary>
public sealed class CallAccessTests(Chromium chromium, ParleyExecutable executable) : IClassFixture<ParleyExecutable>
{
    [Fact, Trait("size", "long")]
    public async Task A_call_is_handled_with_keys_alone_and_read_aloud()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var pair = await Pair.MeetAsync(chromium, hub, "Ada", "Ben");
        var (ada, ben) = pair;
        var (page, keys) = (ada.Tab.Page, ada.Tab.Page.Keyboard);

        // In: from the composer, back to the head of the channel, through the look at the devices.
        await page.Locator(".callhead button").First.FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Join with audio" })).ToBeFocusedAsync();
        await Axe.AssertCleanAsync(page);
        await keys.PressAsync("Enter");
        await ada.Tab.InCallAsync(1);
        await HearsAsync(page, "You are in the call. Nobody else is here yet.");

        await ben.Tab.CallAsync();
        await ada.Tab.InCallAsync(2);
        await HearsAsync(page, "Ben came in.");
        await Axe.AssertCleanAsync(page);

        // To the dock by F6, along its controls by Tab.
        for (var i = 0; i < 12 && !await IsInDockAsync(page); i++)
        {
            await keys.PressAsync("F6");
        }

        Assert.True(await IsInDockAsync(page));
        var microphone = ada.Tab.Dock().Locator(".controls").GetByRole(AriaRole.Button, new() { Name = "Microphone", Exact = true });
        for (var i = 0; i < 20 && !await microphone.EvaluateAsync<bool>("it => it === document.activeElement"); i++)
        {
            await keys.PressAsync("Tab");
        }

        await keys.PressAsync("Space");
        await ada.Tab.IsOnAsync("Microphone", on: false);
        await HearsAsync(page, "Microphone off.");

        // From anywhere: chords, and the bar for talking.
        await page.Locator(".composer textarea").FocusAsync();
        await keys.PressAsync("Alt+c");
        await ada.Tab.IsOnAsync("Camera");
        await HearsAsync(page, "Camera on.");
        await page.EvaluateAsync("() => document.activeElement.blur()");
        await keys.DownAsync("Space");
        await ada.Tab.IsOnAsync("Microphone");
        await keys.UpAsync("Space");
        await ada.Tab.IsOnAsync("Microphone", on: false);
        await page.Locator(".composer textarea").FocusAsync();
        await keys.TypeAsync("a b");
        await Expect(page.Locator(".composer textarea")).ToHaveValueAsync("a b");
        await keys.PressAsync("Alt+m");
        await ada.Tab.IsOnAsync("Microphone");

        // The fake microphone beeps all the time: who speaks is not read aloud unless that is wished.
        await Expect(ben.Tab.Dock().Locator(".tile[data-speaking]").First).ToBeVisibleAsync();
        await Expect(ben.Tab.Page.Locator(".unseen[role=status]")).Not.ToContainTextAsync("speaks");

        foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await Axe.AssertCleanAsync(page);
        }

        await ada.Tab.Dock().GetByRole(AriaRole.Button, new() { Name = "Use the whole window" }).FocusAsync();
        await keys.PressAsync("Enter");
        await ada.Tab.Dock().GetByRole(AriaRole.Button, new() { Name = "More" }).FocusAsync();
        await keys.PressAsync("Enter");
        await Axe.AssertCleanAsync(page);
        await keys.PressAsync("Alt+q");
        await Expect(ada.Tab.Dock()).ToHaveCountAsync(0);
        await HearsAsync(ben.Tab.Page, "Ada left.");

        // It rings, and is answered with a key.
        await ben.Tab.LeaveCallAsync();
        await ben.Tab.WriteToAsync("Ada");
        await ben.Tab.SendAndKeepAsync("Shall I ring?");
        await Expect(page.Locator(".rows a.row", new() { HasText = "Ben" })).ToBeVisibleAsync();
        await ben.Tab.CallAsync();
        await Expect(page.GetByRole(AriaRole.Alertdialog)).ToContainTextAsync("Ben");
        await Axe.AssertCleanAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Answer", Exact = true }).FocusAsync();
        await keys.PressAsync("Enter");
        await ada.Tab.InCallAsync(2);
        await ada.Tab.InChannelAsync("Ben");
        pair.AssertClean();
    }

    private static Task HearsAsync(IPage page, string words) =>
        Expect(page.Locator(".unseen[role=status]")).ToContainTextAsync(words);

    private static Task<bool> IsInDockAsync(IPage page) =>
        page.EvaluateAsync<bool>("() => document.activeElement?.closest('#call-dock') !== null && document.activeElement !== null");
}
