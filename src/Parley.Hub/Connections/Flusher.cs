namespace Parley.Hub.Connections;

/// <summary>
/// Writes waiting frames out, one pass after another over the sockets that have any: while a pass runs, the next frames of all
/// sockets gather, so that the busier a hub is the more frames one write carries, and a quiet hub writes at once.
/// </summary>
internal sealed class Flusher : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private List<Outbox> _waiting = [];
    private List<Outbox> _pass = [];
    private bool _isRunning;

    /// <summary>Puts an outbox on the next pass. It is on at most one.</summary>
    public void Add(Outbox outbox)
    {
        lock (_gate)
        {
            _waiting.Add(outbox);
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc/>
    public void Execute()
    {
        lock (_gate)
        {
            (_pass, _waiting) = (_waiting, _pass);
        }

        foreach (var outbox in _pass)
        {
            outbox.Flush();
        }

        _pass.Clear();
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _isRunning = false;
                return;
            }
        }

        // To the end of the line: those who read frames get their turn, and more gathers meanwhile.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
