using System.Net.WebSockets;
using Parley.Identity;
using Parley.Platform;

namespace Parley.Connection;

/// <summary>Links over WebSockets, in a process and in a browser.</summary>
public sealed class WebSocketLinks : ILinkFactory
{
    /// <summary>The largest message taken; a larger one ends the link.</summary>
    public const int MessageBytesMax = 16 * 1024 * 1024;

    private const string SubProtocol = "xnet-sync.v1";
    private const string TokenPrefix = "xnet-auth.";

    /// <summary>The shared instance.</summary>
    public static WebSocketLinks Instance { get; } = new();

    /// <inheritdoc/>
    public async ValueTask<ILink> ConnectAsync(Uri address, UcanToken? token, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        var socket = new ClientWebSocket();
        try
        {
            // A browser's sockets carry no headers, so the token is offered as a sub-protocol everywhere; hubs choose the other one.
            socket.Options.AddSubProtocol(SubProtocol);
            if (token is not null)
            {
                socket.Options.AddSubProtocol(TokenPrefix + token.Text);
            }

            if (!OperatingSystem.IsBrowser())
            {
                socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(20);
            }

            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return new WebSocketLink(socket);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (failure is WebSocketException or HttpRequestException or IOException)
            {
                throw new ParleyException(ParleyErrorCode.Disconnected, "The hub could not be reached.", failure);
            }

            throw;
        }
    }

    private sealed class WebSocketLink(ClientWebSocket socket) : ILink
    {
        private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

        private byte[] _buffer = new byte[16 * 1024];

        public int? CloseCode => (int?)socket.CloseStatus;

        public string? CloseReason => socket.CloseStatusDescription is { Length: > 0 } reason ? reason : null;

        public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
        {
            try
            {
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is WebSocketException or InvalidOperationException or IOException)
            {
                throw new ParleyException(ParleyErrorCode.Disconnected, "The link is closed.", failure);
            }
        }

        public async ValueTask<byte[]?> ReceiveAsync(CancellationToken cancellationToken = default)
        {
            var length = 0;
            while (true)
            {
                ValueWebSocketReceiveResult received;
                try
                {
                    received = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                }
                catch (Exception failure) when (failure is WebSocketException or InvalidOperationException or IOException)
                {
                    return null;
                }

                length += received.Count;
                if (received.MessageType == WebSocketMessageType.Close || length > MessageBytesMax)
                {
                    return null;
                }

                if (received.EndOfMessage)
                {
                    var message = _buffer.AsSpan(0, length).ToArray();
                    Shrink(length);
                    return message;
                }

                if (length == _buffer.Length)
                {
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                try
                {
                    using var timeout = new CancellationTokenSource(CloseTimeout);
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, timeout.Token).ConfigureAwait(false);
                }
                catch (Exception failure) when (failure is WebSocketException or InvalidOperationException or IOException or OperationCanceledException)
                {
                    // The other side is gone already, which is what was wanted.
                }
            }

            socket.Dispose();
        }

        // A page may be large; what lies idle should not be.
        private void Shrink(int used)
        {
            if (_buffer.Length > 1024 * 1024 && used < 64 * 1024)
            {
                _buffer = new byte[16 * 1024];
            }
        }
    }
}
