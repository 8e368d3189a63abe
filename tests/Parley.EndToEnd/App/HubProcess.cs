using System.Globalization;
using Xunit;

namespace Parley.EndToEnd.App;

/// <summary><c>parley hub</c> over a folder of its own: stopped, killed and started again at the same address.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    private const string Ready = "Parley is running at ";

    private readonly string _folder = Directory.CreateTempSubdirectory("parley-hub-").FullName;
    private RunningProcess? _process;

    private HubProcess(string executable) => Executable = executable;

    public static async Task<HubProcess> StartAsync(ParleyExecutable executable)
    {
        var hub = new HubProcess(await executable.PathAsync());
        await hub.StartAsync();
        return hub;
    }

    /// <summary>The executable that it runs.</summary>
    public string Executable { get; }

    /// <summary>Where the app is served. By the name that browsers take for this computer itself.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Where replicas connect.</summary>
    public Uri Sync => new UriBuilder(Address) { Scheme = "ws", Path = "/sync" }.Uri;

    public async Task StartAsync()
    {
        var port = Address?.Port ?? 0;
        _process = new RunningProcess(Executable, "hub", "--commons", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", _folder);
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

        Directory.Delete(_folder, recursive: true);
    }
}
