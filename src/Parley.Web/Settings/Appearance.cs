using Parley.Browser.Memory;

namespace Parley.Web.Settings;

/// <summary>Theme and density of this device. They stand as attributes on the document, set before the app starts (wwwroot/start.js).</summary>
public sealed class Appearance(IDeviceMemory memory)
{
    /// <summary><c>light</c>, <c>dark</c>, or empty to follow the system.</summary>
    public string Theme
    {
        get => memory.Get("theme") ?? "";
        set => memory.Set("theme", value is "light" or "dark" ? value : null);
    }

    /// <summary><c>compact</c>, or empty for comfortable.</summary>
    public string Density
    {
        get => memory.Get("density") ?? "";
        set => memory.Set("density", value is "compact" ? value : null);
    }
}
