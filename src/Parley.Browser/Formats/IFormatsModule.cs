namespace Parley.Browser.Formats;

/// <summary>formats.js: the browser's Intl.</summary>
internal interface IFormatsModule
{
    string Language();

    string Date(string locale, string style, double unixMs);

    int LocalDay(double unixMs);

    string Relative(string locale, double value, string unit);

    string Number(string locale, double value);

    string Plural(string locale, double value);

    string List(string locale, string[] names);
}
