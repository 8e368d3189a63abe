namespace Parley.Browser.Devices;

/// <summary>devices.js: microphones, cameras, speakers, and how loud it is. Answers with the name of a fault, or with nothing.</summary>
internal interface IDevicesModule
{
    void Watch(Action<string> changed);

    void Choose(string kind, string id);

    Task<string> StartMeterAsync(Action<double> level);

    void StopMeter();

    Task<string> StartPreviewAsync(string elementId);

    void StopPreview();

    Task<string> BlurAsync(bool isOn);

    Task<string> TestSpeakerAsync();
}
