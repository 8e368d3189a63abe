using Parley.Connection;

namespace Parley.Sync;

/// <summary>Keeps a session with the hub: dials, runs it, and dials again with backoff until it is stopped.</summary>
internal sealed class HubConnection(SyncParts parts, Uri address, ILinkFactory links, ISessionListener listener, Action<ConnectionStatus> report, Backoff backoff)
{
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(15);

    // A session that stood this long says that the hub is well again.
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);

    private readonly Bell _now = new();

    /// <summary>Tries at once: the platform says that the network is back.</summary>
    public void RetryNow() => _now.Ring();

    /// <summary>Runs until cancelled, or until the hub refuses us for good.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            report(new(ConnectionPhase.Connecting));
            var (why, closeCode) = await SessionAsync(cancellationToken).ConfigureAwait(false);
            if (why is null)
            {
                return;
            }

            var wait = backoff.Next(closeCode);
            SyncLog.Disconnected(parts.Log, why, wait.TotalSeconds);
            report(new(ConnectionPhase.Offline, RetryAt: parts.Time.GetUtcNow() + wait, Why: why));
            await _now.WaitAsync(wait, parts.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One try: why it ended, or null where no other shall follow.</summary>
    private async Task<(string? Why, int? CloseCode)> SessionAsync(CancellationToken cancellationToken)
    {
        ILink? link = null;
        var started = parts.Time.GetTimestamp();
        try
        {
            link = await DialAsync(cancellationToken).ConfigureAwait(false);
            using var session = await HubSession.OpenAsync(parts, link, address, listener, cancellationToken).ConfigureAwait(false);
            report(new(ConnectionPhase.Syncing));
            SyncLog.Connected(parts.Log);
            await session.RunAsync(cancellationToken).ConfigureAwait(false);
            return ("The hub closed the link.", link.CloseCode);
        }
        catch (ParleyException refused) when (refused.Code == ParleyErrorCode.Incompatible)
        {
            SyncLog.Refused(parts.Log, refused.Message);
            report(new(ConnectionPhase.Refused, Why: refused.Message));
            return (null, null);
        }
        catch (ParleyException failure)
        {
            if (failure.Code == ParleyErrorCode.Storage)
            {
                SyncLog.StoreFailed(parts.Log, failure);
            }

            return (failure.Message, link?.CloseCode);
        }
        catch (Exception bug) when (bug is not OperationCanceledException and not ObjectDisposedException)
        {
            SyncLog.Bug(parts.Log, bug);
            return ("An unexpected failure.", null);
        }
        finally
        {
            listener.OnClosed();
            if (parts.Time.GetElapsedTime(started) > Steady)
            {
                backoff.Reset();
            }

            if (link is not null)
            {
                await link.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<ILink> DialAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(DialTimeout, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await links.ConnectAsync(address, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ParleyException(ParleyErrorCode.Timeout, "The hub did not answer.");
        }
    }
}
