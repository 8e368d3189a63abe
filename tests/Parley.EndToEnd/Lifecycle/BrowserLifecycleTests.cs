using Microsoft.Playwright;
using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Modules;
using Xunit;

namespace Parley.EndToEnd.Lifecycle;

/// <summary>lifecycle.js in Chromium.</summary>
public sealed class BrowserLifecycleTests(Chromium chromium, ModuleServer server) : IClassFixture<ModuleServer>
{
    [Fact]
    public async Task A_newer_build_waits_until_it_is_let_in()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var page = (await ModulePage.OpenAsync(browser.Context, server)).Page;
        await RegisterAsync(page);
        await page.WaitForFunctionAsync("() => navigator.serviceWorker.controller");
        // The first worker is an installation: nothing to update to.
        Assert.Equal(1, await BuildAsync(page));
        Assert.False(await page.EvaluateAsync<bool>("() => globalThis.updateReady"));

        server.Build = 2;
        await page.EvaluateAsync("() => harness.lifecycle.checkForUpdate()");
        await page.WaitForFunctionAsync("() => globalThis.updateReady");
        Assert.Equal(1, await BuildAsync(page));

        // A page that opens while the newer build waits hears of it at once.
        var other = (await ModulePage.OpenAsync(browser.Context, server)).Page;
        await RegisterAsync(other);
        await other.WaitForFunctionAsync("() => globalThis.updateReady");

        // It loads the page anew, so what this one knew is gone.
        await page.EvaluateAsync("() => harness.lifecycle.activateUpdate()");
        await page.WaitForFunctionAsync("() => globalThis.harness && globalThis.updateReady === undefined");
        Assert.Equal(2, await BuildAsync(page));
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task Going_offline_and_back_is_noticed()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var page = (await ModulePage.OpenAsync(browser.Context, server)).Page;
        await page.EvaluateAsync("() => harness.lifecycle.watch(value => { globalThis.online = value; }, value => { globalThis.seen = value; }, () => {})");
        Assert.True(await page.EvaluateAsync<bool>("() => online && seen"));

        await browser.Context.SetOfflineAsync(true);
        await page.WaitForFunctionAsync("() => !online");
        await browser.Context.SetOfflineAsync(false);
        await page.WaitForFunctionAsync("() => online");
    }

    private static async Task RegisterAsync(IPage page) => await page.EvaluateAsync("""
        () => {
          globalThis.updateReady = false;
          return harness.lifecycle.register('service-worker.js', () => { globalThis.updateReady = true; });
        }
        """);

    private static Task<int> BuildAsync(IPage page) => page.EvaluateAsync<int>("""
        () => new Promise(resolve => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = event => resolve(event.data);
          navigator.serviceWorker.controller.postMessage('build?', [port2]);
        })
        """);
}
