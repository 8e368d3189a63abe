using System.Diagnostics;

namespace Parley.Cli.Bench;

/// <summary>A bounded reservoir of latencies. Safe for several threads.</summary>
internal sealed class Latencies
{
    private const int SamplesMax = 1 << 20;

    private readonly long[] _ticks = new long[SamplesMax];
    private int _count;

    /// <summary>Adds the time since a <see cref="Stopwatch.GetTimestamp"/>. What does not fit any more is dropped.</summary>
    public void AddSince(long timestamp)
    {
        var elapsed = Stopwatch.GetTimestamp() - timestamp;
        var index = Interlocked.Increment(ref _count) - 1;
        if ((uint)index < SamplesMax)
        {
            _ticks[index] = elapsed;
        }
    }

    /// <summary>Forgets everything: the end of a warm-up.</summary>
    public void Clear() => Interlocked.Exchange(ref _count, 0);

    /// <summary>The latency that this fraction of samples stayed within, ms; null without samples.</summary>
    public double? Percentile(double fraction)
    {
        var count = Math.Min(Volatile.Read(ref _count), SamplesMax);
        if (count == 0)
        {
            return null;
        }

        var sorted = _ticks.AsSpan(0, count).ToArray();
        Array.Sort(sorted);
        return sorted[Math.Min(count - 1, (int)(fraction * count))] * 1000.0 / Stopwatch.Frequency;
    }
}
