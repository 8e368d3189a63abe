using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Parley.Cli.Terminal;

namespace Parley.Cli.Turn;

/// <summary>
/// coturn as a child of the hub: started with a secret of its own, started again when it ends, and ended with the hub. One that a killed hub
/// left behind is ended first.
/// </summary>
internal sealed partial class TurnServer : IAsyncDisposable
{
    private const string Program = "turnserver";
    private const int SecretBytes = 32;
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RestartFirst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RestartMax = TimeSpan.FromSeconds(30);

    private readonly string _program;
    private readonly string _configuration;
    private readonly TurnSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _ending = new();
    private Process _process;
    private Task _watching = Task.CompletedTask;

    private TurnServer(string program, string configuration, string secret, TurnSettings settings, TimeProvider time, ILogger log)
    {
        (_program, _configuration, Secret, _settings, _time, _log) = (program, configuration, secret, settings, time, log);
        _process = Launch();
    }

    /// <summary>What it shares with the hub.</summary>
    public string Secret { get; }

    /// <summary>How a browser names it.</summary>
    public IReadOnlyList<string> Urls => _settings.Urls;

    /// <summary>Its process now.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Where the program is, or null where it is not installed.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Append("/usr/sbin").Where(static folder => folder.Length > 0).Select(static folder => Path.Combine(folder, Program)).FirstOrDefault(File.Exists);

    /// <summary>Starts it and waits until it answers. Throws <see cref="CliException"/> where it is not installed or does not come up.</summary>
    public static async Task<TurnServer> StartAsync(
        TurnSettings settings, string folder, TimeProvider time, ILogger log, CancellationToken cancellationToken)
    {
        var program = Find() ?? throw new CliException(
            ExitCode.Failed, $"--turn needs coturn, and there is no {Program} on this machine; install it (Debian: apt-get install coturn), or leave --turn out");
        var configuration = Path.Combine(folder, "turn.conf");
        EndLeftover(folder, configuration);
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        Write(configuration, settings.ToConfiguration(secret, folder));
        var server = new TurnServer(program, configuration, secret, settings, time, log);
        try
        {
            await server.AnswersAsync(cancellationToken);
            server._watching = server.WatchAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_ending.IsCancellationRequested)
        {
            return;
        }

        await _ending.CancelAsync();
        await _watching;
        if (!_process.HasExited)
        {
            // It keeps nothing that would have to be written.
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        File.Delete(_configuration);
        _ending.Dispose();
    }

    private static void Write(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new StreamWriter(path, options);
        file.Write(text);
    }

    // Only a process that runs with this very configuration is ours.
    private static void EndLeftover(string folder, string configuration)
    {
        try
        {
            var id = int.Parse(File.ReadAllText(Path.Combine(folder, "turn.pid")).Trim(), CultureInfo.InvariantCulture);
            if (File.ReadAllText($"/proc/{id}/cmdline").Split('\0').Contains(configuration, StringComparer.Ordinal))
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
                process.WaitForExit();
            }
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException or FormatException or ArgumentException or InvalidOperationException)
        {
            // There is none.
        }
    }

    private Process Launch()
    {
        var process = Process.Start(new ProcessStartInfo(_program, ["-c", _configuration]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

        // Its own lines name people's addresses; nobody asked for them.
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task AnswersAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        using var probing = new PeriodicTimer(ProbeEvery, _time);
        while (_time.GetElapsedTime(started) < StartPatience && !_process.HasExited)
        {
            using var probe = new Socket(_settings.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(_settings.Address, _settings.Port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await probing.WaitForNextTickAsync(cancellationToken);
            }
        }

        throw new CliException(ExitCode.PortInUse, $"coturn does not come up at {_settings.Address}:{_settings.Port}; is the port taken, or the address not this machine's?");
    }

    private async Task WatchAsync()
    {
        var wait = RestartFirst;
        try
        {
            while (true)
            {
                var started = _time.GetTimestamp();
                await _process.WaitForExitAsync(_ending.Token);
                wait = _time.GetElapsedTime(started) > RestartMax ? RestartFirst : wait;
                Ended(_log, _process.ExitCode, wait.TotalSeconds);
                using (var pause = new PeriodicTimer(wait, _time))
                {
                    await pause.WaitForNextTickAsync(_ending.Token);
                }

                wait = wait * 2 < RestartMax ? wait * 2 : RestartMax;
                var ended = _process;
                _process = Launch();
                ended.Dispose();
            }
        }
        catch (OperationCanceledException)
        {
            // The hub stops.
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "coturn ended with {ExitCode}; it is started again in {Seconds:0} s.")]
    private static partial void Ended(ILogger log, int exitCode, double seconds);
}
