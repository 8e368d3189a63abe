using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using Parley.Browser.Interop;

namespace Parley.Browser;

/// <summary>The platform of a browser's tab. Load it once, before anything else of this namespace.</summary>
[SupportedOSPlatform("browser")]
public static class BrowserPlatform
{
    private static Task? _loading;

    /// <summary>Imports the JavaScript modules. Later calls share the first one.</summary>
    public static Task LoadAsync() => _loading ??= Task.WhenAll(ModuleNames.All.Select(name =>
        JSHost.ImportAsync(name, $"../_content/Parley.Browser/{name["parley/".Length..]}.js")));
}
