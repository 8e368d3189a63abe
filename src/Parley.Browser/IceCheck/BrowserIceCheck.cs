using System.Runtime.Versioning;
using System.Text;
using Parley.Calls;
using Parley.Calls.Diagnosis;
using Parley.Json;

namespace Parley.Browser.IceCheck;

/// <summary>Tries in this tab what a call needs. Everything that is opened for it is closed again; nobody else is involved.</summary>
public sealed class BrowserIceCheck
{
    private const int PatienceMs = 8_000;

    private readonly IIceCheckModule _module;

    internal BrowserIceCheck(IIceCheckModule module) => _module = module;

    /// <summary>Loads the platform.</summary>
    [SupportedOSPlatform("browser")]
    public static async Task<BrowserIceCheck> OpenAsync()
    {
        await BrowserPlatform.LoadAsync();
        return new(new IceCheckModule());
    }

    /// <summary>That the page may use devices, or not.</summary>
    public CheckCode TryPage() => _module.IsSecure() ? CheckCode.Works : CheckCode.InsecurePage;

    /// <summary>Finds an address of this device's own.</summary>
    public async Task<CheckCode> FindAddressAsync() => Read(CheckStep.Direct, await _module.GatherAsync("", "host", PatienceMs)).Code == CheckCode.Works ? CheckCode.Works : CheckCode.NoAddress;

    /// <summary>Tries one address of a server.</summary>
    /// <param name="step">The way that it is.</param>
    /// <param name="url">The address.</param>
    /// <param name="server">Whose it is: with the credential.</param>
    public async Task<PathFact> TryAsync(CheckStep step, string url, IceServer server) =>
        Read(step, await _module.GatherAsync(ToJson(url, server), step == CheckStep.Stun ? "srflx" : "relay", PatienceMs));

    /// <summary>Sends something from one relay to another and back.</summary>
    /// <param name="url">A TURN server's address.</param>
    /// <param name="server">Whose it is: with the credential.</param>
    public async Task<PathFact> RelayAsync(string url, IceServer server) => Read(CheckStep.Relay, await _module.LoopAsync(ToJson(url, server), PatienceMs)) is { Code: CheckCode.Works } works
        ? works
        : new(CheckStep.Relay, CheckCode.RelayBroken);

    /// <summary>Listens to the microphone for a moment; the browser may ask the person.</summary>
    public async Task<CheckCode> HearAsync() => CodeOf(await _module.HearAsync());

    /// <summary>Looks through the camera for a moment; the browser may ask the person.</summary>
    public async Task<CheckCode> SeeAsync() => CodeOf(await _module.SeeAsync());

    private static CheckCode CodeOf(string answer) => answer switch
    {
        "" => CheckCode.Works,
        "NoSignal" => CheckCode.NoSignal,
        "NotAllowed" => CheckCode.NotAllowed,
        "NotFound" => CheckCode.NotFound,
        "NotSupported" => CheckCode.NotSupported,
        _ => CheckCode.NotReadable,
    };

    private static string ToJson(string url, IceServer server) =>
        CanonicalJson.ToText(new IceServers([server with { Urls = [url] }], 1).ToJson()["servers"]!.Items[0]);

    private static PathFact Read(CheckStep step, string json)
    {
        if (JsonReader.TryRead(Encoding.UTF8.GetBytes(json), out var answer) != JsonFault.None)
        {
            return new(step, CheckCode.ServerFails);
        }

        // Browsers give 701 for all that keeps them from the server, and 0 where nothing came in time.
        return answer["found"]?.Boolean is true ? new(step, CheckCode.Works, RoundTripMs: answer["ms"]?.Number)
            : (int)(answer["error"]?.Integer ?? 0) is var error && error is 0 or 701 ? new(step, CheckCode.ServerSilent)
            : new(step, PathFact.CodeOf(error), error);
    }
}
