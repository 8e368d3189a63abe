using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Parley.Browser.Interop;
using Parley.Platform;
using Parley.Storage;

namespace Parley.Browser.Storage;

/// <summary>
/// SQLite in a browser: SQLite's WebAssembly build in a worker, over the origin private file system. The leading tab's worker owns
/// the database; other tabs read through it, and the next leader takes it over.
/// </summary>
/// <remarks>
/// What is written survives the tab, the browser and the end of every one of its processes; WAL with <c>synchronous=FULL</c> as in a
/// process, so a power cut too, as far as the browser's flush reaches the disk. The browser may evict all of it unless the origin
/// has persistent storage.
/// </remarks>
public sealed class BrowserStore : ISqlDriver
{
    private readonly IStorageModule _module;
    private readonly PendingCalls _calls;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _lead;
    private bool _leads;
    private bool _disposed;

    private BrowserStore(IStorageModule module, ITabs tabs)
    {
        _module = module;
        _calls = new PendingCalls(module);
        Opened = _calls.Expect(IStorageModule.OpenedCall);
        module.Connect(tabs.TabId, _calls.Complete);
        _lead = tabs.LeadAsync(_closing.Token);
        _ = LeadWhenTurnComesAsync();
    }

    private Task Opened { get; }

    /// <summary>Completes when the store can be read: opened here, or reached in the leading tab.</summary>
    /// <remarks>
    /// Throws <see cref="ParleyException"/>: Unsupported (no origin private file system, or no secure context), Storage,
    /// StoreInUse (another page holds the database and does not let go within 10 s).
    /// </remarks>
    [SupportedOSPlatform("browser")]
    public static async Task<BrowserStore> OpenAsync(ITabs tabs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tabs);
        await BrowserPlatform.LoadAsync();
        return await OpenAsync(new StorageModule(), tabs, cancellationToken);
    }

    /// <summary>A store in memory, for a trial beside the real one. Throws <see cref="ParleyException"/>: Storage.</summary>
    [SupportedOSPlatform("browser")]
    public static async Task<BrowserStore> OpenTrialAsync(CancellationToken cancellationToken = default)
    {
        await BrowserPlatform.LoadAsync();
        return await OpenAsync(new TrialStorageModule(), new LoneTab(), cancellationToken);
    }

    internal static async Task<BrowserStore> OpenAsync(IStorageModule module, ITabs tabs, CancellationToken cancellationToken)
    {
        var store = new BrowserStore(module, tabs);
        try
        {
            await store.Opened.WaitAsync(cancellationToken);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Only in the leading tab; elsewhere an <see cref="InvalidOperationException"/>. Not cancellable once begun.</remarks>
    public ValueTask<IReadOnlyList<SqlResult>> WriteAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(statements);
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        return Leads()
            ? ExecuteAsync(statements, write: true, CancellationToken.None)
            : throw new InvalidOperationException("Only the leading tab writes.");
    }

    /// <inheritdoc/>
    /// <remarks>In a tab that does not lead, a read waits until some tab's database answers.</remarks>
    public ValueTask<IReadOnlyList<SqlResult>> ReadAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(statements);
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        Leads();
        return ExecuteAsync(statements, write: false, cancellationToken);
    }

    /// <summary>Closes the database, where this tab owns it, so that the next leader can open it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _closing.CancelAsync();
        var (call, closed) = _calls.Begin();
        _module.Close(call);
        await closed;
        _calls.End(nameof(BrowserStore));
        _closing.Dispose();
    }

    private async ValueTask<IReadOnlyList<SqlResult>> ExecuteAsync(IReadOnlyList<SqlStatement> statements, bool write, CancellationToken cancellationToken)
    {
        var batch = SqlBatch.Encode(statements);
        var (call, answer) = _calls.Begin();
        _module.Execute(call, write, MemoryMarshal.AsMemory(batch.WrittenMemory).Span);
        return SqlBatch.Decode(await answer.WaitAsync(cancellationToken));
    }

    private async Task LeadWhenTurnComesAsync()
    {
        try
        {
            await _lead;
            Leads();
        }
        catch (OperationCanceledException)
        {
            // Closed before its turn came.
        }
    }

    /// <summary>Whether this tab leads; opens the database when it just began to, whoever notices first.</summary>
    private bool Leads()
    {
        if (!_leads && !_disposed && _lead.IsCompletedSuccessfully)
        {
            _leads = true;
            _module.Lead();
        }

        return _leads;
    }

    /// <summary>A tab without any others.</summary>
    private sealed class LoneTab : ITabs
    {
        public string TabId => "trial";

        public Task LeadAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public void Post(string json)
        {
        }

        public void Receive(Action<string> receiver)
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
