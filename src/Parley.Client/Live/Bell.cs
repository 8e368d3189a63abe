namespace Parley.Live;

/// <summary>Wakes one waiter; a ring while nobody waits is kept, several are one.</summary>
internal sealed class Bell
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _rung = New();

    public void Ring()
    {
        lock (_gate)
        {
            _rung.TrySetResult();
        }
    }

    /// <summary>Completes with the next ring, or after the time if one is given.</summary>
    public async Task WaitAsync(TimeSpan? atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        Task rung;
        lock (_gate)
        {
            rung = _rung.Task;
        }

        if (atMost is { } timeout && !rung.IsCompleted)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(rung, Task.Delay(timeout, time, over.Token)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        else
        {
            await rung.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        lock (_gate)
        {
            if (_rung.Task.IsCompleted)
            {
                _rung = New();
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
