using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using Parley.Browser.Interop;

namespace Parley.Browser.Lifecycle;

/// <inheritdoc cref="ILifecycleModule"/>
/// <remarks>These are rare, so the plain Task marshalling does.</remarks>
[SupportedOSPlatform("browser")]
internal sealed partial class LifecycleModule : ILifecycleModule
{
    public void Watch(Action<bool> online, Action<bool> visible, Action<bool> installable) => WatchModule(online, visible, installable);

    public Task RegisterAsync(string script, Action updateReady) => RegisterModule(script, updateReady);

    public Task CheckForUpdateAsync() => CheckForUpdateModule();

    public void ActivateUpdate() => ActivateUpdateModule();

    public Task<bool> RequestPersistenceAsync() => RequestPersistenceModule();

    public Task<bool> IsPersistedAsync() => IsPersistedModule();

    public Task<string> EstimateAsync() => EstimateModule();

    public Task<bool> InstallAsync() => InstallModule();

    public Task<bool> CopyTextAsync(string text) => CopyTextModule(text);

    public string Address() => AddressModule();

    public void ReplaceAddress(string address) => ReplaceAddressModule(address);

    public string DeviceName() => DeviceNameModule();

    public void AnnounceRemoval() => AnnounceRemovalModule();

    public Task RemoveEverythingAsync() => RemoveEverythingModule();

    [JSImport("deviceName", ModuleNames.Lifecycle)]
    private static partial string DeviceNameModule();

    [JSImport("announceRemoval", ModuleNames.Lifecycle)]
    private static partial void AnnounceRemovalModule();

    [JSImport("removeEverything", ModuleNames.Lifecycle)]
    private static partial Task RemoveEverythingModule();

    [JSImport("watch", ModuleNames.Lifecycle)]
    private static partial void WatchModule(
        [JSMarshalAs<JSType.Function<JSType.Boolean>>] Action<bool> online,
        [JSMarshalAs<JSType.Function<JSType.Boolean>>] Action<bool> visible,
        [JSMarshalAs<JSType.Function<JSType.Boolean>>] Action<bool> installable);

    [JSImport("register", ModuleNames.Lifecycle)]
    private static partial Task RegisterModule(string script, [JSMarshalAs<JSType.Function>] Action updateReady);

    [JSImport("checkForUpdate", ModuleNames.Lifecycle)]
    private static partial Task CheckForUpdateModule();

    [JSImport("activateUpdate", ModuleNames.Lifecycle)]
    private static partial void ActivateUpdateModule();

    [JSImport("requestPersistence", ModuleNames.Lifecycle)]
    private static partial Task<bool> RequestPersistenceModule();

    [JSImport("isPersisted", ModuleNames.Lifecycle)]
    private static partial Task<bool> IsPersistedModule();

    [JSImport("estimate", ModuleNames.Lifecycle)]
    private static partial Task<string> EstimateModule();

    [JSImport("install", ModuleNames.Lifecycle)]
    private static partial Task<bool> InstallModule();

    [JSImport("copyText", ModuleNames.Lifecycle)]
    private static partial Task<bool> CopyTextModule(string text);

    [JSImport("address", ModuleNames.Lifecycle)]
    private static partial string AddressModule();

    [JSImport("replaceAddress", ModuleNames.Lifecycle)]
    private static partial void ReplaceAddressModule(string address);
}
