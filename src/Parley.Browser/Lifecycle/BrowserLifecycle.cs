using System.Globalization;
using System.Runtime.Versioning;
using Parley.Browser.Interop;

namespace Parley.Browser.Lifecycle;

/// <summary>What the page lives through: network, visibility, installation, updates of the app, storage.</summary>
public sealed class BrowserLifecycle
{
    private readonly ILifecycleModule _module;
    private readonly LiveState<bool> _online = new(true);
    private readonly LiveState<bool> _visible = new(true);
    private readonly LiveState<bool> _installable = new(false);
    private readonly LiveState<bool> _updateReady = new(false);

    internal BrowserLifecycle(ILifecycleModule module)
    {
        _module = module;
        module.Watch(_online.Become, _visible.Become, _installable.Become);
    }

    /// <summary>Whether the browser believes that there is a network. True says little; false is certain.</summary>
    public Live<bool> Online => _online;

    /// <summary>Whether the page can be seen.</summary>
    public Live<bool> Visible => _visible;

    /// <summary>Whether the browser offers to install the app.</summary>
    public Live<bool> Installable => _installable;

    /// <summary>Whether a newer build was fetched and waits for <see cref="ActivateUpdate"/>.</summary>
    public Live<bool> UpdateReady => _updateReady;

    /// <summary>Begins to watch.</summary>
    [SupportedOSPlatform("browser")]
    public static async Task<BrowserLifecycle> OpenAsync()
    {
        await BrowserPlatform.LoadAsync();
        return new BrowserLifecycle(new LifecycleModule());
    }

    /// <summary>Registers the service worker; <see cref="UpdateReady"/> follows it from then on.</summary>
    /// <param name="script">Its address, relative to the document's base.</param>
    /// <remarks>The script takes over when it receives <c>{ type: "skip-waiting" }</c>. Where the browser has no service workers nothing happens.</remarks>
    public Task RegisterServiceWorkerAsync(string script = "service-worker.js") => _module.RegisterAsync(script, () => _updateReady.Become(true));

    /// <summary>Asks the hub now whether there is a newer build. Offline, nothing happens.</summary>
    public Task CheckForUpdateAsync() => _module.CheckForUpdateAsync();

    /// <summary>Lets the newer build take over and loads the page again.</summary>
    public void ActivateUpdate() => _module.ActivateUpdate();

    /// <summary>Asks the browser never to evict what this origin keeps; false when it refused.</summary>
    public Task<bool> RequestPersistenceAsync() => _module.RequestPersistenceAsync();

    /// <summary>Whether the browser has promised not to evict what this origin keeps.</summary>
    public Task<bool> IsPersistedAsync() => _module.IsPersistedAsync();

    /// <summary>How much this origin keeps, and may keep.</summary>
    public async Task<StorageUse> MeasureStorageAsync()
    {
        var parts = (await _module.EstimateAsync()).Split(' ');
        return new StorageUse(long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Shows the browser's install question; only from a click, while <see cref="Installable"/>. True when the person agreed.</summary>
    public async Task<bool> InstallAsync()
    {
        _installable.Become(false);
        return await _module.InstallAsync();
    }

    /// <summary>Puts text on the clipboard; only from a click. False when the browser refused.</summary>
    public Task<bool> CopyTextAsync(string text) => _module.CopyTextAsync(text);

    /// <summary>Where the page is, with its fragment.</summary>
    public string Address() => _module.Address();

    /// <summary>Shows another address of this origin in place of the page's own, which nobody finds in the history any more; nothing is loaded.</summary>
    /// <param name="address">Relative to the document's base.</param>
    public void ReplaceAddress(string address) => _module.ReplaceAddress(address);

    /// <summary>How the person would tell this device from others: "Chromium on Linux".</summary>
    public string DeviceName() => _module.DeviceName();

    /// <summary>Tells the other tabs that the keys of this device are gone: they start anew, with nobody in them, and let go of the store.</summary>
    public void AnnounceRemoval() => _module.AnnounceRemoval();

    /// <summary>Deletes what this origin keeps beside the keys. The store of this tab is closed already. Throws <see cref="ParleyException"/>: StoreInUse.</summary>
    [SupportedOSPlatform("browser")]
    public async Task RemoveEverythingAsync()
    {
        try
        {
            await _module.RemoveEverythingAsync();
        }
        catch (System.Runtime.InteropServices.JavaScript.JSException failure)
        {
            throw new ParleyException(ParleyErrorCode.StoreInUse, "Another page holds the database.", failure);
        }
    }
}
