namespace Parley.Web.Shell;

/// <summary>A <see cref="Live{T}"/> that shows what another one shows, and can be turned to another: who follows it need not know that it was.</summary>
public sealed class LiveRelay<T> : Live<T>, IDisposable
{
    private readonly T _nothing;
    private CancellationTokenSource? _turn;

    /// <summary>Shows <paramref name="nothing"/> while it is turned to none.</summary>
    public LiveRelay(T nothing)
        : base(nothing) => _nothing = nothing;

    /// <summary>Shows what this one shows from now on.</summary>
    public void Turn<TSource>(Live<TSource>? to) where TSource : T
    {
        _turn?.Cancel();
        _turn = null;
        Set(to is null ? _nothing : to.Value);
        if (to is not null)
        {
            _turn = new();
            _ = RelayAsync(to, _turn.Token);
        }
    }

    /// <summary>Shows nothing new any more.</summary>
    public void Dispose() => _turn?.Cancel();

    private async Task RelayAsync<TSource>(Live<TSource> from, CancellationToken cancellationToken) where TSource : T
    {
        try
        {
            await foreach (var value in from.WatchAsync(cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Set(value);
            }
        }
        catch (OperationCanceledException)
        {
            // Turned elsewhere.
        }
    }
}
