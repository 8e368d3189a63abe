using Parley.Access;
using Parley.Live;
using Parley.Replica;
using Parley.Views;

namespace Parley.Tabs;

/// <summary>Memberships in a tab that does not lead: read from the store whenever the leader says that they changed.</summary>
internal sealed class MembershipMirror : IDisposable
{
    private readonly ParleyOptions _options;
    private readonly MembershipViews _views;
    private readonly Bell _changed = new();
    private readonly IDisposable _listening;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MembershipMirror(ParleyOptions options, MembershipViews views, AdvanceSignal advanced)
    {
        _options = options;
        _views = views;
        _listening = advanced.Listen(advance =>
        {
            if (advance.TouchesSchema(Advance.MembershipSchema))
            {
                _changed.Ring();
            }
        });
        _changed.Ring();
        _ = RunAsync();
    }

    /// <summary>Completes when what the store had at the start is shown, or cannot be.</summary>
    public Task First => _first.Task;

    public void Dispose()
    {
        _listening.Dispose();
        if (!_ending.IsCancellationRequested)
        {
            _ending.Cancel();
            _ending.Dispose();
        }
    }

    // Ends with the tab, or when this tab leads: it then shows its own.
    private async Task RunAsync()
    {
        var cancellationToken = _ending.Token;
        try
        {
            while (true)
            {
                await _changed.WaitAsync(null, _options.Time, cancellationToken).ConfigureAwait(false);
                var logs = new LedgerLogs(_options.Store, new(new()));
                await logs.LoadAsync(cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                _views.Show(logs.All);
                _first.TrySetResult();
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // The tab closes or leads.
        }
        catch (ParleyException failure)
        {
            SyncLog.StoreFailed(_options.Logging.CreateLogger("Parley.Access"), failure);
        }
        finally
        {
            _first.TrySetResult();
        }
    }
}
