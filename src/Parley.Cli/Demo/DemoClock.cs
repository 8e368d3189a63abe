namespace Parley.Cli.Demo;

/// <summary>A wall clock that is moved by hand, so that three weeks of talk are written in a minute. Timers and intervals stay real.</summary>
internal sealed class DemoClock(DateTimeOffset start) : TimeProvider
{
    private long _utcTicks = start.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _utcTicks), TimeSpan.Zero);

    /// <summary>Moves on. It never goes back.</summary>
    public void MoveTo(DateTimeOffset time) => Volatile.Write(ref _utcTicks, Math.Max(_utcTicks, time.UtcTicks));
}
