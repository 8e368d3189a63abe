namespace Parley.Hub.Limits;

/// <summary>
/// What one socket may send: fixed windows of a second for frames, changes, presence and answers to broken frames,
/// as the reference counts them (docs/protocol.md, limits). Times are ms of a monotone clock.
/// </summary>
/// <remarks>Not safe for several threads: it belongs to the receive loop.</remarks>
internal struct FrameBudget(HubLimits limits)
{
    private const long SecondMs = 1_000;
    private const long MinuteMs = 60_000;

    private long _windowStart;
    private int _frames;
    private int _changes;
    private int _complaints;
    private int _awareness;
    private long _minuteStart;
    private int _awarenessInMinute;
    private long _pairingStart;
    private int _pairings;
    private int _violations;
    private bool _isRefusalLogged;

    /// <summary>Takes one frame; false where the window is used up.</summary>
    public bool TakeFrame(long nowMs)
    {
        Roll(nowMs);
        if (_frames >= limits.FramesPerSecondMax)
        {
            return false;
        }

        _frames++;
        return true;
    }

    /// <summary>Takes all the changes of a frame or none.</summary>
    public bool TakeChanges(int count, long nowMs)
    {
        Roll(nowMs);
        if (_changes + count > limits.ChangesPerSecondMax)
        {
            return false;
        }

        _changes += count;
        return true;
    }

    /// <summary>Takes one awareness update.</summary>
    public bool TakeAwareness(long nowMs)
    {
        Roll(nowMs);
        if (nowMs - _minuteStart >= MinuteMs)
        {
            _minuteStart = nowMs;
            _awarenessInMinute = 0;
        }

        if (_awareness >= limits.AwarenessPerSecondMax || _awarenessInMinute >= limits.AwarenessPerMinuteMax)
        {
            return false;
        }

        _awareness++;
        _awarenessInMinute++;
        return true;
    }

    /// <summary>Takes one pairing message; false where the minute's are used up.</summary>
    public bool TakePairing(long nowMs)
    {
        if (nowMs - _pairingStart >= MinuteMs)
        {
            _pairingStart = nowMs;
            _pairings = 0;
        }

        return _pairings++ < PairingLimits.MessagesPerMinuteMax;
    }

    /// <summary>True where one more broken frame is to be answered; the rest of the window's are swallowed.</summary>
    public bool TakeComplaint(long nowMs)
    {
        Roll(nowMs);
        return _complaints++ < limits.FramesPerSecondMax;
    }

    /// <summary>True where a refused signal is the first of the window: the rest are answered and not logged.</summary>
    public bool TakeRefusalLine(long nowMs)
    {
        Roll(nowMs);
        (var isFirst, _isRefusalLogged) = (!_isRefusalLogged, true);
        return isFirst;
    }

    /// <summary>Counts a violation; true where it is one too many in a row.</summary>
    public bool Violate() => ++_violations >= limits.ViolationsMax;

    /// <summary>An accepted frame ends the row of violations.</summary>
    public void Accepted() => _violations = 0;

    private void Roll(long nowMs)
    {
        if (nowMs - _windowStart >= SecondMs)
        {
            _windowStart = nowMs;
            _frames = _changes = _complaints = _awareness = 0;
            _isRefusalLogged = false;
        }
    }
}
