using Parley.Connection;
using Parley.Live;

namespace Parley.Peers;

/// <summary>
/// Keeps a session with the hub: dials, runs it, and dials again with backoff until it is stopped. Before a connection's token ends
/// another connection with a fresh one takes over.
/// </summary>
internal sealed class HubConnection(SyncParts parts, Dialler dialler, ISessionListener listener, Action<ConnectionStatus> report, Backoff backoff)
{
    // A session that stood this long says that the hub is well again.
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);

    // Where a successor cannot be dialled, the session goes on meanwhile: its token is good for a while.
    private static readonly TimeSpan RenewAgainAfter = TimeSpan.FromMinutes(1);

    private readonly Bell _now = new();

    /// <summary>Tries at once: the platform says that the network is back.</summary>
    public void RetryNow() => _now.Ring();

    /// <summary>Runs until cancelled, or until the hub refuses us for good.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Dialled? successor = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            if (successor is null)
            {
                report(new(ConnectionPhase.Connecting));
            }

            var end = await SessionAsync(successor, cancellationToken).ConfigureAwait(false);
            successor = end.Successor;
            if (successor is not null)
            {
                continue;
            }

            if (end.Phase is ConnectionPhase.Refused or ConnectionPhase.SignedOut)
            {
                SyncLog.Refused(parts.Log, end.Why);
                if (!end.IsWorthAnotherTry)
                {
                    report(new(end.Phase, Why: end.Why));
                    return;
                }
            }

            var wait = end.Phase == ConnectionPhase.Refused ? backoff.NextAfterRefusal() : backoff.Next(end.CloseCode);
            SyncLog.Disconnected(parts.Log, end.Why, wait.TotalSeconds);
            report(new(end.Phase, RetryAt: parts.Time.GetUtcNow() + wait, Why: end.Why, Reason: end.Reason));
            await _now.WaitAsync(wait, parts.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One try: how it ended.</summary>
    private async Task<SessionEnd> SessionAsync(Dialled? dialled, CancellationToken cancellationToken)
    {
        var started = parts.Time.GetTimestamp();
        try
        {
            dialled ??= await dialler.DialAsync(cancellationToken).ConfigureAwait(false);
            using var session = await HubSession.OpenAsync(parts, dialled, dialler.Address, listener, cancellationToken).ConfigureAwait(false);
            report(new(ConnectionPhase.Syncing));
            SyncLog.Connected(parts.Log);
            var successor = await RunAsync(session, cancellationToken).ConfigureAwait(false);
            return successor is null && LinkClose.IsSignOut(dialled.Link)
                ? throw LinkClose.SignedOut()
                : new("The hub closed the link.", dialled.Link.CloseCode, Successor: successor);
        }
        catch (ParleyException refused) when (refused.Code == ParleyErrorCode.Incompatible)
        {
            return new(refused.Message, Phase: ConnectionPhase.Refused, IsWorthAnotherTry: false);
        }
        catch (ParleyException refused) when (refused.Code == ParleyErrorCode.SignedOut)
        {
            return new(refused.Message, Phase: ConnectionPhase.SignedOut, IsWorthAnotherTry: false);
        }
        catch (ParleyException refused) when (refused.Code == ParleyErrorCode.Forbidden)
        {
            return new(refused.Message, Phase: ConnectionPhase.Refused, Reason: refused.Reason);
        }
        catch (ParleyException failure)
        {
            if (failure.Code == ParleyErrorCode.Storage)
            {
                SyncLog.StoreFailed(parts.Log, failure);
            }

            return new(failure.Message, dialled?.Link.CloseCode);
        }
        catch (Exception bug) when (bug is not OperationCanceledException and not ObjectDisposedException)
        {
            SyncLog.Bug(parts.Log, bug);
            return new("An unexpected failure.");
        }
        finally
        {
            listener.OnClosed();
            if (parts.Time.GetElapsedTime(started) > Steady)
            {
                backoff.Reset();
            }

            if (dialled is not null)
            {
                await dialled.Link.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Runs a session until it ends, or until another connection stands ready to take over, which is then the answer.</summary>
    private async Task<Dialled?> RunAsync(HubSession session, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var renewing = RenewAsync(ending.Token);
        var running = session.RunAsync(ending.Token);
        await Task.WhenAny(running, renewing).ConfigureAwait(false);
        var takesOver = !running.IsCompleted;
        await ending.CancelAsync().ConfigureAwait(false);
        if (takesOver)
        {
            // What is under way goes out again with the next session, as after any lost link.
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await renewing.ConfigureAwait(false);
        }

        await ((Task)renewing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (renewing.IsCompletedSuccessfully)
        {
            await (await renewing.ConfigureAwait(false)).Link.DisposeAsync().ConfigureAwait(false);
        }

        await running.ConfigureAwait(false);
        return null;
    }

    private async Task<Dialled> RenewAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(dialler.RenewAfter, parts.Time, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            try
            {
                return await dialler.DialAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ParleyException failure)
            {
                SyncLog.NotRenewed(parts.Log, failure.Message);
                await Task.Delay(RenewAgainAfter, parts.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>How a session ended.</summary>
    /// <param name="Why">For developers.</param>
    /// <param name="CloseCode">The hub's, where it gave one.</param>
    /// <param name="Phase">Where that leaves us.</param>
    /// <param name="IsWorthAnotherTry">False where time alone changes nothing.</param>
    /// <param name="Successor">The connection that takes over.</param>
    /// <param name="Reason">Why the hub does not admit us, where it said so.</param>
    private readonly record struct SessionEnd(
        string Why, int? CloseCode = null, ConnectionPhase Phase = ConnectionPhase.Offline, bool IsWorthAnotherTry = true, Dialled? Successor = null,
        Reason? Reason = null);
}
