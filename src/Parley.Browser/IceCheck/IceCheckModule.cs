using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using Parley.Browser.Interop;

namespace Parley.Browser.IceCheck;

/// <inheritdoc cref="IIceCheckModule"/>
/// <remarks>These are rare, so the plain Task marshalling does.</remarks>
[SupportedOSPlatform("browser")]
internal sealed partial class IceCheckModule : IIceCheckModule
{
    public bool IsSecure() => IsSecureModule();

    public Task<string> GatherAsync(string server, string type, int patienceMs) => GatherModule(server, type, patienceMs);

    public Task<string> LoopAsync(string server, int patienceMs) => LoopModule(server, patienceMs);

    public Task<string> HearAsync() => HearModule();

    public Task<string> SeeAsync() => SeeModule();

    [JSImport("isSecure", ModuleNames.IceCheck)]
    private static partial bool IsSecureModule();

    [JSImport("gather", ModuleNames.IceCheck)]
    private static partial Task<string> GatherModule(string server, string type, int patienceMs);

    [JSImport("loop", ModuleNames.IceCheck)]
    private static partial Task<string> LoopModule(string server, int patienceMs);

    [JSImport("hear", ModuleNames.IceCheck)]
    private static partial Task<string> HearModule();

    [JSImport("see", ModuleNames.IceCheck)]
    private static partial Task<string> SeeModule();
}
