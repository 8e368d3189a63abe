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
    private long _risenMs = long.MinValue / 2;
    private bool _isSteady;

    /// <summary>Takes what came in so far, in all; true once for every time that a steady flow stops.</summary>
    public bool FellSilent(long receivedBytes, long nowMs)
    {
        var hasRisen = receivedBytes > _receivedBytes;
        _receivedBytes = receivedBytes;
        if (hasRisen)
        {
            if (nowMs - _risenMs >= CallLimits.SilenceMs)
            {
                (_sinceMs, _isSteady) = (nowMs, false);
            }

            _risenMs = nowMs;
            _isSteady |= nowMs - _sinceMs >= CallLimits.SteadyMs;
            return false;
        }

        var isSilent = _isSteady && nowMs - _risenMs >= CallLimits.SilenceMs;
        _isSteady &= !isSilent;
        return isSilent;
    }
}
