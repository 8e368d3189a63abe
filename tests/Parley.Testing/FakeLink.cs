using System.Threading.Channels;
using Parley.Platform;

namespace Parley.Testing;

/// <summary>One end of an in-memory link; what one end sends the other receives, in order, until either closes.</summary>
public sealed class FakeLink : ILink
{
    private readonly Channel<byte[]> _inbox = Channel.CreateUnbounded<byte[]>();
    private FakeLink? _other;
    private bool _closed;

    private FakeLink()
    {
    }

    /// <inheritdoc/>
    public int? CloseCode { get; private set; }

    /// <summary>Messages for which this is true are lost on their way to the other end.</summary>
    public Func<byte[], bool>? Loses { get; set; }

    /// <summary>Two ends of one link.</summary>
    public static (FakeLink Near, FakeLink Far) Pair()
    {
        var near = new FakeLink();
        var far = new FakeLink { _other = near };
        near._other = far;
        return (near, far);
    }

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return TrySend(message) ? ValueTask.CompletedTask : throw new ParleyException(ParleyErrorCode.Disconnected, "The link is closed.");
    }

    /// <summary>Sends a message; false where the link is closed.</summary>
    public bool TrySend(ReadOnlyMemory<byte> message)
    {
        if (_closed)
        {
            return false;
        }

        var bytes = message.ToArray();
        if (Loses?.Invoke(bytes) != true)
        {
            _other!._inbox.Writer.TryWrite(bytes);
        }

        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]?> ReceiveAsync(CancellationToken cancellationToken = default) =>
        await _inbox.Reader.WaitToReadAsync(cancellationToken) && _inbox.Reader.TryRead(out var message) ? message : null;

    /// <summary>Closes both ends with a code.</summary>
    public void Close(int code = 1000)
    {
        foreach (var end in new[] { this, _other! })
        {
            end.CloseCode ??= code;
            end._closed = true;
            end._inbox.Writer.TryComplete();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }
}
