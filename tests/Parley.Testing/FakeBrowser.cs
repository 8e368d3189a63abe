using System.Threading.Channels;
using Parley.Platform;
using Parley.Storage;

namespace Parley.Testing;

/// <summary>Several tabs of one person: one lock, one channel, one store that only the leading tab may write.</summary>
public sealed class FakeBrowser(ISqlDriver store) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<FakeTab> _tabs = [];
    private FakeTab? _leader;
    private int _opened;

    /// <summary>Messages for which this is true are lost.</summary>
    public Func<string, bool>? Loses { get; set; }

    /// <summary>Opens a tab.</summary>
    public FakeTab Open()
    {
        lock (_gate)
        {
            var tab = new FakeTab(this, $"tab-{++_opened}");
            _tabs.Add(tab);
            return tab;
        }
    }

    /// <summary>The store as a tab has it: everybody reads, only the leading tab writes.</summary>
    public ISqlDriver StoreOf(FakeTab tab) => new TabStore(this, tab);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await store.DisposeAsync();

    private void Elect()
    {
        FakeTab? elected = null;
        lock (_gate)
        {
            if (_leader is null)
            {
                _leader = elected = _tabs.Find(tab => tab.Waits);
            }
        }

        elected?.Elected();
    }

    private void Remove(FakeTab tab)
    {
        lock (_gate)
        {
            _tabs.Remove(tab);
            if (ReferenceEquals(_leader, tab))
            {
                _leader = null;
            }
        }

        Elect();
    }

    private void Post(FakeTab from, string json)
    {
        lock (_gate)
        {
            foreach (var tab in _tabs.Where(tab => !ReferenceEquals(tab, from) && Loses?.Invoke(json) != true))
            {
                tab.Hear(json);
            }
        }
    }

    /// <summary>One tab.</summary>
    public sealed class FakeTab : ITabs
    {
        private readonly FakeBrowser _browser;
        private readonly TaskCompletionSource _leading = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();
        private Action<string>? _receiver;
        private bool _closed;

        internal FakeTab(FakeBrowser browser, string id)
        {
            _browser = browser;
            TabId = id;
            _ = ListenAsync();
        }

        /// <inheritdoc/>
        public string TabId { get; }

        internal bool Waits { get; private set; }

        /// <inheritdoc/>
        public Task LeadAsync(CancellationToken cancellationToken = default)
        {
            Waits = true;
            _browser.Elect();
            return _leading.Task.WaitAsync(cancellationToken);
        }

        /// <inheritdoc/>
        public void Post(string json)
        {
            if (!_closed)
            {
                _browser.Post(this, json);
            }
        }

        /// <inheritdoc/>
        public void Receive(Action<string> receiver) => _receiver = receiver;

        /// <summary>The tab dies: it hears and says nothing more, and its lock is free.</summary>
        public void Crash()
        {
            _closed = true;
            _heard.Writer.TryComplete();
            _browser.Remove(this);
        }

        /// <inheritdoc/>
        public ValueTask DisposeAsync()
        {
            Crash();
            return ValueTask.CompletedTask;
        }

        internal void Elected() => _leading.TrySetResult();

        internal void Hear(string json) => _heard.Writer.TryWrite(json);

        internal bool IsDead => _closed;

        // One message after another, as on a tab's one thread.
        private async Task ListenAsync()
        {
            await foreach (var json in _heard.Reader.ReadAllAsync())
            {
                _receiver?.Invoke(json);
            }
        }
    }

    private sealed class TabStore(FakeBrowser browser, FakeTab tab) : ISqlDriver
    {
        private ISqlDriver Store => browser.Inner;

        public ValueTask<IReadOnlyList<SqlResult>> WriteAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
            tab.IsDead ? throw new ObjectDisposedException(nameof(TabStore))
            : ReferenceEquals(browser._leader, tab) ? Store.WriteAsync(statements, cancellationToken)
            : throw new InvalidOperationException("Only the leading tab writes.");

        public ValueTask<IReadOnlyList<SqlResult>> ReadAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
            tab.IsDead ? throw new ObjectDisposedException(nameof(TabStore)) : Store.ReadAsync(statements, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private ISqlDriver Inner => store;
}
