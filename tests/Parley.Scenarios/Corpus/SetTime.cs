namespace Parley.Scenarios.Corpus;

/// <summary>A clock that says what it was told last.</summary>
internal sealed class SetTime : TimeProvider
{
    private long _nowMs;

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000;

    /// <inheritdoc/>
    public override long GetTimestamp() => _nowMs;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(_nowMs);

    /// <summary>Sets it, ms since the Unix epoch.</summary>
    public void Set(long nowMs) => _nowMs = nowMs;
}
