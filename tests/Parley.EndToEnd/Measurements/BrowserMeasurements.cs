using System.Globalization;
using Microsoft.Playwright;
using Parley.EndToEnd.App;
using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Calls;
using Xunit;

namespace Parley.EndToEnd.Measurements;

/// <summary>
/// Figures of the app in Chromium over loopback, for bench/README.md. Run by name only:
/// <c>Parley.EndToEnd -explicit only -showLiveOutput</c>. Nothing here is asserted.
/// </summary>
public sealed class BrowserMeasurements(Chromium chromium, ParleyExecutable executable)
{
    private const int Messages = 10_000;

    [Fact(Explicit = true)]
    public async Task Join_to_the_first_frame_of_the_other()
    {
        const int Runs = 20;
        await using var hub = await HubProcess.StartAsync(executable);
        await using var pair = await Pair.MeetAsync(chromium, hub, "Ann", "Bob");
        var (ann, bob) = pair;
        await ann.Tab.CallAsync(video: true);
        await ann.Tab.InCallAsync(1);
        // The first time one looks at the devices first.
        await bob.Tab.CallAsync(video: true);
        var times = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            await bob.Tab.InCallAsync(2);
            await bob.Tab.LeaveCallAsync();
            await ann.Tab.InCallAsync(1);
            await Assertions.Expect(bob.Tab.Page.Locator(".callhead .faces")).ToBeVisibleAsync();
            times.Add(await bob.Tab.Page.EvaluateAsync<double>(
                """
                async () => {
                  const start = performance.now();
                  document.querySelector(".callhead button[aria-label='Join with video']").click();
                  for (;;) {
                    const video = document.querySelector('#call-dock .tile:not([data-self]) video');
                    if (video) {
                      await new Promise(resolve => video.requestVideoFrameCallback(resolve));
                      return performance.now() - start;
                    }
                    await new Promise(resolve => setTimeout(resolve, 5));
                  }
                }
                """));
        }

        Figures.Note("Call of two with video: click on join → first frame of the other on screen", Figures.Spread(times));
    }

    [Fact(Explicit = true)]
    public async Task First_load()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        var (times, sizes) = (new List<double>(), new List<double>());
        for (var run = 0; run < 5; run++)
        {
            await using var browser = await BrowserProfile.OpenAsync(chromium);
            var page = await browser.Context.NewPageAsync();
            var network = await browser.Context.NewCDPSessionAsync(page);
            var bytes = 0.0;
            network.Event("Network.loadingFinished").OnEvent += (_, finished) => bytes += finished!.Value.GetProperty("encodedDataLength").GetDouble();
            await network.SendAsync("Network.enable");
            times.Add(await TimeUntilAsync(page, hub.Address, "main.welcome input"));
            sizes.Add(bytes);
        }

        Figures.Note("First load, empty cache: navigation → first-run card", Figures.Spread(times));
        Figures.Note("First load: bytes over the network until the card", string.Create(CultureInfo.InvariantCulture, $"{sizes.Max() / 1e6:F2} MB"));
    }

    [Fact(Explicit = true)]
    public async Task Start_from_the_service_worker()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        ann.ExpectNoHub();
        await ann.AppIsKeptAsync();
        var times = new List<double>();
        for (var run = 0; run < 10; run++)
        {
            times.Add(await TimeUntilAsync(ann.Tab.Page, hub.Address, ".composer textarea"));
        }

        Figures.Note("Start from the service worker, same tab: navigation → composer", Figures.Spread(times));
        times.Clear();
        for (var run = 0; run < 5; run++)
        {
            await ann.Browser.CloseAsync();
            await ann.Browser.OpenAsync();
            times.Add(await TimeUntilAsync(await ann.Browser.Context.NewPageAsync(), hub.Address, ".composer textarea"));
        }

        Figures.Note("Start from the service worker, browser just started", Figures.Spread(times));
        await hub.StopAsync();
        times.Clear();
        for (var run = 0; run < 5; run++)
        {
            times.Add(await TimeUntilAsync(ann.Browser.Context.Pages[^1], hub.Address, ".composer textarea"));
        }

        Figures.Note("Start with the hub stopped", Figures.Spread(times));
    }

    [Fact(Explicit = true)]
    public async Task Send_until_visible_in_the_other_browser()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        await using var bo = await Person.JoinAsync(chromium, hub, "Bo", await ann.Tab.InviteAsync());
        await ann.Tab.OnlineAsync();
        await bo.Tab.OnlineAsync();
        foreach (var person in new[] { ann, bo })
        {
            await person.Tab.Page.EvaluateAsync("""
                () => {
                  globalThis.shown = {};
                  const now = () => performance.timeOrigin + performance.now();
                  addEventListener('keydown', event => { if (event.key === 'Enter') globalThis.pressed = now(); }, true);
                  new MutationObserver(() => {
                    const at = now();
                    for (const text of document.querySelectorAll('article.line .text')) globalThis.shown[text.innerText.trim()] ??= at;
                  }).observe(document.body, { childList: true, subtree: true, characterData: true });
                }
                """);
        }

        var (here, there) = (new List<double>(), new List<double>());
        for (var i = 0; i < 100; i++)
        {
            var text = $"ping {i}";
            await ann.Tab.SendAsync(text);
            await bo.Tab.SeesAsync(text);
            var pressed = await ann.Tab.Page.EvaluateAsync<double>("() => pressed");
            here.Add(await ann.Tab.Page.EvaluateAsync<double>("text => shown[text]", text) - pressed);
            there.Add(await bo.Tab.Page.EvaluateAsync<double>("text => shown[text]", text) - pressed);
        }

        Figures.Note("Enter → own message in the page", Figures.Spread(here));
        Figures.Note("Enter → message in the other browser's page", Figures.Spread(there));
    }

    [Fact(Explicit = true)]
    public async Task A_new_device_reads_a_long_history()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        string link;
        await using (var demo = new RunningProcess(hub.Executable, "demo", "--hub", hub.Sync.ToString(), "--messages", Messages.ToString(CultureInfo.InvariantCulture)))
        {
            Assert.Equal(0, await demo.FinishAsync(TimeSpan.FromMinutes(10)));
            link = await demo.ReadUntilAsync("#join=");
        }

        await using var browser = await BrowserProfile.OpenAsync(chromium);
        await browser.Context.AddInitScriptAsync("""
            globalThis.longTasks = [];
            new PerformanceObserver(list => longTasks.push(...list.getEntries().map(each => each.duration))).observe({ type: 'longtask' });
            """);
        var page = await browser.Context.NewPageAsync();
        await page.GotoAsync(link.Trim());
        await page.GetByLabel("Your name").FillAsync("Newcomer");
        await page.EvaluateAsync("() => { longTasks.length = 0; }");
        var began = await NowAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await page.Locator("article.line").First.WaitForAsync(new() { Timeout = 120_000 });
        var firstMessage = await NowAsync(page) - began;
        await page.Locator("footer.status[data-phase=online]").WaitForAsync(new() { Timeout = 300_000 });
        var all = await NowAsync(page) - began;
        var longTasks = await page.EvaluateAsync<double[]>("() => longTasks");

        Figures.Note($"New device, {Messages} messages on the hub: click → first message shown", Figures.Spread([firstMessage]));
        Figures.Note("New device: click → everything verified, applied and kept", string.Create(CultureInfo.InvariantCulture, $"{all / 1000:F1} s, {Messages / all * 1000:F0} messages/s"));
        Figures.Note("New device: tasks over 50 ms meanwhile", longTasks.Length == 0 ? "none" : Figures.Spread(longTasks));
    }

    private static async Task<double> TimeUntilAsync(IPage page, Uri address, string selector)
    {
        await page.GotoAsync(address.ToString(), new() { WaitUntil = WaitUntilState.Commit });
        // In the page's own clock, which starts with the navigation.
        return await (await page.WaitForFunctionAsync("selector => document.querySelector(selector) && performance.now()", selector, new() { Timeout = 60_000 })).EvaluateAsync<double>("at => at");
    }

    private static Task<double> NowAsync(IPage page) => page.EvaluateAsync<double>("() => performance.now()");
}
