namespace Parley.Web;

/// <summary>Local days and times in the words of the browser's own language (its <c>Intl</c>).</summary>
public interface ICalendar
{
    /// <summary>Now, ms since the epoch.</summary>
    long Now { get; }

    /// <summary>The number of the local calendar day on which an instant falls; consecutive days differ by one.</summary>
    int DayOf(long ms);

    /// <summary>The day in words: short weekday, day and month, and the year where it is not this one.</summary>
    string Day(long ms);

    /// <summary>Hours and minutes.</summary>
    string Time(long ms);

    /// <summary>Day and time in full, for a tooltip.</summary>
    string Full(long ms);
}
