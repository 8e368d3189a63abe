using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

/// <summary>A WebSocket client made of single bytes, for what a well-behaved client cannot send.</summary>
internal sealed class RawSocket : IAsyncDisposable
{
    /// <summary>Whose sockets these are.</summary>
    public static readonly Author Who = new(251);

    private readonly TcpClient _tcp = new() { NoDelay = true };
    private NetworkStream _stream = null!;

    public static async Task<RawSocket> ConnectAsync(HubFixture hub, int? receiveBuffer = null, string path = "/")
    {
        var raw = new RawSocket();
        if (receiveBuffer is { } bytes)
        {
            raw._tcp.ReceiveBufferSize = bytes;
        }

        await raw._tcp.ConnectAsync(hub.Socket.Host, hub.Socket.Port, TestContext.Current.CancellationToken);
        raw._stream = raw._tcp.GetStream();
        await raw.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: {hub.Socket.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Authorization: Bearer {Tokens.Of(Who, hub).Text}\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await raw._stream.ReadExactlyAsync(one, TestContext.Current.CancellationToken);
            head.Append((char)one[0]);
        }

        await raw.ReadFrameAsync();
        return raw;
    }

    /// <summary>A masked frame, whole.</summary>
    public static byte[] Frame(byte firstByte, ReadOnlySpan<byte> payload)
    {
        var header = Header(firstByte, payload.Length, isMasked: true);
        var frame = new byte[header.Length + payload.Length];
        header.CopyTo(frame, 0);
        for (var i = 0; i < payload.Length; i++)
        {
            frame[header.Length + i] = (byte)(payload[i] ^ header[header.Length - 4 + (i & 3)]);
        }

        return frame;
    }

    /// <summary>The header alone, claiming any length.</summary>
    public static byte[] Header(byte firstByte, long length, bool isMasked)
    {
        var form = length < 126 ? 0 : length <= ushort.MaxValue ? 2 : 8;
        var header = new byte[2 + form + (isMasked ? 4 : 0)];
        header[0] = firstByte;
        header[1] = (byte)((isMasked ? 0x80 : 0) | (form == 0 ? (int)length : form == 2 ? 126 : 127));
        if (form == 2)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)length);
        }
        else if (form == 8)
        {
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(2), length);
        }

        if (isMasked)
        {
            header[^4] = 0x11;
            header[^3] = 0x22;
            header[^2] = 0x33;
            header[^1] = 0x44;
        }

        return header;
    }

    public ValueTask SendAsync(byte[] bytes) => _stream.WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>Sends no more.</summary>
    public void Finish()
    {
        try
        {
            _tcp.Client.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The hub was first.
        }
    }

    /// <summary>The next frame's first byte and payload; (0, empty) where the connection ended.</summary>
    public async Task<(byte First, byte[] Payload)> ReadFrameAsync()
    {
        try
        {
            var head = new byte[2];
            await _stream.ReadExactlyAsync(head, TestContext.Current.CancellationToken);
            long length = head[1];
            if (length >= 126)
            {
                var form = new byte[length == 126 ? 2 : 8];
                await _stream.ReadExactlyAsync(form, TestContext.Current.CancellationToken);
                length = form.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(form) : BinaryPrimitives.ReadInt64BigEndian(form);
            }

            var payload = new byte[length];
            await _stream.ReadExactlyAsync(payload, TestContext.Current.CancellationToken);
            return (head[0], payload);
        }
        catch (IOException)
        {
            return (0, []);
        }
    }

    /// <summary>Reads until the close frame; its code, 0 without one, null where the connection ended without.</summary>
    public async Task<int?> ReadCloseAsync()
    {
        while (true)
        {
            var (first, payload) = await ReadFrameAsync();
            if (first == 0x88)
            {
                return payload.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(payload);
            }

            if (first == 0)
            {
                return null;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }
}
