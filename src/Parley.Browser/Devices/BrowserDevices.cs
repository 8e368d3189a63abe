using System.Runtime.Versioning;
using System.Text;
using Parley.Browser.Interop;
using Parley.Calls;
using Parley.Json;
using Parley.Platform;

namespace Parley.Browser.Devices;

/// <summary>What a device is.</summary>
public enum DeviceKind
{
    /// <summary>A microphone.</summary>
    Microphone,
    /// <summary>A camera.</summary>
    Camera,
    /// <summary>Where sound goes. Not every browser lets it be chosen; then none is listed.</summary>
    Speaker,
}

/// <summary>A device of this computer.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">The browser's name for it.</param>
/// <param name="Label">Its name for people; empty before the person allowed a device of its kind.</param>
/// <param name="IsChosen">It was chosen here; where none of a kind is, the system's own choice is used.</param>
public sealed record MediaDevice(DeviceKind Kind, string Id, string Label, bool IsChosen);

/// <summary>The devices of this computer: which there are, which are used, how loud the microphone is, what the camera shows.</summary>
public sealed class BrowserDevices
{
    private readonly IDevicesModule _module;
    private readonly LiveState<IReadOnlyList<MediaDevice>> _all = new([]);
    private readonly LiveState<double> _level = new(0);

    internal BrowserDevices(IDevicesModule module)
    {
        _module = module;
        module.Watch(json => _all.Become(Read(json)));
    }

    /// <summary>The devices, as they are plugged in and out.</summary>
    public Live<IReadOnlyList<MediaDevice>> All => _all;

    /// <summary>How loud the microphone is while <see cref="StartMeterAsync"/> runs: root mean square, 0 to 1.</summary>
    public Live<double> Level => _level;

    /// <summary>Begins to watch.</summary>
    [SupportedOSPlatform("browser")]
    public static async Task<BrowserDevices> OpenAsync()
    {
        await BrowserPlatform.LoadAsync();
        return new BrowserDevices(new DevicesModule());
    }

    /// <summary>Uses a device from now on. A speaker is switched to at once; a microphone or camera when it is captured again (<see cref="CallSession.SwitchDeviceAsync"/>).</summary>
    /// <param name="kind">Of which kind.</param>
    /// <param name="id">Its id; empty for the system's own choice.</param>
    public void Choose(DeviceKind kind, string id)
    {
        _module.Choose(NameOf(kind), id);
        _all.Become([.. _all.Value.Select(device => device.Kind == kind ? device with { IsChosen = device.Id == id } : device)]);
    }

    /// <summary>Shows the microphone's level until <see cref="StopMeter"/>. Null where it does, else why not.</summary>
    public async Task<MediaFault?> StartMeterAsync() => FaultOf(await _module.StartMeterAsync(_level.Become));

    /// <summary>Gives the microphone back.</summary>
    public void StopMeter()
    {
        _module.StopMeter();
        _level.Become(0);
    }

    /// <summary>Shows the camera in the video element of that id until <see cref="StopPreview"/>. Null where it does, else why not.</summary>
    public async Task<MediaFault?> StartPreviewAsync(string elementId) => FaultOf(await _module.StartPreviewAsync(elementId));

    /// <summary>Gives the camera back.</summary>
    public void StopPreview() => _module.StopPreview();

    /// <summary>Whether cameras are captured with their background blurred.</summary>
    public bool IsBlurred { get; private set; }

    /// <summary>
    /// Captures cameras with their background blurred from now on, or as they are: at once in the preview, in a call when the camera is captured
    /// again (<see cref="CallSession.SwitchDeviceAsync"/>). Null where that can be done, else why not.
    /// </summary>
    /// <remarks>
    /// What blurs is fetched on first use, which takes seconds. While blurring is wanted and fails, no camera is captured
    /// (<see cref="MediaFault.BlurFailed"/>): nobody is shown a room that they wanted hidden.
    /// </remarks>
    public async Task<MediaFault?> SetBlurAsync(bool isOn)
    {
        IsBlurred = isOn;
        return FaultOf(await _module.BlurAsync(isOn));
    }

    /// <summary>Plays a short tone on the chosen speaker, until it is over. Null where it could be heard, else why not.</summary>
    public async Task<MediaFault?> TestSpeakerAsync() => FaultOf(await _module.TestSpeakerAsync());

    internal static MediaFault? FaultOf(string name) => name.Length == 0 ? null : Enum.TryParse<MediaFault>(name, out var fault) ? fault : MediaFault.NotReadable;

    private static string NameOf(DeviceKind kind) => kind switch
    {
        DeviceKind.Microphone => "audioinput",
        DeviceKind.Camera => "videoinput",
        DeviceKind.Speaker => "audiooutput",
    };

    private static IReadOnlyList<MediaDevice> Read(string json) =>
        JsonReader.TryRead(Encoding.UTF8.GetBytes(json), out var list) != JsonFault.None ? []
        : [.. from item in list.Items
              from kind in Enum.GetValues<DeviceKind>()
              where NameOf(kind) == item["kind"]?.Text
              select new MediaDevice(kind, item["id"]?.Text ?? "", item["label"]?.Text ?? "", item["chosen"]?.Boolean ?? false)];
}
