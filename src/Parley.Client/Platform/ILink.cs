using Parley.Identity;

namespace Parley.Platform;

/// <summary>A two-way message link to a hub or peer. Dumb: bytes out, bytes in, closed.</summary>
/// <remarks>Messages keep their order. One sender and one receiver at a time.</remarks>
public interface ILink : IAsyncDisposable
{
    /// <summary>Sends one message. Completes when it was handed to the platform; throws <see cref="ParleyException"/> (Disconnected) when closed.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default);

    /// <summary>The next message, or null when the link closed (see <see cref="CloseCode"/>). The bytes are the receiver's.</summary>
    ValueTask<byte[]?> ReceiveAsync(CancellationToken cancellationToken = default);

    /// <summary>The close code after <see cref="ReceiveAsync"/> returned null, where the other side gave one.</summary>
    int? CloseCode { get; }

    /// <summary>The reason beside <see cref="CloseCode"/>, where one was given; for developers.</summary>
    string? CloseReason => null;
}

/// <summary>Opens links.</summary>
public interface ILinkFactory
{
    /// <summary>Connects. Throws <see cref="ParleyException"/> (Disconnected, Timeout) when it cannot.</summary>
    /// <param name="address">The other side.</param>
    /// <param name="token">Proves to it who connects; null where it does not ask. To be shown while connecting, and to nobody else.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<ILink> ConnectAsync(Uri address, UcanToken? token, CancellationToken cancellationToken = default);
}
