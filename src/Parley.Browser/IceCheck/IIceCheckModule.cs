namespace Parley.Browser.IceCheck;

/// <summary>ice-check.js: tries the ways through ICE and the devices. Ways answer with JSON, devices with the name of a fault or with nothing.</summary>
internal interface IIceCheckModule
{
    bool IsSecure();

    Task<string> GatherAsync(string server, string type, int patienceMs);

    Task<string> LoopAsync(string server, int patienceMs);

    Task<string> HearAsync();

    Task<string> SeeAsync();
}
