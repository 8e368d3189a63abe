using System.Globalization;

namespace Parley.EndToEnd.Calls;

/// <summary>How a time of a call was for one who listens and looks.</summary>
/// <param name="Seconds">How many whole seconds there were.</param>
/// <param name="AudioLoss">Packets of sound that never came, 0 to 1.</param>
/// <param name="AudioSeconds">Seconds in which sound came, 0 to 1.</param>
/// <param name="Concealed">What of the sound was made up because nothing had come in time, 0 to 1.</param>
/// <param name="AudioKbits">What sound took, without headers.</param>
/// <param name="AudioGapMs">The longest time in which no sound came.</param>
/// <param name="FramesPerSecond">Pictures in the median second.</param>
/// <param name="Frozen">How much of the time the picture stood still, 0 to 1.</param>
internal sealed record CallFigures(
    int Seconds, double AudioLoss, double AudioSeconds, double Concealed, double AudioKbits, double AudioGapMs, double FramesPerSecond, double Frozen)
{
    private const double SecondMs = 1_000;
    private const double ConcealedMax = 0.05;
    private const double FramesMin = 8;

    /// <summary>Of the samples between two moments.</summary>
    public static CallFigures Of(IReadOnlyList<CallSample> samples, double fromMs, double toMs)
    {
        var span = samples.Where(each => each.AtMs >= fromMs && each.AtMs <= toMs).ToList();
        var (first, last) = (span[0], span[^1]);
        var seconds = BySecond(span);
        return new(
            seconds.Count,
            Ratio(last.AudioLost - first.AudioLost, last.AudioLost - first.AudioLost + last.AudioReceived - first.AudioReceived),
            seconds.Average(each => each.To.AudioBytes > each.From.AudioBytes ? 1.0 : 0),
            Ratio(last.ConcealedSamples - first.ConcealedSamples, last.Samples - first.Samples),
            (last.AudioBytes - first.AudioBytes) * 8 / (last.AtMs - first.AtMs),
            GapMs(span),
            seconds.Select(each => (each.To.Frames - each.From.Frames) * SecondMs / (each.To.AtMs - each.From.AtMs)).Order().ElementAt(seconds.Count / 2),
            Math.Min(1, Ratio((last.FrozenSeconds - first.FrozenSeconds) * SecondMs, last.AtMs - first.AtMs)));
    }

    /// <summary>
    /// How long after a moment the first second began that was good: hardly any sound made up, and pictures that move. Null where none was.
    /// </summary>
    public static double? RecoveryMs(IReadOnlyList<CallSample> samples, double fromMs, bool withPictures = true)
    {
        for (var i = 0; i < samples.Count; i++)
        {
            var from = samples[i];
            var to = samples.Skip(i).FirstOrDefault(each => each.AtMs >= from.AtMs + SecondMs);
            if (from.AtMs >= fromMs && to.AtMs > 0 && to.AudioBytes > from.AudioBytes
                && Ratio(to.ConcealedSamples - from.ConcealedSamples, to.Samples - from.Samples) <= ConcealedMax
                && (!withPictures || to.Frames - from.Frames >= FramesMin))
            {
                return from.AtMs - fromMs;
            }
        }

        return null;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Seconds} s | {AudioLoss:P1} | {AudioSeconds:P0} | {Concealed:P1} | {AudioKbits:F0} | {AudioGapMs:F0} ms | {FramesPerSecond:F1} | {Frozen:P0}");

    private static List<(CallSample From, CallSample To)> BySecond(List<CallSample> span)
    {
        var seconds = new List<(CallSample, CallSample)>();
        var from = span[0];
        foreach (var sample in span)
        {
            if (sample.AtMs >= from.AtMs + SecondMs)
            {
                seconds.Add((from, sample));
                from = sample;
            }
        }

        return seconds;
    }

    private static double GapMs(List<CallSample> span)
    {
        var (gap, heardMs, bytes) = (0.0, span[0].AtMs, span[0].AudioBytes);
        foreach (var sample in span)
        {
            gap = Math.Max(gap, sample.AtMs - heardMs);
            if (sample.AudioBytes > bytes)
            {
                (heardMs, bytes) = (sample.AtMs, sample.AudioBytes);
            }
        }

        return gap;
    }

    private static double Ratio(double part, double whole) => whole > 0 ? part / whole : 0;
}
