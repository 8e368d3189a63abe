using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using Parley.Browser.Interop;

namespace Parley.Browser.CallControls;

/// <inheritdoc cref="ICallControlsModule"/>
/// <remarks>These are rare, so the plain Task marshalling does.</remarks>
[SupportedOSPlatform("browser")]
internal sealed partial class CallControlsModule : ICallControlsModule
{
    public void Watch(Action<string> pressed, Action<bool> awake, Action<bool> picture, Action<bool> poppedOut) =>
        WatchModule(pressed, awake, picture, poppedOut);

    public string Windows() => WindowsModule();

    public void Begin(string title) => BeginModule(title);

    public void Show(bool microphone, bool camera) => ShowModule(microphone, camera);

    public Task EndAsync() => EndModule();

    public Task<string> EnterPictureAsync(string elementId) => EnterPictureModule(elementId);

    public Task LeavePictureAsync() => LeavePictureModule();

    public Task<string> PopOutAsync(string elementId, int width, int height) => PopOutModule(elementId, width, height);

    public void PopIn() => PopInModule();

    [JSImport("watch", ModuleNames.CallControls)]
    private static partial void WatchModule(
        [JSMarshalAs<JSType.Function<JSType.String>>] Action<string> pressed,
        [JSMarshalAs<JSType.Function<JSType.Boolean>>] Action<bool> awake,
        [JSMarshalAs<JSType.Function<JSType.Boolean>>] Action<bool> picture,
        [JSMarshalAs<JSType.Function<JSType.Boolean>>] Action<bool> poppedOut);

    [JSImport("windows", ModuleNames.CallControls)]
    private static partial string WindowsModule();

    [JSImport("begin", ModuleNames.CallControls)]
    private static partial void BeginModule(string title);

    [JSImport("show", ModuleNames.CallControls)]
    private static partial void ShowModule(bool microphone, bool camera);

    [JSImport("end", ModuleNames.CallControls)]
    private static partial Task EndModule();

    [JSImport("enterPicture", ModuleNames.CallControls)]
    private static partial Task<string> EnterPictureModule(string elementId);

    [JSImport("leavePicture", ModuleNames.CallControls)]
    private static partial Task LeavePictureModule();

    [JSImport("popOut", ModuleNames.CallControls)]
    private static partial Task<string> PopOutModule(string elementId, int width, int height);

    [JSImport("popIn", ModuleNames.CallControls)]
    private static partial void PopInModule();
}
