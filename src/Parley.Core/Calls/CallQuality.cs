namespace Parley.Calls;

/// <summary>How well a connection carries, in as many steps as a person tells apart.</summary>
public enum CallQuality
{
    /// <summary>Not known yet, or not connected.</summary>
    None,
    /// <summary>Words get lost.</summary>
    Poor,
    /// <summary>It can be noticed.</summary>
    Fair,
    /// <summary>Nothing can be noticed.</summary>
    Good,
}

/// <summary>What keeps a connection from being good.</summary>
public enum QualityCause
{
    /// <summary>Nothing.</summary>
    Nothing,
    /// <summary>It is not connected.</summary>
    NoConnection,
    /// <summary>Packets get lost.</summary>
    Loss,
    /// <summary>Packets take long, or come at uneven times.</summary>
    Delay,
    /// <summary>This device cannot encode its pictures as fast as they come.</summary>
    Processor,
}

/// <summary>What was measured on one connection since the last time: RTCStats, reduced.</summary>
/// <param name="LossRatio">Lost of all expected packets, the worse direction, 0 to 1.</param>
/// <param name="RoundTripMs">Of the selected candidate pair.</param>
/// <param name="JitterMs">Of the received audio.</param>
/// <param name="ReceivedBytes">In all so far.</param>
/// <param name="SentBytes">In all so far.</param>
/// <param name="IsRelayed">By a TURN server.</param>
/// <param name="AudioLevel">Of the received audio, 0 to 1.</param>
/// <param name="SentLossRatio">Lost of what was sent, 0 to 1, by what the other reported since the last time; null where nothing came.</param>
/// <param name="AvailableBps">What the browser believes that the way out carries; 0 where it does not know.</param>
/// <param name="IsProcessorLimited">The own pictures are made worse because this device is too slow for them.</param>
public readonly record struct LinkStats(
    double LossRatio, double RoundTripMs, double JitterMs, long ReceivedBytes, long SentBytes, bool IsRelayed = false, double AudioLevel = 0,
    double? SentLossRatio = null, double AvailableBps = 0, bool IsProcessorLimited = false)
{
    private const double LossFair = 0.02, LossPoor = 0.08, RoundTripMsFair = 300, RoundTripMsPoor = 700, JitterMsFair = 50, JitterMsPoor = 120;

    /// <summary>How good that is, and what is the matter where it is not.</summary>
    public (CallQuality Quality, QualityCause Cause) Judge(LinkHealth health)
    {
        if (health != LinkHealth.Connected)
        {
            return (CallQuality.None, QualityCause.NoConnection);
        }

        var isLate = RoundTripMs >= RoundTripMsFair || JitterMs >= JitterMsFair;
        return LossRatio >= LossPoor ? (CallQuality.Poor, QualityCause.Loss)
            : RoundTripMs >= RoundTripMsPoor || JitterMs >= JitterMsPoor ? (CallQuality.Poor, QualityCause.Delay)
            : LossRatio >= LossFair ? (CallQuality.Fair, QualityCause.Loss)
            : isLate ? (CallQuality.Fair, QualityCause.Delay)
            : IsProcessorLimited ? (CallQuality.Fair, QualityCause.Processor)
            : (CallQuality.Good, QualityCause.Nothing);
    }
}
