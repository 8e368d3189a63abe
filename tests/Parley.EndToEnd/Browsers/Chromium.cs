using Microsoft.Playwright;
using Xunit;

namespace Parley.EndToEnd.Browsers;

/// <summary>The Playwright driver that all tests of this assembly share, and how Chromium is started.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    /// <summary>A fake microphone that beeps, a fake camera, a fake screen, and candidates on loopback.</summary>
    private static readonly string[] CallFlags =
    [
        "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required",
        "--allow-loopback-in-peer-connection",
    ];

    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "ordinary-chromium.sh");

    /// <summary>
    /// How long a page is given to come to something where a test names no limit of its own: a client waits up to 30 s between two tries at a
    /// hub (docs/protocol.md §14), and a busy machine is slow. What has to be over soon, a removal or a freed seat, names its limit.
    /// </summary>
    internal const float PatienceMs = 60_000;

    private IPlaywright? _playwright;

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        _playwright = await Playwright.CreateAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>
    /// Starts a browser over a profile folder. A profile on disk, because the private windows that Playwright makes otherwise keep
    /// the origin private file system in memory.
    /// </summary>
    internal async Task<IBrowserContext> LaunchAsync(string profile, ViewportSize size, ColorScheme scheme, bool hasDevices = false)
    {
        var context = await _playwright!.Chromium.LaunchPersistentContextAsync(profile, new()
        {
            ExecutablePath = Executable,
            Headless = true,
            Args = hasDevices ? [.. Flags, .. CallFlags] : Flags,
            ViewportSize = size,
            ColorScheme = scheme,
            Locale = "en-GB",
        });
        context.SetDefaultTimeout(PatienceMs);
        return context;
    }

    /// <summary>Starts one browser for many people, each in a private window of their own, with fake devices.</summary>
    internal Task<IBrowser> LaunchCrowdAsync() => _playwright!.Chromium.LaunchAsync(new()
    {
        ExecutablePath = Executable,
        Headless = true,
        Args = [.. Flags, .. CallFlags],
    });

    public ValueTask DisposeAsync()
    {
        _playwright?.Dispose();
        return ValueTask.CompletedTask;
    }
}
