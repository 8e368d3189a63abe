using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;

namespace Parley.Browser.Memory;

/// <summary>The origin's <c>localStorage</c>, under the prefix <c>parley:</c>. Synchronous: read while rendering.</summary>
[SupportedOSPlatform("browser")]
public sealed partial class BrowserMemory : IDeviceMemory
{
    private const string Prefix = "parley:";

    /// <inheritdoc/>
    public string? Get(string key)
    {
        try
        {
            return GetItem(Prefix + key);
        }
        catch (JSException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Set(string key, string? value)
    {
        try
        {
            if (value is null)
            {
                RemoveItem(Prefix + key);
            }
            else
            {
                SetItem(Prefix + key, value);
            }
        }
        catch (JSException)
        {
            // Full, or forbidden by a setting of the browser: what is kept here may be lost without harm.
        }
    }

    [JSImport("globalThis.localStorage.getItem")]
    private static partial string? GetItem(string key);

    [JSImport("globalThis.localStorage.setItem")]
    private static partial void SetItem(string key, string value);

    [JSImport("globalThis.localStorage.removeItem")]
    private static partial void RemoveItem(string key);
}
