using System.Globalization;
using Microsoft.Playwright;
using Parley.Browser.WebRtc;
using Parley.Calls;
using Parley.EndToEnd.Modules;
using Parley.Ids;
using Parley.Testing;

namespace Parley.EndToEnd.Calls;

/// <summary>Somebody whose client runs in this process and whose media run in a page of a real browser.</summary>
internal sealed class CallPage : IAsyncDisposable
{
    private readonly Person _person;
    private readonly ModulePage _modules;

    private CallPage(Person person, ModulePage modules) => (_person, _modules) = (person, modules);

    public ParleyClient Client => _person.Client;

    public IPage Page => _modules.Page;

    public ModulePage Modules => _modules;

    public NodeId Channel { get; private set; }

    public CallSession Session => Client.Calls.Current.Value!;

    public BrowserCallMedia Media => (BrowserCallMedia)Session.Media;

    public static async Task<CallPage> OpenAsync(string name, IBrowserContext browser, ModuleServer server, HubFixture hub, bool relayOnly = false)
    {
        var call = new CallPage(new Person(name), await ModulePage.OpenAsync(browser, server));
        await call._person.OpenAsync(call._person.Options(hub: hub.Socket) with
        {
            CallMedia = fact => new BrowserCallMedia(new PageWebRtcModule(call._modules), fact, relayOnly),
        });
        call.Channel = await call.Client.Channels.EnsureGeneralAsync();
        return call;
    }

    /// <summary>Joins and waits until connected with so many others.</summary>
    public async Task JoinAsync(CallMedia media, int others)
    {
        var session = await Client.Calls.JoinAsync(Channel, media);
        await session.SeesAsync(view => view.Others.Count == others && view.Others.All(other => other.Health == LinkHealth.Connected));
    }

    /// <summary>Of what comes in from the others, summed: <c>framesDecoded</c>, <c>bytesReceived</c>, …</summary>
    public async Task<double> InboundAsync(string kind, string counter, int minWidth = 0) => double.Parse(
        await Page.EvaluateAsync<string>(
            """
            async ({ kind, counter, minWidth }) => {
              let total = 0;
              for (const peer of peers.filter(one => one.connectionState === 'connected')) {
                for (const report of (await peer.getStats()).values()) {
                  if (report.type === 'inbound-rtp' && report.kind === kind && (report.frameWidth ?? 0) >= minWidth) total += report[counter] ?? 0;
                }
              }
              return String(total);
            }
            """,
            new { kind, counter, minWidth }),
        CultureInfo.InvariantCulture);

    /// <summary>Waits until a counter has risen by so much from now.</summary>
    public async Task RisesAsync(string kind, string counter, double by, int minWidth = 0)
    {
        var before = await InboundAsync(kind, counter, minWidth);
        await Eventually.SeesAsync(() => InboundAsync(kind, counter, minWidth), now => now >= before + by, TimeSpan.FromSeconds(60));
    }

    /// <summary>How much a counter rises while about a second of sound is played.</summary>
    public async Task<double> InASecondAsync(string kind, string counter)
    {
        var (before, seconds) = (await InboundAsync(kind, counter), await InboundAsync("audio", "totalSamplesDuration"));
        await Eventually.SeesAsync(() => InboundAsync("audio", "totalSamplesDuration"), now => now > seconds + 1, TimeSpan.FromSeconds(60));
        return await InboundAsync(kind, counter) - before;
    }

    /// <summary>Waits until the others are heard, or not: the loudness of what came in during about a second.</summary>
    public async Task IsHeardAsync(bool isHeard)
    {
        await Eventually.SeesAsync(LoudnessAsync, loudness => isHeard ? loudness > 1e-4 : loudness < 1e-6, TimeSpan.FromSeconds(60));

        async Task<double> LoudnessAsync()
        {
            var (energy, seconds) = (await InboundAsync("audio", "totalAudioEnergy"), await InboundAsync("audio", "totalSamplesDuration"));
            var later = await Eventually.SeesAsync(() => InboundAsync("audio", "totalSamplesDuration"), now => now > seconds + 1, TimeSpan.FromSeconds(60));
            return (await InboundAsync("audio", "totalAudioEnergy") - energy) / (later - seconds);
        }
    }

    /// <summary>How many descriptions this page made.</summary>
    public Task<int> DescribedAsync() => Page.DescribedAsync();

    /// <summary>How many connections this page made.</summary>
    public Task<int> ConnectionsAsync() => Page.EvaluateAsync<int>("() => peers.length");

    public async ValueTask DisposeAsync() => await _person.DisposeAsync();
}

/// <summary>Waiting for a call to come to a state.</summary>
internal static class CallWaiting
{
    public static Task<CallView> SeesAsync(this CallSession session, Func<CallView, bool> isSo) =>
        Eventually.SeesAsync(() => session.State.Value, isSo, TimeSpan.FromSeconds(60));
}
