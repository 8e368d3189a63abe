using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using Parley.Browser.Interop;

namespace Parley.Browser.Devices;

/// <inheritdoc cref="IDevicesModule"/>
/// <remarks>These are rare, so the plain Task marshalling does.</remarks>
[SupportedOSPlatform("browser")]
internal sealed partial class DevicesModule : IDevicesModule
{
    public void Watch(Action<string> changed) => WatchModule(changed);

    public void Choose(string kind, string id) => ChooseModule(kind, id);

    public Task<string> StartMeterAsync(Action<double> level) => StartMeterModule(level);

    public void StopMeter() => StopMeterModule();

    public Task<string> StartPreviewAsync(string elementId) => StartPreviewModule(elementId);

    public void StopPreview() => StopPreviewModule();

    public Task<string> BlurAsync(bool isOn) => BlurModule(isOn);

    public Task<string> TestSpeakerAsync() => TestSpeakerModule();

    [JSImport("watch", ModuleNames.Devices)]
    private static partial void WatchModule([JSMarshalAs<JSType.Function<JSType.String>>] Action<string> changed);

    [JSImport("choose", ModuleNames.Devices)]
    private static partial void ChooseModule(string kind, string id);

    [JSImport("startMeter", ModuleNames.Devices)]
    private static partial Task<string> StartMeterModule([JSMarshalAs<JSType.Function<JSType.Number>>] Action<double> level);

    [JSImport("stopMeter", ModuleNames.Devices)]
    private static partial void StopMeterModule();

    [JSImport("startPreview", ModuleNames.Devices)]
    private static partial Task<string> StartPreviewModule(string elementId);

    [JSImport("stopPreview", ModuleNames.Devices)]
    private static partial void StopPreviewModule();

    [JSImport("blur", ModuleNames.Devices)]
    private static partial Task<string> BlurModule(bool isOn);

    [JSImport("testSpeaker", ModuleNames.Devices)]
    private static partial Task<string> TestSpeakerModule();
}
