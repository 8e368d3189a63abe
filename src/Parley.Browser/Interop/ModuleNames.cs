namespace Parley.Browser.Interop;

/// <summary>The names under which the ES modules are imported.</summary>
internal static class ModuleNames
{
    public const string Storage = "parley/storage";
    public const string TrialStorage = "parley/storage-trial";
    public const string Keys = "parley/keys";
    public const string Tabs = "parley/tabs";
    public const string Lifecycle = "parley/lifecycle";
    public const string Formats = "parley/formats";
    public const string Devices = "parley/devices";
    public const string WebRtc = "parley/webrtc";
    public const string CallControls = "parley/call-controls";
    public const string IceCheck = "parley/ice-check";

    public static readonly string[] All = [Storage, TrialStorage, Keys, Tabs, Lifecycle, Formats, Devices, WebRtc, CallControls, IceCheck];
}
