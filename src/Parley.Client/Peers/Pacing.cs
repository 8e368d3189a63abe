namespace Parley.Peers;

/// <summary>Keeps a session below the hub's limits of frames and changes a second; short bursts pass.</summary>
/// <remarks>For one sender at a time.</remarks>
internal sealed class Pacing(int changesPerSecond, TimeProvider time)
{
    // Together below 100 frames in any second, the limit of hubs.
    private const double FramesPerSecond = 75;
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(200);

    private readonly long _started = time.GetTimestamp();
    private TimeSpan _busyUntil;

    /// <summary>Waits until a frame with so many changes may be sent.</summary>
    public async ValueTask WaitAsync(int changes, CancellationToken cancellationToken)
    {
        var now = time.GetElapsedTime(_started);
        var cost = TimeSpan.FromSeconds(Math.Max(1 / FramesPerSecond, changes / (double)changesPerSecond));
        var start = _busyUntil > now ? _busyUntil : now;
        _busyUntil = start + cost;
        var wait = start - now - Burst;
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
