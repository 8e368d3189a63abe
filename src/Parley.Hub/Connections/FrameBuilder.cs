using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using Parley.Json;

namespace Parley.Hub.Connections;

/// <summary>
/// Builds a server frame: the payload is written behind room for the longest header, and the header is put right before it
/// once the length is known. Frames of a server are not masked, so one array serves every receiver.
/// </summary>
internal sealed class FrameBuilder : IBufferWriter<byte>
{
    private const int HeaderBytesMax = 10;

    private readonly bool _rented;
    private byte[] _buffer;
    private int _end = HeaderBytesMax;

    private FrameBuilder(byte[] buffer, bool rented)
    {
        _buffer = buffer;
        _rented = rented;
    }

    /// <summary>Bytes of payload written so far.</summary>
    public int PayloadLength => _end - HeaderBytesMax;

    /// <summary>A frame that may be shared; <paramref name="payloadBytes"/> is a guess that saves growing.</summary>
    public static FrameBuilder Shared(int payloadBytes) => new(new byte[payloadBytes + HeaderBytesMax], rented: false);

    /// <summary>A frame for one receiver, in an array that goes back to the pool when it was sent.</summary>
    public static FrameBuilder Rented(int payloadBytes) =>
        new(ArrayPool<byte>.Shared.Rent(payloadBytes + HeaderBytesMax), rented: true);

    /// <summary>A control frame (close, ping, pong) with at most 125 bytes.</summary>
    public static OutFrame Control(SocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[2 + payload.Length];
        bytes[0] = (byte)(0x80 | (int)opcode);
        bytes[1] = (byte)payload.Length;
        payload.CopyTo(bytes.AsSpan(2));
        return new(bytes, 0, bytes.Length, OutFrameKind.Kept);
    }

    /// <summary>A text frame whose payload is already there.</summary>
    public static OutFrame Copy(ReadOnlySpan<byte> payload) => Shared(payload.Length).Raw(payload).ToFrame();

    public FrameBuilder Raw(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(GetSpan(utf8.Length));
        _end += utf8.Length;
        return this;
    }

    public FrameBuilder Number(long value)
    {
        Utf8Formatter.TryFormat(value, GetSpan(20), out var written);
        _end += written;
        return this;
    }

    public FrameBuilder Json(JsonValue value)
    {
        CanonicalJson.Write(value, this);
        return this;
    }

    /// <summary>A JSON string, quoted and escaped.</summary>
    public FrameBuilder Text(string text) => Json(JsonValue.Of(text));

    /// <summary>Takes back everything behind a length of payload.</summary>
    public void Truncate(int payloadLength) => _end = HeaderBytesMax + payloadLength;

    /// <summary>The finished text frame. The builder is done with.</summary>
    public OutFrame ToFrame()
    {
        var payload = PayloadLength;
        var header = payload < 126 ? 2 : payload <= ushort.MaxValue ? 4 : 10;
        var start = HeaderBytesMax - header;
        var bytes = _buffer.AsSpan(start);
        bytes[0] = 0x80 | (int)SocketOpcode.Text;
        switch (header)
        {
            case 2:
                bytes[1] = (byte)payload;
                break;
            case 4:
                bytes[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)payload);
                break;
            default:
                bytes[1] = 127;
                BinaryPrimitives.WriteInt64BigEndian(bytes[2..], payload);
                break;
        }

        return new(_buffer, start, header + payload, _rented ? OutFrameKind.Rented : OutFrameKind.Kept);
    }

    public void Advance(int count) => _end += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_end);
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _end >= Math.Max(count, 1))
        {
            return;
        }

        var size = Math.Max(_buffer.Length * 2, _end + count);
        var grown = _rented ? ArrayPool<byte>.Shared.Rent(size) : new byte[size];
        _buffer.AsSpan(0, _end).CopyTo(grown);
        if (_rented)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = grown;
    }
}
