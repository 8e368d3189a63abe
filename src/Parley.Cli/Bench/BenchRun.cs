using System.Diagnostics;
using Parley.Cli.Terminal;

namespace Parley.Cli.Bench;

/// <summary>One line of the outcome.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Count">How many of it.</param>
/// <param name="Unit">What one of it is.</param>
/// <param name="Seconds">How long that took.</param>
/// <param name="P50Ms">Half took at most this, ms.</param>
/// <param name="P99Ms">99 of 100 took at most this, ms.</param>
/// <param name="CpuSeconds">What the measured process used meanwhile, where it is known.</param>
/// <param name="ResidentBytes">Its memory at the end, where it is known.</param>
internal sealed record BenchResult(
    string Name, long Count, string Unit, double Seconds, double? P50Ms, double? P99Ms, double? CpuSeconds, long? ResidentBytes)
{
    public double PerSecond => Count / Seconds;

    /// <summary>The figure that two hubs on two machines can be compared by.</summary>
    public double? PerCpuSecond => CpuSeconds is > 0 ? Count / CpuSeconds : null;
}

/// <summary>What all measurements of one run share: the hub, its process, and the first failure, which ends everything.</summary>
internal sealed class BenchRun(Uri hub, MeasuredProcess? process, TimeSpan duration, CancellationToken cancellationToken) : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private CliException? _failure;

    public Uri Hub => hub;

    /// <summary>Whose sockets those are that read nobody's own room.</summary>
    public BenchPerson Anybody { get; } = new();

    public MeasuredProcess? Process => process;

    /// <summary>How long one measurement runs, where it is not bounded by a count.</summary>
    public TimeSpan Duration => duration;

    public CancellationToken Stopped => _stop.Token;

    /// <summary>Called by a connection that was refused something: the whole run ends with this.</summary>
    public void Fail(string message)
    {
        Interlocked.CompareExchange(ref _failure, new CliException(ExitCode.Failed, message), null);
        _stop.Cancel();
    }

    /// <summary>Runs one measurement, turning a connection's failure into the exception that tells of it.</summary>
    public async Task<T> MeasureAsync<T>(Func<Task<T>> measurement)
    {
        try
        {
            return await measurement();
        }
        catch (OperationCanceledException) when (_failure is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>The same of what gives nothing back.</summary>
    public Task MeasureAsync(Func<Task> measurement) => MeasureAsync(async () =>
    {
        await measurement();
        return true;
    });

    /// <summary>Starts the clocks.</summary>
    public BenchClock Start() => new(process, process?.CpuSeconds, Stopwatch.GetTimestamp());

    public void Dispose()
    {
        Anybody.Dispose();
        _stop.Dispose();
    }
}

/// <summary>The clocks of one measurement.</summary>
internal readonly record struct BenchClock(MeasuredProcess? Process, double? CpuSecondsBefore, long StartedAt)
{
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(StartedAt);

    /// <summary>Stops the clocks.</summary>
    public BenchResult Finish(string name, long count, string unit, Latencies? latencies = null)
    {
        var seconds = Elapsed.TotalSeconds;
        return new BenchResult(name, count, unit, seconds, latencies?.Percentile(0.50), latencies?.Percentile(0.99),
            Process?.CpuSeconds - CpuSecondsBefore, Process?.ResidentBytes);
    }
}
