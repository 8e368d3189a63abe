using Parley.Browser.Memory;

namespace Parley.Web.Shell;

/// <summary>Which hub this device talks to: the one that served the page, unless the person named another.</summary>
public sealed class HubAddress(Uri page)
{
    private const string Key = "hub";

    /// <summary>The hub at the page's own origin.</summary>
    public Uri Default { get; } = new UriBuilder(page) { Scheme = page.Scheme == Uri.UriSchemeHttps ? "wss" : "ws", Path = "/sync", Query = "", Fragment = "" }.Uri;

    /// <summary>The hub to connect to.</summary>
    public Uri Current(IDeviceMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return TryRead(memory.Get(Key), out var chosen) ? chosen : Default;
    }

    /// <summary>Keeps another hub, or the page's own where the text is empty. False where it is no address of a hub.</summary>
    public bool Choose(IDeviceMemory memory, string? text)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (string.IsNullOrWhiteSpace(text))
        {
            memory.Set(Key, null);
            return true;
        }

        if (!TryRead(text, out var hub))
        {
            return false;
        }

        memory.Set(Key, hub == Default ? null : hub.AbsoluteUri);
        return true;
    }

    /// <summary>Reads <c>ws:</c> and <c>wss:</c> addresses; <c>http:</c> and <c>https:</c> ones and bare hosts are understood as their hubs.</summary>
    public static bool TryRead(string? text, out Uri hub)
    {
        hub = null!;
        var clean = (text ?? "").Trim();
        if (clean.Length == 0)
        {
            return false;
        }

        if (!clean.Contains("://", StringComparison.Ordinal))
        {
            clean = "ws://" + clean;
        }

        if (!Uri.TryCreate(clean, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return false;
        }

        var scheme = uri.Scheme switch { "ws" or "http" => "ws", "wss" or "https" => "wss", _ => null };
        if (scheme is null)
        {
            return false;
        }

        hub = new UriBuilder(uri) { Scheme = scheme, Port = uri.IsDefaultPort ? -1 : uri.Port, Path = uri.AbsolutePath == "/" ? "/sync" : uri.AbsolutePath }.Uri;
        return true;
    }
}
