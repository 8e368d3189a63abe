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

    private IPlaywright? _playwright;

    public async ValueTask InitializeAsync() => _playwright = await Playwright.CreateAsync().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>
    /// Starts a browser over a profile folder. A profile on disk, because the private windows that Playwright makes otherwise keep
    /// the origin private file system in memory.
    /// </summary>
    internal Task<IBrowserContext> LaunchAsync(string profile, ViewportSize size, ColorScheme scheme) =>
        _playwright!.Chromium.LaunchPersistentContextAsync(profile, new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("PARLEY_CHROMIUM") ?? "/usr/bin/chromium",
            Headless = true,
            Args = Flags,
            ViewportSize = size,
            ColorScheme = scheme,
            Locale = "en-GB",
        });

    public ValueTask DisposeAsync()
    {
        _playwright?.Dispose();
        return ValueTask.CompletedTask;
    }
}
