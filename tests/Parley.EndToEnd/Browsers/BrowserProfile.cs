using Microsoft.Playwright;
using Xunit;

namespace Parley.EndToEnd.Browsers;

/// <summary>One browser with its own profile folder: opened, closed, killed and opened again over the same folder.</summary>
internal sealed class BrowserProfile : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Chromium _chromium;
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-profile-").FullName;
    private readonly ViewportSize _size;
    private readonly ColorScheme _scheme;
    private readonly bool _hasDevices;
    private readonly string? _probe;
    private IBrowserContext? _context;

    private BrowserProfile(Chromium chromium, ViewportSize size, ColorScheme scheme, bool hasDevices, string? probe)
    {
        _probe = probe;
        _hasDevices = hasDevices;
        _chromium = chromium;
        _size = size;
        _scheme = scheme;
    }

    /// <param name="probe">A script that every page runs before its own.</param>
    public static async Task<BrowserProfile> OpenAsync(
        Chromium chromium, ViewportSize? size = null, ColorScheme scheme = ColorScheme.Light, bool hasDevices = false, string? probe = null)
    {
        var profile = new BrowserProfile(chromium, size ?? Screens.Desktop, scheme, hasDevices, probe);
        await profile.OpenAsync();
        return profile;
    }

    public ConsoleWatch Console { get; } = new();

    public IBrowserContext Context => _context ?? throw new InvalidOperationException("The browser is closed.");

    /// <summary>CPU time that all its processes used so far.</summary>
    public TimeSpan Cpu => ProcessTree.Cpu(ProcessTree.FindBrowser(_folder));

    public async Task OpenAsync()
    {
        _context = await _chromium.LaunchAsync(_folder, _size, _scheme, _hasDevices);
        Console.Watch(_context);
        if (_probe is not null)
        {
            await _context.AddInitScriptAsync(_probe);
        }
    }

    /// <summary>Closes the browser in the ordinary way; one that does not close, which is no affair of Parley's, is killed.</summary>
    public async Task CloseAsync()
    {
        if (_context is not { } context)
        {
            return;
        }

        _context = null;
        var closing = context.CloseAsync();
        try
        {
            await closing.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            System.Console.Error.WriteLine($"A browser did not close within {Patience.TotalSeconds} s and was killed.");
            ProcessTree.Kill(ProcessTree.FindBrowser(_folder));
            await closing.WaitAsync(Patience);
        }
    }

    /// <summary>SIGKILL to every process of this browser at once: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        var closed = new TaskCompletionSource();
        Context.Close += (_, _) => closed.TrySetResult();
        _context = null;
        ProcessTree.Kill(ProcessTree.FindBrowser(_folder));
        await closed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>As on a computer whose lid is closed: nothing of this browser does anything until <see cref="Wake"/>.</summary>
    public void Sleep() => ProcessTree.Sleep(ProcessTree.FindBrowser(_folder));

    /// <summary>The lid is opened.</summary>
    public void Wake() => ProcessTree.Wake(ProcessTree.FindBrowser(_folder));

    /// <summary>True when a file of the closed browser's profile holds the text: its store, its caches, whatever it keeps.</summary>
    public bool Holds(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(bytes) >= 0);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
