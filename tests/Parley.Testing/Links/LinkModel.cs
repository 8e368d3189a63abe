namespace Parley.Testing.Links;

/// <summary>
/// One direction of one line, without sockets or clocks: given a datagram's length and the time, it says when the datagram comes out, or
/// that it does not. Equal seeds and equal inputs give equal answers.
/// </summary>
public sealed class LinkModel
{
    private readonly Random _random;
    private LinkProfile _profile = LinkProfile.Clear;
    private double _startMs;
    private double _freeMs;
    private double _lastDueMs;
    private double _jitterUntilMs;
    private double _jitterMs;

    /// <param name="profile">What the line does.</param>
    /// <param name="seed">Of its chances.</param>
    /// <param name="nowMs">When it begins.</param>
    public LinkModel(LinkProfile profile, int seed, double nowMs)
    {
        _random = new(seed);
        Switch(profile, nowMs);
    }

    /// <summary>The line does something else from now on. What is under way comes as it was told.</summary>
    public void Switch(LinkProfile profile, double nowMs)
    {
        ArgumentNullException.ThrowIfNull(profile);
        profile.Check();
        (_profile, _startMs, _freeMs, _lastDueMs, _jitterUntilMs) = (profile, nowMs, nowMs, nowMs, nowMs);
    }

    /// <summary>A datagram goes in. Its answer is when it comes out, never before now; or null where it gets lost.</summary>
    /// <remarks>Time does not go back from call to call.</remarks>
    public double? Carry(int lengthBytes, double nowMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        if (Sent(lengthBytes, nowMs) is not { } sentMs || Chance(IsBurst(nowMs) ? _profile.BurstLossRatio : _profile.LossRatio))
        {
            return null;
        }

        var dueMs = sentMs + _profile.DelayMs + Jitter(nowMs);
        if (Chance(_profile.ReorderRatio))
        {
            // It leaves its place: those behind it do not wait for it.
            return Math.Max(dueMs, _lastDueMs) + _profile.ReorderMs;
        }

        return _lastDueMs = Math.Max(dueMs, _lastDueMs);
    }

    /// <summary>When the last bit is out of the queue before the rate, or null where the queue is full.</summary>
    private double? Sent(int lengthBytes, double nowMs)
    {
        if (_profile.RateKbits == 0)
        {
            return nowMs;
        }

        var sentMs = Math.Max(_freeMs, nowMs) + ((lengthBytes + LinkProfile.HeaderBytes) * 8.0 / _profile.RateKbits);
        return sentMs - nowMs > _profile.QueueMsMax ? null : _freeMs = sentMs;
    }

    private bool IsBurst(double nowMs) =>
        _profile.BurstEveryMs > 0 && (nowMs - _startMs) % _profile.BurstEveryMs >= _profile.BurstEveryMs - _profile.BurstMs;

    /// <summary>Drawn anew for each stretch of time as long as its whole width, so that the delay wanders and can fall as far as it rose.</summary>
    private double Jitter(double nowMs)
    {
        if (_profile.JitterMs > 0 && nowMs >= _jitterUntilMs)
        {
            _jitterUntilMs = nowMs + (2 * _profile.JitterMs);
            _jitterMs = ((_random.NextDouble() * 2) - 1) * _profile.JitterMs;
        }

        return _profile.JitterMs > 0 ? _jitterMs : 0;
    }

    private bool Chance(double ratio) => ratio > 0 && _random.NextDouble() < ratio;
}
