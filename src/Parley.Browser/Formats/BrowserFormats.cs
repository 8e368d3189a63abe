using System.Runtime.Versioning;

namespace Parley.Browser.Formats;

/// <summary>Dates, numbers and plurals in the person's language and time zone, by the browser's <c>Intl</c>. Synchronous and cheap.</summary>
public sealed class BrowserFormats
{
    private readonly IFormatsModule _module;

    internal BrowserFormats(IFormatsModule module)
    {
        _module = module;
        Language = module.Language();
    }

    /// <summary>The language to write in, a BCP 47 tag; the browser's unless set.</summary>
    public string Language { get; set; }

    /// <summary>Loads the formats of this browser.</summary>
    [SupportedOSPlatform("browser")]
    public static async Task<BrowserFormats> OpenAsync()
    {
        await BrowserPlatform.LoadAsync();
        return new BrowserFormats(new FormatsModule());
    }

    /// <summary>Hours and minutes: "14:05".</summary>
    public string Time(DateTimeOffset at) => Date("time", at);

    /// <summary>Weekday, day and month, with the year where asked: "Monday, 3 March".</summary>
    public string Day(DateTimeOffset at, bool withYear = false) => Date(withYear ? "dayWithYear" : "day", at);

    /// <summary>Day and short month: "3 Mar".</summary>
    public string ShortDay(DateTimeOffset at) => Date("shortDay", at);

    /// <summary>Everything to the second, for titles.</summary>
    public string Full(DateTimeOffset at) => Date("full", at);

    /// <summary>Days since 1970-01-01 on the person's calendar; two instants of one local day are equal.</summary>
    public int LocalDay(DateTimeOffset at) => _module.LocalDay(at.ToUnixTimeMilliseconds());

    /// <summary>"yesterday", "in 3 hours".</summary>
    /// <param name="value">Negative for the past.</param>
    /// <param name="unit">second, minute, hour, day, week, month or year.</param>
    public string Relative(int value, string unit) => _module.Relative(Language, value, unit);

    /// <summary>A number with its language's separators.</summary>
    public string Number(double value) => _module.Number(Language, value);

    /// <summary>The plural category: zero, one, two, few, many or other.</summary>
    public string Plural(double value) => _module.Plural(Language, value);

    /// <summary>"Ann, Bo and Cem".</summary>
    public string List(IEnumerable<string> names) => _module.List(Language, [.. names]);

    private string Date(string style, DateTimeOffset at) => _module.Date(Language, style, at.ToUnixTimeMilliseconds());
}
