using System.Runtime.CompilerServices;

namespace Parley;

/// <summary>A value that changes: read it now, or watch it. Intermediate values may be skipped, the last never.</summary>
/// <remarks>Safe for several threads. Watching begins with the value of now.</remarks>
public class Live<T>
{
    private readonly Lock _gate = new();
    private T _value;
    private TaskCompletionSource _changed = New();

    /// <summary>Starts at <paramref name="value"/>.</summary>
    protected internal Live(T value) => _value = value;

    /// <summary>The value of now.</summary>
    public T Value
    {
        get
        {
            lock (_gate)
            {
                return _value;
            }
        }
    }

    /// <summary>The value of now, then every later one, skipping what came while the reader was busy. Ends only by cancellation.</summary>
    public async IAsyncEnumerable<T> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            T value;
            Task changed;
            lock (_gate)
            {
                value = _value;
                changed = _changed.Task;
            }

            yield return value;
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sets the value and wakes the watchers; equal values wake nobody.</summary>
    protected internal void Set(T value)
    {
        TaskCompletionSource woken;
        lock (_gate)
        {
            if (EqualityComparer<T>.Default.Equals(_value, value))
            {
                return;
            }

            _value = value;
            woken = _changed;
            _changed = New();
        }

        woken.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
