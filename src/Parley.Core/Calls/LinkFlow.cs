namespace Parley.Calls;

/// <summary>
/// Whether what came in steadily over a connection has stopped. A browser takes several seconds to say that a way is gone; the bytes that
/// stay away say it sooner.
/// </summary>
/// <remarks>
/// Only what rose with every measurement can fall silent: where nothing but reports come in, their pauses mean nothing.
/// </remarks>
internal sealed class LinkFlow
{
    private long _receivedBytes;
    private long _sinceMs;
    private long _risenMs;
    private int _missed = 1;
    private bool _isSteady;

    /// <summary>Takes what came in so far, in all; true once for every time that a steady flow stops.</summary>
    public bool FellSilent(long receivedBytes, long nowMs)
    {
        var hasRisen = receivedBytes > _receivedBytes;
        _receivedBytes = receivedBytes;
        if (hasRisen)
        {
            _sinceMs = _missed > 0 ? nowMs : _sinceMs;
            (_missed, _risenMs, _isSteady) = (0, nowMs, nowMs - _sinceMs >= CallLimits.SteadyMs);
            return false;
        }

        _missed++;
        var isSilent = _isSteady && _missed > 1 && nowMs - _risenMs >= CallLimits.SilenceMs;
        _isSteady &= !isSilent;
        return isSilent;
    }
}
