using Parley.Browser.Formats;

namespace Parley.Web.Shell;

/// <summary>The calendar of the browser's language and time zone.</summary>
public sealed class BrowserCalendar(BrowserFormats formats, TimeProvider time) : ICalendar
{
    private const int DaysInYearMin = 365;

    /// <inheritdoc/>
    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public int DayOf(long ms) => formats.LocalDay(At(ms));

    /// <inheritdoc/>
    public string Day(long ms) => formats.Day(At(ms), withYear: DayOf(Now) - DayOf(ms) >= DaysInYearMin);

    /// <inheritdoc/>
    public string Time(long ms) => formats.Time(At(ms));

    /// <inheritdoc/>
    public string Full(long ms) => formats.Full(At(ms));

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
