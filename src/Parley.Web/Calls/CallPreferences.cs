using System.Globalization;
using Parley.Browser.Devices;
using Parley.Browser.Memory;
using Parley.Ids;

namespace Parley.Web.Calls;

/// <summary>What holding the space bar does in a call.</summary>
public enum HoldToTalk
{
    /// <summary>A muted microphone is on as long as it is held.</summary>
    Talk,
    /// <summary>The microphone is off as long as it is held.</summary>
    Mute,
    /// <summary>Nothing.</summary>
    Off,
}

/// <summary>How large the dock is.</summary>
public enum DockSize
{
    /// <summary>One line.</summary>
    Pill,
    /// <summary>A card in a corner.</summary>
    Card,
    /// <summary>Over the whole window.</summary>
    Stage,
}

/// <summary>A corner of the window.</summary>
public enum DockCorner
{
    /// <summary>Bottom right.</summary>
    BottomRight,
    /// <summary>Bottom left.</summary>
    BottomLeft,
    /// <summary>Top left.</summary>
    TopLeft,
    /// <summary>Top right.</summary>
    TopRight,
}

/// <summary>What this device keeps about calls. Never replicated.</summary>
public sealed class CallPreferences(IDeviceMemory memory)
{
    private const double VolumeDefault = 1;

    /// <summary>Devices are looked at before every call; at first they are, until somebody did.</summary>
    public bool ChecksFirst { get => Get("check") != "never"; set => Set("check", value ? "always" : "never"); }

    /// <summary>The check was made once: from then on <see cref="ChecksFirst"/> is a wish.</summary>
    public bool IsChecked => Get("check") is not null;

    /// <summary>What holding the space bar does.</summary>
    public HoldToTalk Hold { get => Read("hold", HoldToTalk.Talk); set => Set("hold", value.ToString()); }

    /// <summary>Who speaks is read aloud.</summary>
    public bool AnnouncesSpeaking { get => Get("say-speaking") == "yes"; set => Set("say-speaking", value ? "yes" : null); }

    /// <summary>What is behind oneself is blurred in the camera's picture.</summary>
    public bool Blurs { get => Get("blur") == "yes"; set => Set("blur", value ? "yes" : null); }

    /// <summary>Whoever speaks is shown large.</summary>
    public bool ShowsSpeaker { get => Get("view") == "speaker"; set => Set("view", value ? "speaker" : null); }

    /// <summary>The dock's size.</summary>
    public DockSize Size { get => Read("size", DockSize.Card); set => Set("size", value.ToString()); }

    /// <summary>The dock's corner.</summary>
    public DockCorner Corner { get => Read("corner", DockCorner.BottomRight); set => Set("corner", value.ToString()); }

    /// <summary>The id of the device chosen for a kind; empty for the system's own choice.</summary>
    public string DeviceOf(DeviceKind kind) => Get("device:" + kind) ?? "";

    /// <summary>Keeps the choice of a device.</summary>
    public void SetDevice(DeviceKind kind, string id) => Set("device:" + kind, id.Length == 0 ? null : id);

    /// <summary>How loud somebody is heard here, 0 to 1.</summary>
    public double VolumeOf(PersonId person) =>
        double.TryParse(Get("volume:" + person.Value), NumberStyles.Float, CultureInfo.InvariantCulture, out var volume) ? Math.Clamp(volume, 0, 1) : VolumeDefault;

    /// <summary>Keeps how loud somebody is heard here.</summary>
    public void SetVolume(PersonId person, double volume) =>
        Set("volume:" + person.Value, volume >= VolumeDefault ? null : Math.Max(0, volume).ToString("0.##", CultureInfo.InvariantCulture));

    private string? Get(string key) => memory.Get("call-" + key);

    private void Set(string key, string? value) => memory.Set("call-" + key, value);

    private T Read<T>(string key, T otherwise) where T : struct, Enum => Enum.TryParse<T>(Get(key), out var value) ? value : otherwise;
}
