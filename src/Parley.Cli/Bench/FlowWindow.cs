using Parley.Cli.Terminal;

namespace Parley.Cli.Bench;

/// <summary>Lets one sender run ahead of what has come back by a bounded amount, so that a hub is kept busy and never flooded.</summary>
internal sealed class FlowWindow(long size) : IDisposable
{
    /// <summary>With nothing coming back for this long, something is lost.</summary>
    private static readonly TimeSpan StallMax = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _room = new(0);
    private long _sent;
    private long _done;
    private long _needed;

    /// <summary>Everything reserved so far.</summary>
    public long Sent => _sent;

    /// <summary>Everything that came back so far.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>Waits until <paramref name="count"/> more fit into the window. Only the sender calls it.</summary>
    public ValueTask ReserveAsync(long count, CancellationToken cancellationToken)
    {
        _sent += count;
        return WaitUntilOutstandingAsync(size, cancellationToken);
    }

    /// <summary>Waits until everything came back. Only the sender calls it.</summary>
    public ValueTask DrainAsync(CancellationToken cancellationToken) => WaitUntilOutstandingAsync(0, cancellationToken);

    /// <summary>Something came back. Safe for several threads.</summary>
    public void Add(long count)
    {
        var done = Interlocked.Add(ref _done, count);
        var needed = Volatile.Read(ref _needed);
        if (needed > 0 && done >= needed && Interlocked.CompareExchange(ref _needed, 0, needed) == needed)
        {
            _room.Release();
        }
    }

    public void Dispose() => _room.Dispose();

    private async ValueTask WaitUntilOutstandingAsync(long outstanding, CancellationToken cancellationToken)
    {
        var needed = _sent - outstanding;
        if (Done >= needed)
        {
            return;
        }

        Interlocked.Exchange(ref _needed, needed);
        // What came back between the question and the note above has woken nobody.
        if (Done >= needed && Interlocked.CompareExchange(ref _needed, 0, needed) == needed)
        {
            return;
        }

        var seen = Done;
        while (!await _room.WaitAsync(StallMax, cancellationToken))
        {
            if (Done == seen)
            {
                throw new CliException(ExitCode.Failed, $"nothing came back for {StallMax.TotalSeconds:0} s: {seen} of {_sent} arrived");
            }

            seen = Done;
        }
    }
}
