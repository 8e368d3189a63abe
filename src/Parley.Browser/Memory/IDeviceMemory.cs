namespace Parley.Browser.Memory;

/// <summary>Small texts that this device keeps for itself: tabs, widths, theme, drafts. Never replicated, lost without harm.</summary>
public interface IDeviceMemory
{
    /// <summary>The text of a key, or null.</summary>
    string? Get(string key);

    /// <summary>Keeps a text; null removes it. Does nothing where the device refuses.</summary>
    void Set(string key, string? value);
}
