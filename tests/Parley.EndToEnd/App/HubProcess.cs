using System.Globalization;
using Xunit;

namespace Parley.EndToEnd.App;

/// <summary><c>parley hub</c> over a folder of its own: stopped, killed and started again at the same address.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    private const string Ready = "Parley is running at ";

    private readonly WallClock? _clock;
    private RunningProcess? _process;

    private HubProcess(string executable, WallClock? clock) => (Executable, _clock) = (executable, clock);

    /// <param name="executable">What is run.</param>
    /// <param name="clock">Its wall clock if that is not the computer's.</param>
    public static async Task<HubProcess> StartAsync(ParleyExecutable executable, WallClock? clock = null)
    {
        var hub = new HubProcess(await executable.PathAsync(), clock);
        await hub.StartAsync();
        return hub;
    }

    /// <summary>The executable that it runs.</summary>
    public string Executable { get; }

    /// <summary>Where it keeps what it has.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("parley-hub-").FullName;

    /// <summary>Where the app is served. By the name that browsers take for this computer itself.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Where replicas connect.</summary>
    public Uri Sync => new UriBuilder(Address) { Scheme = "ws", Path = "/sync" }.Uri;

    public async Task StartAsync()
    {
        var port = Address?.Port ?? 0;
        var start = ParleyExecutable.Start(Executable, "hub", "--commons", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", Folder);
        _clock?.ApplyTo(start);
        _process = new RunningProcess(start);
        var line = await _process.ReadUntilAsync(Ready);
        Address = new Uri(line[(line.IndexOf(Ready, StringComparison.Ordinal) + Ready.Length)..].Trim());
    }

    /// <summary>Asks it to stop. It must do so without a word on standard error.</summary>
    public async Task StopAsync()
    {
        var process = _process!;
        _process = null;
        Assert.Equal(0, await process.StopAsync());
        Assert.Empty(process.Errors);
        await process.DisposeAsync();
    }

    /// <summary>Stops it, changes its folder, and starts it again at the same address.</summary>
    public async Task StopAndAsync(Action<string> change)
    {
        await StopAsync();
        change(Folder);
        await StartAsync();
    }

    public async Task KillAsync()
    {
        var process = _process!;
        _process = null;
        await process.KillAsync();
        Assert.Empty(process.Errors);
        await process.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
