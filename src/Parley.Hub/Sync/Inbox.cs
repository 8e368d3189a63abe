namespace Parley.Hub.Sync;

/// <summary>
/// The one bounded way to the writer. Senders wait asynchronously for room; the writer's thread sleeps until there is something.
/// </summary>
internal sealed class Inbox(int submissionsMax) : IDisposable
{
    private readonly SemaphoreSlim _room = new(submissionsMax, submissionsMax);
    private readonly object _gate = new();
    private List<Submission> _waiting = [];
    private bool _isComplete;

    /// <summary>Adds a submission when there is room; false once the inbox is complete.</summary>
    public async ValueTask<bool> AddAsync(Submission submission)
    {
        await _room.WaitAsync();
        lock (_gate)
        {
            if (_isComplete)
            {
                _room.Release();
                return false;
            }

            _waiting.Add(submission);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Blocks the writer's thread until something waits and takes all of it; false when complete and empty.</summary>
    /// <param name="into">An empty list to swap in.</param>
    public bool Take(ref List<Submission> into)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_isComplete)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            (into, _waiting) = (_waiting, into);
        }

        _room.Release(into.Count);
        return true;
    }

    /// <summary>Takes nothing more; what waits is still handed out.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isComplete = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _room.Dispose();
}
