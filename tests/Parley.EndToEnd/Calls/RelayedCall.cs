using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Calls;
using Parley.Cli.Turn;
using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Modules;
using Parley.Testing;
using Parley.Testing.Links;
using Xunit;

namespace Parley.EndToEnd.Calls;

/// <summary>
/// Two people with cameras on in a call that goes through coturn alone, with a network before coturn that a test chooses. Signals go to the
/// hub past that network.
/// </summary>
internal sealed class RelayedCall : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-turn-").FullName;
    private TurnServer? _turn;
    private HubFixture? _hub;
    private BrowserProfile? _browser;

    private RelayedCall()
    {
    }

    public ImpairedRelay Network { get; private set; } = null!;

    public CallPage Ann { get; private set; } = null!;

    public CallPage Bob { get; private set; } = null!;

    public IReadOnlyList<CallPage> Both => [Ann, Bob];

    /// <summary>CPU time that the browser used so far.</summary>
    public TimeSpan BrowserCpu => _browser!.Cpu;

    /// <summary>Starts everything over a clear network and waits until both see and hear each other.</summary>
    public static async Task<RelayedCall> StartAsync(Chromium chromium, ModuleServer server, int seed)
    {
        Assert.SkipUnless(TurnServer.Find() is not null, "coturn is not installed");
        var call = new RelayedCall();
        try
        {
            await call.OpenAsync(chromium, server, seed);
            return call;
        }
        catch
        {
            await call.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until both sit and have each other.</summary>
    public async Task AssertConnectedAsync()
    {
        foreach (var one in Both)
        {
            await one.Session.SeesAsync(view => view is { Phase: CallPhase.Seated, Others: [{ Health: LinkHealth.Connected }] });
        }
    }

    public async ValueTask DisposeAsync()
    {
        // People first: what they would miss is no fault of theirs.
        foreach (IAsyncDisposable? each in new IAsyncDisposable?[] { Ann, Bob, _browser, _hub, Network, _turn })
        {
            await (each?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task OpenAsync(Chromium chromium, ModuleServer server, int seed)
    {
        var settings = new TurnSettings(IPAddress.Loopback, FreePort(), 40_300, 40_400);
        _turn = await TurnServer.StartAsync(settings, _folder, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);
        Network = new(new(settings.Address, settings.Port), LinkProfile.Clear, seed, TimeProvider.System);
        _hub = await HubFixture.StartAsync(options =>
        {
            options.Ice.TurnServers.Add($"turn:{Network.Address}?transport=udp");
            options.Ice.TurnSecret = _turn.Secret;
        });
        _browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        Ann = await CallPage.OpenAsync("Ann", _browser.Context, server, _hub, relayOnly: true);
        Bob = await CallPage.OpenAsync("Bob", _browser.Context, server, _hub, relayOnly: true);
        await Ann.JoinAsync(new(Audio: true, Video: true), others: 0);
        await Bob.JoinAsync(new(Audio: true, Video: true), others: 1);
        foreach (var one in Both)
        {
            await one.RisesAsync("video", "framesDecoded", 20);
            await one.RisesAsync("audio", "bytesReceived", 2_000);
        }
    }
}
