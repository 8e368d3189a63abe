namespace Parley.Hub.Limits;

/// <summary>The two times that a hub goes by.</summary>
internal sealed class HubClock(TimeProvider time)
{
    /// <summary>Where timers come from.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>A monotone clock, ms.</summary>
    public long Ms => (long)Time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>The wall clock, ms since the Unix epoch.</summary>
    public long WallMs => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
