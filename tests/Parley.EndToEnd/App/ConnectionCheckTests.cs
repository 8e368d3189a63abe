using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Playwright;
using Parley.Cli.Turn;
using Parley.EndToEnd.Browsers;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Parley.EndToEnd.App;

/// <summary>"Why can't I connect?" in the app, on a hub that runs coturn, and after that hub is gone.</summary>
[Trait("size", "long")]
public sealed class ConnectionCheckTests(ParleyExecutable executable, Chromium chromium)
{
    [Fact, Trait("size", "long")]
    public async Task The_check_finds_every_way_on_a_hub_with_turn_and_names_the_hub_once_it_is_gone()
    {
        Assert.SkipUnless(TurnServer.Find() is not null, "coturn is not installed");
        var folder = Directory.CreateTempSubdirectory("parley-check-").FullName;
        await using (var hub = new RunningProcess(
            await executable.PathAsync(), "hub", "--port", "0", "--data", folder, "--turn", "--turn-port", FreePort(), "--turn-relay-ports", "40460-40499"))
        {
            var address = new Uri((await hub.ReadUntilAsync("Parley is running")).Split(' ')[^1]);
            await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
            var page = await browser.Context.NewPageAsync();
            await page.GotoAsync(address.ToString());
            await page.GetByLabel("Your name").FillAsync("Ann");
            await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
            await Expect(page.Locator("footer.status[data-phase=online]")).ToBeVisibleAsync();
            await page.Locator(".rail a[href=settings]").ClickAsync();
            await page.Locator("#calls").GetByRole(AriaRole.Button, new() { Name = "Why can’t I connect?" }).ClickAsync();

            var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Why can’t I connect?" });
            var headline = dialog.GetByRole(AriaRole.Status);
            await Expect(headline).ToContainTextAsync("Nothing stands in the way of calls from here.");
            foreach (var step in new[] { "Page", "Hub", "Admission", "Servers", "Direct", "Stun", "TurnUdp", "TurnTcp", "Relay", "Microphone", "Camera" })
            {
                await Expect(dialog.Locator($"[data-step={step}]")).ToHaveAttributeAsync("data-severity", "Fine");
            }

            await Expect(dialog.Locator("[data-step=TurnTls]")).ToContainTextAsync("This hub has none.");
            await Screens.TakeAsync(page, "connection-check");
            await browser.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write", "microphone", "camera"]);
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Copy the report" }).ClickAsync();
            await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();
            var report = await page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
            Assert.Contains("Relay: works", report, StringComparison.Ordinal);
            Assert.DoesNotContain("did:key", report, StringComparison.Ordinal);
            Assert.DoesNotContain("127.0.0.1", report, StringComparison.Ordinal);
            Assert.DoesNotContain("Ann", report, StringComparison.Ordinal);

            browser.Console.Allow("ERR_CONNECTION_REFUSED|WebSocket connection to .* failed|Failed to load resource");
            Assert.Equal(0, await hub.StopAsync());
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Check again" }).ClickAsync();
            await Expect(headline).ToContainTextAsync("Hub: The hub does not answer.");
            await Expect(headline).ToContainTextAsync("See whether this device is online.");
            await Expect(dialog.Locator("[data-step=TurnUdp]")).ToHaveAttributeAsync("data-severity", "Untested");
            await Screens.TakeAsync(page, "connection-check-broken");

            // By keys alone: Escape closes it and gives the focus back to what opened it.
            await page.Keyboard.PressAsync("Escape");
            await Expect(dialog).ToHaveCountAsync(0);
            await Expect(page.Locator("#calls").GetByRole(AriaRole.Button, new() { Name = "Why can’t I connect?" })).ToBeFocusedAsync();
            browser.Console.AssertClean();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
