using System.Globalization;

namespace Parley.Web.Tests;

/// <summary>A calendar two hours east of Greenwich, whose now is set.</summary>
internal sealed class FixedCalendar(long now) : ICalendar
{
    private const long OffsetMs = 2 * 3_600_000;
    private const long DayMs = 86_400_000;

    public long Now { get; set; } = now;

    public int DayOf(long ms) => (int)Math.Floor((ms + OffsetMs) / (double)DayMs);

    public string Day(long ms) => "day " + DayOf(ms).ToString(CultureInfo.InvariantCulture);

    public string Time(long ms) => At(ms).ToString("HH:mm", CultureInfo.InvariantCulture);

    public string Full(long ms) => At(ms).ToString("u", CultureInfo.InvariantCulture);

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms + OffsetMs);
}
