using System.Diagnostics;
using Microsoft.Playwright;
using Parley.EndToEnd.App;
using Parley.EndToEnd.Browsers;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Parley.EndToEnd.Identity;

/// <summary>One person in two browsers: taking one in, signing it out, and coming back with nothing but the words and a hub.</summary>
public sealed class DevicesTests(Chromium chromium, ParleyExecutable executable, ITestOutputHelper output)
{
    private const string Message = "Remember the milk";

    [Fact]
    public async Task A_new_device_comes_in_by_a_link_and_is_signed_out()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        await ann.Tab.SendAsync(Message);
        await ann.Tab.StoredAsync(Message);
        var here = ann.Tab.Page;
        await using var browser = await BrowserProfile.OpenAsync(chromium, Screens.Phone);
        var there = await browser.Context.NewPageAsync();

        // By the link, in one go.
        var clock = Stopwatch.StartNew();
        await OpenSettingsAsync(here, hub);
        await here.GetByRole(AriaRole.Button, new() { Name = "Add a device" }).ClickAsync();
        await Expect(here.GetByText("point the camera")).ToBeVisibleAsync();
        var link = await here.GetByLabel("Link for the new device").InputValueAsync();
        await Screens.TakeAsync(here, "device-link");
        await there.GotoAsync(link);
        await Expect(here.GetByText("wants to be you: add it?")).ToBeVisibleAsync();
        await Expect(there.GetByText("You become Ann.")).ToBeVisibleAsync();
        Assert.DoesNotContain("pair=", there.Url, StringComparison.Ordinal);
        var code = await here.GetByLabel("Code to compare").InnerTextAsync();
        Assert.Equal(code, await there.GetByLabel("Code to compare").InnerTextAsync());
        await Screens.TakeAsync(here, "device-asked");
        await Screens.TakeAsync(there, "device-arrival");
        await here.GetByRole(AriaRole.Button, new() { Name = "Add it" }).ClickAsync();
        await Expect(here.GetByText("is yours now")).ToBeVisibleAsync();
        await new Tab(there).SeesAsync(Message);
        output.WriteLine($"From the settings to the message on the new device: {clock.Elapsed.TotalSeconds:0.0} s.");
        await here.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();

        // Both know of both; the other one is renamed and signed out.
        await Expect(here.Locator(".devices li")).ToHaveCountAsync(2);
        await here.Locator(".devices li").Nth(1).GetByRole(AriaRole.Button, new() { NameString = "Rename" }).ClickAsync();
        await here.GetByLabel("Name of the device").FillAsync("Pocket");
        await here.Keyboard.PressAsync("Enter");
        await Expect(here.Locator(".devices li", new() { HasText = "Pocket" })).ToBeVisibleAsync();
        await Screens.TakeAsync(here, "devices");
        await SignOutAsync(here);
        await Expect(there.Locator("dialog").GetByText("This device was signed out from another one.")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Screens.TakeAsync(there, "device-signed-out");
        await Expect(here.Locator(".devices li")).ToHaveCountAsync(1);
    }

    [Fact, Trait("size", "long")]
    public async Task The_words_are_tried_without_losing_anything_and_bring_everything_back_to_an_empty_browser()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        ann.ExpectNoHub();
        await ann.Tab.CreateChannelAsync("plans");
        await ann.Tab.SendAsync(Message);
        await ann.Tab.StoredAsync(Message);
        var page = ann.Tab.Page;
        var words = await WordsAsync(page, hub);

        await DrillAsync(page, hub, string.Join(' ', Enumerable.Repeat("abandon", 23)) + " art");
        await Expect(page.GetByText("These belong to somebody else")).ToBeVisibleAsync();
        await DrillAsync(page, hub, words);
        await Expect(page.GetByText("It works:")).ToBeVisibleAsync();
        await Expect(page.Locator("dialog dd").Nth(2)).ToHaveTextAsync("1 of 1");
        await Screens.TakeAsync(page, "recovery-drill");
        // One word alone may be one of the dialog's own: they are words of English.
        Assert.DoesNotContain(string.Join(' ', words.Split(' ').Take(3)), await page.Locator("dialog").InnerTextAsync(), StringComparison.Ordinal);

        // The browser is gone: another one has the words and the hub's address, and nothing else.
        await ann.Browser.CloseAsync();
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var there = await browser.Context.NewPageAsync();
        await there.GotoAsync(hub.Address.ToString());
        await there.GetByRole(AriaRole.Button, new() { Name = "I was here before" }).ClickAsync();
        await there.Locator("textarea").FillAsync(words);
        await there.GetByLabel("Your name").FillAsync("Ann");
        await Screens.TakeAsync(there, "recovery");
        await there.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        var tab = new Tab(there);
        await tab.OpenChannelAsync("plans");
        await tab.SeesAsync(Message);
        browser.Console.AssertClean();
    }

    [Fact, Trait("size", "long")]
    public async Task A_seed_of_another_app_is_taken_over_after_a_warning()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var page = await browser.Context.NewPageAsync();
        await page.GotoAsync(hub.Address.ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "I was here before" }).ClickAsync();
        await page.GetByLabel("What you have").SelectOptionAsync("Seed");
        await page.Locator("textarea").FillAsync("not hex");
        await page.GetByLabel("Your name").FillAsync("Sam");
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await Expect(page.GetByText("Sixty-four hexadecimal digits")).ToBeVisibleAsync();

        // The first vector of RFC 8032.
        await page.Locator("textarea").FillAsync("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await Expect(page.GetByText("did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw")).ToBeVisibleAsync();
        await Screens.TakeAsync(page, "recovery-seed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take it over all the same" }).ClickAsync();
        await Expect(page.Locator("footer.status")).ToBeVisibleAsync();
        await OpenSettingsAsync(page, hub);
        await Expect(page.GetByText("did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw")).ToBeVisibleAsync();
        browser.Console.AssertClean();
    }

    private static async Task OpenSettingsAsync(IPage page, HubProcess hub)
    {
        await page.GotoAsync(new Uri(hub.Address, "settings").ToString());
        await Expect(page.Locator(".settings")).ToBeVisibleAsync();
    }

    private static async Task<string> WordsAsync(IPage page, HubProcess hub)
    {
        await OpenSettingsAsync(page, hub);
        await page.Locator("#words .button").First.ClickAsync();
        await Expect(page.Locator("dialog ol li")).ToHaveCountAsync(24);
        return string.Join(' ', await page.Locator("dialog ol li").AllInnerTextsAsync());
    }

    private static async Task DrillAsync(IPage page, HubProcess hub, string words)
    {
        await OpenSettingsAsync(page, hub);
        await page.GetByRole(AriaRole.Button, new() { Name = "Check that my phrase works" }).ClickAsync();
        await page.Locator("dialog textarea").FillAsync(words);
        await page.GetByRole(AriaRole.Button, new() { Name = "Check", Exact = true }).ClickAsync();
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.Locator(".devices li").Nth(1).GetByRole(AriaRole.Button, new() { NameString = "Sign out" }).ClickAsync();
        await Expect(page.GetByText("this is not enough")).ToBeVisibleAsync();
        await Screens.TakeAsync(page, "device-sign-out");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await Expect(page.Locator(".devices li")).ToHaveCountAsync(1);
    }
}
