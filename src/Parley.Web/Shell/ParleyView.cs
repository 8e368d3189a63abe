using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Parley.Nodes;

namespace Parley.Web.Shell;

/// <summary>The base of every component that shows something live. What it follows, owns or imports ends with it.</summary>
public abstract class ParleyView : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private readonly List<IDisposable> _owned = [];

    [Inject] public required Session Session { get; init; }
    [Inject] public required IJSRuntime Script { get; init; }

    /// <summary>The person's replica. Components below the workbench exist only while it is open.</summary>
    protected ParleyClient Client => Session.Client;

    /// <summary>Cancelled when the component is disposed.</summary>
    protected CancellationToken Closed => _closed.Token;

    /// <summary>Renders again whenever the value changes, after <paramref name="then"/> has run. Runs once at once.</summary>
    protected void Follow<T>(Live<T> live, Action<T>? then = null)
    {
        ArgumentNullException.ThrowIfNull(live);
        _ = FollowAsync(live, then);
    }

    /// <summary>As the other overload; and runs when the first answer is here, although it may be as empty as before.</summary>
    protected void Follow(LiveQuery query, Action<IReadOnlyList<Node>>? then = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        Follow<IReadOnlyList<Node>>(query, then);
        if (!query.Ready.IsCompleted)
        {
            _ = FirstAsync(query, then);
        }
    }

    /// <summary>Disposes it with the component.</summary>
    protected T Own<T>(T thing) where T : IDisposable
    {
        _owned.Add(thing);
        return thing;
    }

    /// <summary>Imports the script beside a component, for calls without awaiting: an awaited call costs milliseconds in a browser.</summary>
    /// <returns>The module, or null where the component was closed meanwhile.</returns>
    protected async Task<IJSInProcessObjectReference?> ImportAsync(string path)
    {
        var module = await Script.InvokeAsync<IJSInProcessObjectReference>("import", Closed, path);
        if (Closed.IsCancellationRequested)
        {
            module.Dispose();
            return null;
        }

        return Own(module);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what the component began, newest first.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || _closed.IsCancellationRequested)
        {
            return;
        }

        _closed.Cancel();
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }

        _closed.Dispose();
    }

    private async Task FirstAsync(LiveQuery query, Action<IReadOnlyList<Node>>? then)
    {
        var closed = Closed;
        try
        {
            await query.Ready.WaitAsync(closed);
            await InvokeAsync(() =>
            {
                then?.Invoke(query.Value);
                StateHasChanged();
            });
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }

    private async Task FollowAsync<T>(Live<T> live, Action<T>? then)
    {
        var closed = Closed;
        try
        {
            await foreach (var value in live.WatchAsync(closed))
            {
                await InvokeAsync(() =>
                {
                    if (!closed.IsCancellationRequested)
                    {
                        then?.Invoke(value);
                        StateHasChanged();
                    }
                });
            }
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }
}
