using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Parley.Testing;

/// <summary>Waits until something that runs by itself (a hub, a browser, a replica) comes to a state; the one place where tests wait by polling. What tells of its changes is not polled.</summary>
public static class Eventually
{
    /// <summary>How long is waited where nothing else is said.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks again and again until the look satisfies; returns it. Fails with what it saw last.</summary>
    [OverloadResolutionPriority(1)]
    public static async Task<T> SeesAsync<T>(
        Func<Task<T>> look, Func<T, bool> satisfies, TimeSpan? patience = null, [CallerArgumentExpression(nameof(satisfies))] string condition = "")
    {
        ArgumentNullException.ThrowIfNull(look);
        ArgumentNullException.ThrowIfNull(satisfies);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var seen = await look();
            if (satisfies(seen))
            {
                return seen;
            }

            if (clock.Elapsed > (patience ?? Patience))
            {
                throw new TimeoutException($"Not so after {clock.Elapsed.TotalSeconds:0.0} s: {condition}. Seen last: {Show(seen)}");
            }

#pragma warning disable RS0030 // A real process gives no signal to wait for; this is the exception that the rule names.
            await Task.Delay(Pause);
#pragma warning restore RS0030
        }
    }

    /// <summary>As the other overload, for a value at hand.</summary>
    public static Task<T> SeesAsync<T>(
        Func<T> look, Func<T, bool> satisfies, TimeSpan? patience = null, [CallerArgumentExpression(nameof(satisfies))] string condition = "") =>
        SeesAsync(() => Task.FromResult(look()), satisfies, patience, condition);

    /// <summary>Waits until a state satisfies; returns it. A state tells of its changes, so nothing is polled.</summary>
    public static async Task<T> SeesAsync<T>(
        Live<T> state, Func<T, bool> satisfies, TimeSpan? patience = null, [CallerArgumentExpression(nameof(satisfies))] string condition = "")
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(satisfies);
        using var late = new CancellationTokenSource(patience ?? Patience);
        try
        {
            await foreach (var value in state.WatchAsync(late.Token))
            {
                if (satisfies(value))
                {
                    return value;
                }
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            // Said below.
        }

        throw new TimeoutException($"Not so: {condition}. Seen last: {Show(state.Value)}");
    }

    private static string Show<T>(T seen) => seen is System.Collections.IEnumerable items and not string
        ? "[" + string.Join(", ", items.Cast<object?>()) + "]"
        : seen?.ToString() ?? "nothing";
}
