using Microsoft.Playwright;
using Parley.EndToEnd.Browsers;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Parley.EndToEnd.App;

/// <summary>A hub's owner in a browser: comes by the address that the hub printed, and says who may use it.</summary>
public sealed class AdminPageTests(ParleyExecutable executable, Chromium chromium)
{
    [Fact, Trait("size", "long")]
    public async Task Whoever_opens_the_printed_address_owns_the_hub_and_bans_hold_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("parley-admin-").FullName;
        await using (var hub = new RunningProcess(await executable.PathAsync(), "hub", "--commons", "--port", "0", "--data", folder))
        {
            var address = new Uri((await hub.ReadUntilAsync("Parley is running")).Split(' ')[^1]);
            var claim = (await hub.ReadUntilAsync("owner")).Split(' ')[^1];
            await using var ann = await BrowserProfile.OpenAsync(chromium);
            var owner = await ArriveAsync(ann, claim, "Ann");
            await Screens.TakeAsync(owner, "claim");
            await owner.GetByRole(AriaRole.Button, new() { Name = "Become its owner" }).ClickAsync();
            await Expect(owner.GetByRole(AriaRole.Heading, new() { Name = "This hub", Exact = true })).ToBeVisibleAsync();
            Assert.Equal(new Uri(address, "/admin"), new Uri(owner.Url));
            await Expect(owner.Locator("[data-standing=owner]")).ToHaveTextAsync("owner");

            await using var bob = await BrowserProfile.OpenAsync(chromium);
            // What is refused to him, browsers report.
            bob.Console.Allow("Failed to load resource|WebSocket");
            var guest = await ArriveAsync(bob, claim, "Bob");
            await guest.GetByRole(AriaRole.Button, new() { Name = "Become its owner" }).ClickAsync();
            await Expect(guest.GetByRole(AriaRole.Alert)).ToContainTextAsync("This link was used");
            await guest.GotoAsync(new Uri(address, "/admin").ToString());
            await Expect(guest.GetByRole(AriaRole.Alert)).ToContainTextAsync("Only the hub’s owner sees this page");
            await Expect(guest.Locator("footer.status[data-phase=online]")).ToBeVisibleAsync();

            await owner.ReloadAsync();
            await owner.GetByRole(AriaRole.Button, new() { Name = "Ban Bob" }).ClickAsync();
            await Expect(owner.Locator("[data-standing=banned]")).ToHaveTextAsync("banned");
            await Expect(guest.Locator("footer.status[data-phase=refused]")).ToBeVisibleAsync(new() { Timeout = 30_000 });

            await owner.GetByLabel("By invitation").CheckAsync();
            await owner.GetByRole(AriaRole.Button, new() { Name = "Lift the ban of Bob" }).ClickAsync();
            await owner.GetByRole(AriaRole.Button, new() { Name = "Count" }).ClickAsync();
            await Expect(owner.GetByText("xnet-workspace-sp-").First).ToBeVisibleAsync();
            await Screens.TakeAsync(owner, "admin");

            // Bob made a space while the hub was open, and so he is in; whoever comes now needs a link.
            await guest.ReloadAsync();
            await Expect(guest.Locator("footer.status[data-phase=online]")).ToBeVisibleAsync();
            await using var cay = await BrowserProfile.OpenAsync(chromium);
            var newcomer = await ArriveAsync(cay, claim, "Cay");
            await Expect(newcomer.Locator("footer.status[data-phase=lobby]")).ToBeVisibleAsync();
            Assert.Equal(0, await hub.StopAsync());
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<IPage> ArriveAsync(BrowserProfile browser, string address, string name)
    {
        var page = await browser.Context.NewPageAsync();
        await page.GotoAsync(address);
        await page.GetByLabel("Your name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Own this hub" })).ToBeVisibleAsync();
        return page;
    }
}
