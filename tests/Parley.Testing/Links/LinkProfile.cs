namespace Parley.Testing.Links;

/// <summary>What a network does to datagrams, one way. All zero is a network that does nothing.</summary>
public sealed record LinkProfile
{
    /// <summary>Bytes of IP and UDP in front of every datagram; the rate counts them.</summary>
    public const int HeaderBytes = 28;

    /// <summary>The longest delay that a profile may have, jitter included.</summary>
    public const int DelayMsMax = 10_000;

    /// <summary>A network that does nothing.</summary>
    public static LinkProfile Clear { get; } = new();

    /// <summary>Far away over a poor radio: 100 ± 25 ms, 5 % loss.</summary>
    public static LinkProfile Far { get; } = new() { DelayMs = 100, JitterMs = 25, LossRatio = 0.05 };

    /// <summary>A crowded mobile network: 250 ± 100 ms, 5 % out of order, 300 kbit/s.</summary>
    public static LinkProfile Narrow { get; } = new() { DelayMs = 250, JitterMs = 100, ReorderRatio = 0.05, RateKbits = 300 };

    /// <summary>Ten quiet seconds, then ten in which 30 % get lost, and so on.</summary>
    public static LinkProfile Bursts { get; } = new() { DelayMs = 20, BurstMs = 10_000, BurstEveryMs = 20_000, BurstLossRatio = 0.3 };

    /// <summary>How long a datagram is on its way.</summary>
    public int DelayMs { get; init; }

    /// <summary>How far the delay wanders up and down. A late datagram holds up those behind it, as in a queue: jitter alone reorders nothing.</summary>
    public int JitterMs { get; init; }

    /// <summary>How many get lost, 0 to 1.</summary>
    public double LossRatio { get; init; }

    /// <summary>How many come <see cref="ReorderMs"/> late while those behind them go ahead, 0 to 1.</summary>
    public double ReorderRatio { get; init; }

    /// <summary>How late those come.</summary>
    public int ReorderMs { get; init; } = 40;

    /// <summary>What goes through; 0 for everything. What is too much waits, and what would wait longer than <see cref="QueueMsMax"/> is lost.</summary>
    public int RateKbits { get; init; }

    /// <summary>How long the queue before a rate may be.</summary>
    public int QueueMsMax { get; init; } = 300;

    /// <summary>How long a burst of loss lasts; it is the last part of each <see cref="BurstEveryMs"/>.</summary>
    public int BurstMs { get; init; }

    /// <summary>From the begin of one quiet time to the begin of the next; 0 for no bursts.</summary>
    public int BurstEveryMs { get; init; }

    /// <summary>How many get lost in a burst, instead of <see cref="LossRatio"/>.</summary>
    public double BurstLossRatio { get; init; }

    /// <summary>The profile of each half of a way that is to be this one as a whole: half the time, and chances that come together to these.</summary>
    /// <remarks>A rate is as it is on both halves, because what comes out of the first fits through the second.</remarks>
    public LinkProfile Halved() => this with
    {
        DelayMs = DelayMs / 2,
        JitterMs = JitterMs / 2,
        LossRatio = Half(LossRatio),
        ReorderRatio = Half(ReorderRatio),
        BurstLossRatio = Half(BurstLossRatio),
    };

    /// <summary>Throws where a number is out of its bounds.</summary>
    public void Check()
    {
        Within(DelayMs, DelayMsMax - JitterMs, nameof(DelayMs));
        Within(JitterMs, DelayMs, nameof(JitterMs));
        Within(ReorderMs, DelayMsMax, nameof(ReorderMs));
        Within(QueueMsMax, DelayMsMax, nameof(QueueMsMax));
        Within(BurstMs, BurstEveryMs, nameof(BurstMs));
        Within(RateKbits, int.MaxValue, nameof(RateKbits));
        foreach (var ratio in new[] { LossRatio, ReorderRatio, BurstLossRatio })
        {
            ArgumentOutOfRangeException.ThrowIfNegative(ratio);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(ratio, 1);
        }
    }

    private static double Half(double ratio) => 1 - Math.Sqrt(1 - ratio);

    private static void Within(int value, int max, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max, name);
    }
}
