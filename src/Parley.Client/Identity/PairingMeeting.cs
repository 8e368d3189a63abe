using Parley.Connection;
using Parley.Ids;
using Parley.Platform;

namespace Parley.Identity;

/// <summary>How one side of a meeting reaches the other.</summary>
public sealed record PairingOptions
{
    /// <summary>The hub's WebSocket address.</summary>
    public required Uri Hub { get; init; }

    /// <summary>As whom this side connects: the person, or on a new device its own key alone.</summary>
    public required ISigner Signer { get; init; }

    /// <summary>The signed-in device's own key, where it has one.</summary>
    public ThisDevice? Device { get; init; }

    /// <summary>How links to a hub are made. Defaults to WebSockets.</summary>
    public ILinkFactory? Links { get; init; }

    /// <summary>Clock and timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Fills spans with random bytes. Defaults to the platform's cryptographic source.</summary>
    public RandomBytes Random { get; init; } = System.Security.Cryptography.RandomNumberGenerator.Fill;

    /// <summary>How long the token of a connection is good for: longer than any meeting.</summary>
    private static readonly TimeSpan TokenLifetime = PairingHost.Lifetime * 2;

    internal Dialler Dialler() => new(Hub, Links ?? WebSocketLinks.Instance, new(Signer, Device, Hub, Time, Random, TokenLifetime), Time);
}

/// <summary>What both sides' meetings have in common: a lock around the pure part, a connection, and an end.</summary>
public abstract class PairingMeeting : IAsyncDisposable
{
    // What is still to be said as it ends, a no for instance, has this long to get out: real time, since a socket goes by no other.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _ending = new();
    private readonly TimeProvider _time;
    private Task _running = Task.CompletedTask;
    private bool _isDisposed;

    private protected PairingMeeting(TimeProvider time) => _time = time;

    /// <summary>Guards the pure part.</summary>
    private protected Lock Gate { get; } = new();

    private protected PairingRoom? Room { get; private set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        End();
        Room?.Complete();
        try
        {
            await _running.WaitAsync(Farewell).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Nobody can be told; the other side's own time ends it.
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _ending.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected void Begin(PairingOptions options, RoomId room, IPairingSide side)
    {
        Room = new(options.Dialler(), room, options.Time, side);
        _running = RunAsync();
    }

    /// <summary>This side goes: says so, and wipes what it holds.</summary>
    private protected abstract void End();

    /// <summary>Shows where it stands, after <paramref name="isRefused"/> where the hub does not let this device in.</summary>
    private protected abstract void Show(bool isRefused = false);

    /// <summary>Moves the pure part on to the time of now.</summary>
    private protected abstract void Tick();

    private async Task RunAsync()
    {
        using var ticking = _time.CreateTimer(_ => Tick(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        try
        {
            await Room!.RunAsync(_ending.Token).ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // It is over.
        }
        catch (ParleyException)
        {
            Show(isRefused: true);
        }
    }
}
