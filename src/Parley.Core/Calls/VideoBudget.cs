namespace Parley.Calls;

/// <summary>
/// Decides how much of the pictures one connection gets, so that the voice stays whole: what is measured goes in, a step comes out. It gives
/// way within seconds, comes back one step at a time after a while without fault, and waits longer each time that this was too early.
/// </summary>
/// <remarks>Not safe for several threads. Times are of one monotone clock in ms.</remarks>
public sealed class VideoBudget
{
    /// <summary>One bad measurement may be chance.</summary>
    private const int BadInRow = 2;
    /// <summary>What was changed shows its effect before it is judged.</summary>
    private const long SettleMs = 4_000;
    private const long RecoverMs = 10_000, RecoverMsMax = 80_000;
    private const double LossBad = 0.08, LossGood = 0.02, RoundTripMsGood = 700;

    private int _bad;
    private long _changedMs = long.MinValue / 2;
    private long? _goodMs;
    private long _recoverMs = RecoverMs;
    private bool _isTrial;

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
            (Step, _bad, _goodMs, _recoverMs, _isTrial) = (VideoStep.Full, 0, null, RecoverMs, false);
            return Step != before;
        }

        // With pictures paused the estimate says nothing: it does not rise above what is sent.
        var isShort = Step != VideoStep.Paused && stats.AvailableBps > 0 && stats.AvailableBps < NeedBps(Step);
        if (isShort || stats.SentLossRatio >= LossBad)
        {
            (_bad, _goodMs) = (_bad + 1, null);
            if (_bad >= BadInRow && nowMs - _changedMs >= SettleMs && Step != VideoStep.Paused)
            {
                GiveWay(isShort ? stats.AvailableBps : double.MaxValue, nowMs);
            }

            return Step != before;
        }

        _bad = 0;
        _goodMs = stats.SentLossRatio < LossGood && stats.RoundTripMs < RoundTripMsGood ? _goodMs ?? nowMs : null;
        if (_goodMs is { } since && nowMs - since >= _recoverMs)
        {
            ComeBack(nowMs);
        }

        return Step != before;
    }

    /// <summary>What a step needs of the estimated bandwidth, the voice included.</summary>
    private static double NeedBps(VideoStep step) => step switch
    {
        VideoStep.Full => 200_000,
        VideoStep.Reduced => 110_000,
        VideoStep.Low => 60_000,
        VideoStep.Paused => 0,
    };

    private void GiveWay(double availableBps, long nowMs)
    {
        do
        {
            Step--;
        }
        while (Step != VideoStep.Paused && availableBps < NeedBps(Step));

        if (_isTrial)
        {
            _recoverMs = Math.Min(RecoverMsMax, 2 * _recoverMs);
        }

        (_isTrial, _bad, _changedMs) = (false, 0, nowMs);
    }

    private void ComeBack(long nowMs)
    {
        if (Step == VideoStep.Full)
        {
            // It has held.
            (_isTrial, _recoverMs) = (false, RecoverMs);
            return;
        }

        Step++;
        (_isTrial, _changedMs, _goodMs) = (true, nowMs, nowMs);
    }
}
