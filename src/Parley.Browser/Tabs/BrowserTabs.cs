using System.Runtime.Versioning;
using System.Security.Cryptography;
using Parley.Platform;

namespace Parley.Browser.Tabs;

/// <summary>The tabs of one person in one browser: Web Locks decide who leads, a BroadcastChannel carries what they say.</summary>
public sealed class BrowserTabs : ITabs
{
    private readonly ITabsModule _module;
    private readonly TaskCompletionSource _leading = new();
    private Action<string>? _receiver;
    private bool _asked;
    private bool _disposed;

    internal BrowserTabs(ITabsModule module)
    {
        _module = module;
        module.Open(json => _receiver?.Invoke(json));
    }

    /// <inheritdoc/>
    public string TabId { get; } = RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>Joins this person's other tabs.</summary>
    [SupportedOSPlatform("browser")]
    public static async Task<BrowserTabs> OpenAsync()
    {
        await BrowserPlatform.LoadAsync();
        return new BrowserTabs(new TabsModule());
    }

    /// <inheritdoc/>
    /// <remarks>Everyone who waits is woken by the same lock, in the order of asking. Cancelling ends the waiting, not the place in the queue.</remarks>
    public Task LeadAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_asked)
        {
            _asked = true;
            _module.Lead(() => _leading.TrySetResult());
        }

        return _leading.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Post(string json)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _module.Post(json);
    }

    /// <inheritdoc/>
    public void Receive(Action<string> receiver) => _receiver = receiver;

    /// <summary>Gives up the lead, or the wait for it. Dispose the store before: the next leader opens it at once.</summary>
    public ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            _module.Close();
            _leading.TrySetCanceled();
        }

        return ValueTask.CompletedTask;
    }
}
