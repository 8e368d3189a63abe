using Parley.Browser.Memory;

namespace Parley.Web.Tests;

/// <summary>What a device keeps, without the device.</summary>
internal sealed class MemoryOfDevice : IDeviceMemory
{
    public Dictionary<string, string> Kept { get; } = new(StringComparer.Ordinal);

    public string? Get(string key) => Kept.GetValueOrDefault(key);

    public void Set(string key, string? value)
    {
        if (value is null)
        {
            Kept.Remove(key);
        }
        else
        {
            Kept[key] = value;
        }
    }
}
