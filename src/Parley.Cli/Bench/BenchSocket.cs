using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Parley.Cli.Terminal;
using Parley.Identity;

namespace Parley.Cli.Bench;

/// <summary>Takes the payload of one received text frame. The span is valid during the call only.</summary>
internal delegate void FrameReceived(ReadOnlySpan<byte> payload);

/// <summary>
/// A WebSocket over a bare TCP socket that copies nothing and allocates nothing per received frame: measuring a hub's fan-out
/// on the same machine would otherwise measure the client.
/// </summary>
internal sealed class BenchSocket : IAsyncDisposable
{
    private const int BufferBytesFirst = 8 * 1024;

    private readonly Socket _socket;
    private readonly FrameReceived _received;
    private readonly List<byte> _fragments = [];
    private readonly CancellationTokenSource _stop = new();
    private byte[] _buffer = new byte[BufferBytesFirst];
    private int _end;
    private Task _receiving = Task.CompletedTask;

    private BenchSocket(Socket socket, FrameReceived received)
    {
        _socket = socket;
        _received = received;
    }

    /// <summary>Completes when the hub closed the connection, with its close code (or 1006 without one).</summary>
    public Task<int> Closed => _closed.Task;

    private readonly TaskCompletionSource<int> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Connects, upgrades and begins to receive. Throws <see cref="CliException"/> where the hub cannot be reached.</summary>
    public static async Task<BenchSocket> ConnectAsync(
        Uri hub, UcanToken token, FrameReceived received, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(hub.Host, hub.Port, cancellationToken);
            var connection = new BenchSocket(socket, received);
            await connection.UpgradeAsync(hub, token, cancellationToken);
            connection._receiving = connection.ReceiveAsync();
            return connection;
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new CliException(ExitCode.Unreachable, $"no hub answers at {hub}: {failure.Message}");
        }
    }

    /// <summary>Sends bytes made by <see cref="WebSocketFrame.Encode"/>. One sender at a time.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken)
    {
        while (encoded.Length > 0)
        {
            encoded = encoded[await _socket.SendAsync(encoded, cancellationToken)..];
        }
    }

    /// <summary>Sends one text frame.</summary>
    public ValueTask SendTextAsync(ReadOnlySpan<byte> json, CancellationToken cancellationToken) =>
        SendAsync(WebSocketFrame.Encode(WebSocketFrame.Text, json), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _receiving;
        _stop.Dispose();
    }

    private async Task UpgradeAsync(Uri hub, UcanToken token, CancellationToken cancellationToken)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var request = $"GET {hub.PathAndQuery} HTTP/1.1\r\nHost: {hub.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {token.Text}\r\n\r\n";
        await SendAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        var headEnd = -1;
        while (headEnd < 0)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
            _end += read;
            headEnd = _buffer.AsSpan(0, _end).IndexOf("\r\n\r\n"u8);
            if (read == 0 || (headEnd < 0 && _end == _buffer.Length))
            {
                throw new CliException(ExitCode.Unreachable, $"{hub} did not answer the WebSocket upgrade");
            }
        }

        if (!_buffer.AsSpan(0, headEnd).StartsWith("HTTP/1.1 101"u8))
        {
            var status = Encoding.ASCII.GetString(_buffer.AsSpan(0, _buffer.AsSpan(0, headEnd).IndexOf((byte)'\r')));
            throw new CliException(ExitCode.Unreachable, $"{hub} refused the WebSocket upgrade: {status}");
        }

        _end -= headEnd + 4;
        _buffer.AsSpan(headEnd + 4, _end).CopyTo(_buffer);
    }

    private async Task ReceiveAsync()
    {
        var code = 1006;
        try
        {
            while (TakeFrames(ref code))
            {
                if (_end == _buffer.Length)
                {
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                }

                var read = await _socket.ReceiveAsync(_buffer.AsMemory(_end), _stop.Token);
                if (read == 0)
                {
                    break;
                }

                _end += read;
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection ended; the code says how.
        }

        _closed.TrySetResult(code);
    }

    /// <summary>Hands over every whole frame and keeps the rest. False once the hub closed.</summary>
    private bool TakeFrames(ref int closeCode)
    {
        var start = 0;
        while (WebSocketFrame.TryDecode(_buffer.AsSpan(start, _end - start), out var opcode, out var final, out var range, out var length))
        {
            var payload = _buffer.AsSpan(start, length)[range];
            start += length;
            switch (opcode)
            {
                case WebSocketFrame.Text when final:
                    _received(payload);
                    break;
                case WebSocketFrame.Text or WebSocketFrame.Continuation:
                    TakeFragment(payload, final);
                    break;
                case WebSocketFrame.Ping:
                    _socket.Send(WebSocketFrame.Encode(WebSocketFrame.Pong, payload));
                    break;
                case WebSocketFrame.Close:
                    closeCode = payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005;
                    return false;
            }
        }

        _end -= start;
        _buffer.AsSpan(start, _end).CopyTo(_buffer);
        return true;
    }

    private void TakeFragment(ReadOnlySpan<byte> payload, bool final)
    {
        _fragments.AddRange(payload);
        if (final)
        {
            _received(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_fragments));
            _fragments.Clear();
        }
    }
}
