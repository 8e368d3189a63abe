using Microsoft.Playwright;
using Parley.EndToEnd.App;
using Parley.EndToEnd.Browsers;

namespace Parley.EndToEnd.Calls;

/// <summary>Many people of one space in one browser, each in a private window: what two cores can bear of a large call.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    /// <summary>A camera as small as two cores can encode several times: 320×240 at 15 a second.</summary>
    private const string SmallCamera = """
        if (navigator.mediaDevices) {
          const given = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          navigator.mediaDevices.getUserMedia = wish => given(wish.video ? { ...wish, video: { width: 320, height: 240, frameRate: 15 } } : wish);
        }
        """;

    private readonly IBrowser _browser;
    private readonly HubProcess _hub;
    private readonly List<Tab> _tabs = [];

    private Crowd(IBrowser browser, HubProcess hub) => (_browser, _hub) = (browser, hub);

    public ConsoleWatch Console { get; } = new();

    /// <summary>Everybody, in the order in which they came.</summary>
    public IReadOnlyList<Tab> Tabs => _tabs;

    /// <summary>So many people arrive; the first makes the space, the others come by a link. All look at #general.</summary>
    public static async Task<Crowd> GatherAsync(Chromium chromium, HubProcess hub, int count)
    {
        var crowd = new Crowd(await chromium.LaunchCrowdAsync(), hub);
        var first = await crowd.ArriveAsync("Person 1", null);
        var link = count > 1 ? await first.InviteAsync() : null;
        for (var i = 2; i <= count; i++)
        {
            await crowd.ArriveAsync($"Person {i}", link);
        }

        return crowd;
    }

    public async ValueTask DisposeAsync() => await _browser.CloseAsync();

    private async Task<Tab> ArriveAsync(string name, string? link)
    {
        var context = await _browser.NewContextAsync(new() { ViewportSize = new() { Width = 900, Height = 640 }, Locale = "en-GB" });
        context.SetDefaultTimeout(Chromium.PatienceMs);
        Console.Watch(context);
        await context.AddInitScriptAsync(SmallCamera);
        await context.AddInitScriptAsync(CallProbe.Script);
        var page = await context.NewPageAsync();
        await page.GotoAsync(link ?? _hub.Address.ToString());
        var tab = new Tab(page);
        await tab.IntroduceAsync(name, link is null ? "Begin" : "Join");
        await tab.OnlineAsync();
        _tabs.Add(tab);
        return tab;
    }
}
