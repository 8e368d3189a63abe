using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using Parley.Browser.Interop;

namespace Parley.Browser.Formats;

/// <inheritdoc cref="IFormatsModule"/>
[SupportedOSPlatform("browser")]
internal sealed partial class FormatsModule : IFormatsModule
{
    public string Language() => LanguageModule();

    public string Date(string locale, string style, double unixMs) => DateModule(locale, style, unixMs);

    public int LocalDay(double unixMs) => LocalDayModule(unixMs);

    public string Relative(string locale, double value, string unit) => RelativeModule(locale, value, unit);

    public string Number(string locale, double value) => NumberModule(locale, value);

    public string Plural(string locale, double value) => PluralModule(locale, value);

    public string List(string locale, string[] names) => ListModule(locale, names);

    [JSImport("language", ModuleNames.Formats)]
    private static partial string LanguageModule();

    [JSImport("date", ModuleNames.Formats)]
    private static partial string DateModule(string locale, string style, double unixMs);

    [JSImport("localDay", ModuleNames.Formats)]
    private static partial int LocalDayModule(double unixMs);

    [JSImport("relative", ModuleNames.Formats)]
    private static partial string RelativeModule(string locale, double value, string unit);

    [JSImport("number", ModuleNames.Formats)]
    private static partial string NumberModule(string locale, double value);

    [JSImport("plural", ModuleNames.Formats)]
    private static partial string PluralModule(string locale, double value);

    [JSImport("list", ModuleNames.Formats)]
    private static partial string ListModule(string locale, string[] names);
}
