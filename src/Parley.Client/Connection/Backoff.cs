namespace Parley.Connection;

/// <summary>How long to wait before the next try: doubling with jitter, so that a hub's clients do not come back all at once.</summary>
internal sealed class Backoff(RandomBytes random)
{
    private const double FirstMs = 1_000;
    private const double MaxMs = 30_000;
    private const double AfterLimitMs = 15_000;

    // Whoever is not admitted now is hardly admitted in a minute; a clock that was set right, or a ban that was lifted, may take this long to show.
    private const double AfterRefusalMs = 300_000;

    private int _failures;

    /// <summary>A session stood long enough to believe in the hub again.</summary>
    public void Reset() => _failures = 0;

    /// <summary>The wait after one more failure: between half and all of the doubled time.</summary>
    public TimeSpan Next(int? closeCode)
    {
        var full = closeCode == LinkClose.RateLimited ? AfterLimitMs * 1.5 : Math.Min(MaxMs, FirstMs * Math.Pow(2, Math.Min(_failures, 10)));
        _failures++;
        return Shortened(full);
    }

    /// <summary>The wait after the hub did not admit us.</summary>
    public TimeSpan NextAfterRefusal() => Shortened(AfterRefusalMs);

    private TimeSpan Shortened(double full)
    {
        Span<byte> dice = stackalloc byte[2];
        random(dice);
        var share = BitConverter.ToUInt16(dice) / (double)ushort.MaxValue;
        return TimeSpan.FromMilliseconds(full * (0.5 + (share / 2)));
    }
}
