namespace Parley.Browser.Lifecycle;

/// <summary>lifecycle.js: network, visibility, installation, updates, storage.</summary>
internal interface ILifecycleModule
{
    void Watch(Action<bool> online, Action<bool> visible, Action<bool> installable);

    Task RegisterAsync(string script, Action updateReady);

    Task CheckForUpdateAsync();

    void ActivateUpdate();

    Task<bool> RequestPersistenceAsync();

    Task<bool> IsPersistedAsync();

    Task<string> EstimateAsync();

    Task<bool> InstallAsync();

    Task<bool> CopyTextAsync(string text);

    string Address();

    void ReplaceAddress(string address);

    string DeviceName();

    void AnnounceRemoval();

    Task RemoveEverythingAsync();
}
