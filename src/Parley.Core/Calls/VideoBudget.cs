namespace Parley.Calls;

/// <summary>
/// Decides how much of the pictures one connection gets, so that the voice stays whole: what is measured goes in, a step comes out. Pictures
/// give way to congestion within seconds, down to none. Loss alone is mere chance as long as the way out has room and nothing queues: sending
/// less does not help, and voices are sent twice; only severe loss makes pictures smaller, because fewer packets arrive whole more often.
/// They come back a step at a time, and after longer each time that congestion follows at once.
/// </summary>
/// <remarks>Not safe for several threads. Times are of one monotone clock in ms.</remarks>
internal sealed class VideoBudget
{
    /// <summary>A voice sent twice: 2 × 27 kbit/s of Opus, and the headers of 50 packets a second.</summary>
    internal const double VoiceBps = 80_000;

    /// <summary>One bad measurement may be chance.</summary>
    private const int BadInRow = 2;
    /// <summary>What was changed shows its effect before it is judged.</summary>
    private const long SettleMs = 3_000;
    /// <summary>How long it must be calm before the next step up, and what that becomes at most.</summary>
    private const long RecoverMs = 3_000, RecoverMsMax = 60_000;
    /// <summary>Congestion this soon after a step up comes from it.</summary>
    private const long TrialMs = 8_000;
    /// <summary>Where the estimate does not show room for the next step, trying takes that many times as long: it may be low only for want of use.</summary>
    private const int BlindFactor = 4;
    /// <summary>The estimate shows room for a step at that much more than its need.</summary>
    private const double RoomRatio = 1.15;
    /// <summary>A browser estimates a way that was used too much at so much of what got through, and so little by mere jitter beside a voice alone.</summary>
    private const double BackOffRatio = 0.85;
    /// <summary>Loss is a mean that forgets at this pace.</summary>
    private const double LossMs = 2_000;
    /// <summary>Together with a risen round trip time, this is a queue that overflows.</summary>
    private const double QueueLossRatio = 0.08;
    /// <summary>Small pictures fare better from here on; below the other, larger ones may come back.</summary>
    private const double SevereLossRatio = 0.2, CalmLossRatio = 0.12;
    /// <summary>So much above its usual time, a packet waits in a queue.</summary>
    private const double RiseMs = 150;
    /// <summary>What is usual follows a longer round trip time at this pace: the way itself may have become longer.</summary>
    private const double UsualMs = 30_000;

    private long? _takenMs, _reportedMs;
    private double _loss, _usualMs;
    private int _bad;
    private long _changedMs = long.MinValue / 2, _raisedMs = long.MinValue / 2;
    private long? _calmMs;
    private long _recoverMs = RecoverMs;

    /// <summary>What the connection gets.</summary>
    public VideoStep Step { get; private set; } = VideoStep.Full;

    /// <summary>Takes a measurement. True where the step changed.</summary>
    /// <param name="stats">What was measured.</param>
    /// <param name="sendsPictures">Without any, nothing is known of what they would need, and everything begins anew.</param>
    /// <param name="nowMs">When.</param>
    public bool Take(LinkStats stats, bool sendsPictures, long nowMs)
    {
        var before = Step;
        if (!sendsPictures)
        {
            (Step, _takenMs, _reportedMs, _loss, _usualMs, _bad, _calmMs, _recoverMs) = (VideoStep.Full, null, null, 0, 0, 0, null, RecoverMs);
            return Step != before;
        }

        var isQueued = Learn(stats, nowMs);

        // With pictures paused the estimate says nothing: it does not rise above what is sent.
        var isEstimated = Step != VideoStep.Paused && stats.AvailableBps > 0;
        var isShort = isEstimated && stats.AvailableBps < NeedBps(Step);
        var isCongested = isShort || (isQueued && _loss >= QueueLossRatio);
        if (isCongested ? Step != VideoStep.Paused : _loss >= SevereLossRatio && Step > VideoStep.Low)
        {
            (_bad, _calmMs) = (_bad + 1, null);
            if (_bad >= BadInRow && nowMs - _changedMs >= SettleMs)
            {
                GiveWay(isCongested, isShort ? stats.AvailableBps : double.MaxValue, nowMs);
            }

            return Step != before;
        }

        // A paused connection reports seldom, and what its voice loses is not the pictures' doing.
        var isCalm = !isQueued && (Step == VideoStep.Paused || _loss < CalmLossRatio);
        (_bad, _calmMs) = (0, isCalm ? _calmMs ?? nowMs : null);
        if (Step != VideoStep.Full)
        {
            var hasRoom = !isEstimated || stats.AvailableBps >= RoomRatio * NeedBps(Step + 1);
            ComeBack(hasRoom ? _recoverMs : Math.Min(RecoverMsMax, BlindFactor * _recoverMs), nowMs);
        }

        return Step != before;
    }

    /// <summary>What a step needs of the estimated bandwidth, the voice included, for pictures worth their name.</summary>
    private static double NeedBps(VideoStep step) => step switch
    {
        VideoStep.Full => VoiceBps + 150_000,
        VideoStep.Reduced => VoiceBps + 70_000,
        // Less than this, and not even all of the voice got through.
        VideoStep.Low => BackOffRatio * VoiceBps,
        VideoStep.Paused => 0,
    };

    /// <summary>The weight of what is new after this time in a mean of that pace.</summary>
    private static double Weight(long passedMs, double paceMs) => 1 - Math.Exp(-passedMs / paceMs);

    /// <summary>Follows loss, each report once, and the usual round trip time. True where packets wait in a queue.</summary>
    private bool Learn(LinkStats stats, long nowMs)
    {
        if (stats.SentLossRatio is { } loss)
        {
            // The first one is of no longer time than the others.
            _loss += (loss - _loss) * Weight(nowMs - (_reportedMs ?? _takenMs ?? nowMs), LossMs);
            _reportedMs = nowMs;
        }

        var passedMs = nowMs - (_takenMs ?? nowMs);
        _takenMs = nowMs;
        // None is usual as long as 0, not known, was said.
        _usualMs = stats.RoundTripMs > _usualMs && _usualMs > 0
            ? _usualMs + ((stats.RoundTripMs - _usualMs) * Weight(passedMs, UsualMs)) : stats.RoundTripMs;
        return stats.RoundTripMs >= _usualMs + RiseMs;
    }

    private void ComeBack(long calmMs, long nowMs)
    {
        if (nowMs - _calmMs >= calmMs)
        {
            Step++;
            (_changedMs, _raisedMs, _calmMs) = (nowMs, nowMs, nowMs);
        }
    }

    private void GiveWay(bool isCongested, double availableBps, long nowMs)
    {
        do
        {
            Step--;
        }
        while (Step != VideoStep.Paused && availableBps < NeedBps(Step));

        if (isCongested)
        {
            _recoverMs = nowMs - _raisedMs < TrialMs ? Math.Min(RecoverMsMax, 2 * _recoverMs) : RecoverMs;
        }

        (_bad, _changedMs) = (0, nowMs);
    }
}
