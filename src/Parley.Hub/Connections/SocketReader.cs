using System.Buffers;
using System.Buffers.Binary;

namespace Parley.Hub.Connections;

/// <summary>What a <see cref="SocketReader"/> found.</summary>
internal enum SocketEventKind : byte
{
    /// <summary>Nothing to tell.</summary>
    None,

    /// <summary>A whole text message.</summary>
    Text,

    /// <summary>A whole binary message.</summary>
    Binary,

    /// <summary>A ping with its payload.</summary>
    Ping,

    /// <summary>A pong.</summary>
    Pong,

    /// <summary>The peer closes; <see cref="SocketEvent.Code"/> is its code, or 0.</summary>
    Close,

    /// <summary>A message larger than allowed began; its bytes are skipped as they come.</summary>
    TooLarge,

    /// <summary>The peer broke the protocol: close with <see cref="SocketEvent.Code"/>.</summary>
    Broken,
}

/// <summary>One thing that came in.</summary>
/// <param name="Kind">What.</param>
/// <param name="Payload">Valid until the reader is asked again.</param>
/// <param name="Code">A close code where the kind has one.</param>
internal readonly record struct SocketEvent(SocketEventKind Kind, Memory<byte> Payload, ushort Code = 0);

/// <summary>
/// The receiving half of a server WebSocket (RFC 6455, no extensions) over bytes that somebody else reads.
/// </summary>
/// <remarks>
/// Holds no memory between messages. Buffers grow with the bytes that came, never with the length that a header claims;
/// a message over the limit is told once, when its header comes, and is never kept (W31). Not safe for several threads.
/// </remarks>
internal sealed class SocketReader(int messageBytesMax)
{
    private const int ReadBytes = 16 * 1024;

    /// <summary>A peer that announces more than this many times the limit is cut off instead of skipped.</summary>
    private const int SkipFactorMax = 20;

    private byte[]? _buffer;
    private int _start;
    private int _end;

    private byte[]? _message;
    private int _messageLength;
    private SocketOpcode _messageKind = SocketOpcode.Continuation;
    private bool _dropsMessage;
    private long _skip;
    private bool _isBroken;

    /// <summary>True between the first byte of a message and its last.</summary>
    public bool IsMidMessage => _start != _end || _messageKind != SocketOpcode.Continuation || _skip > 0;

    /// <summary>Where to read the next bytes to.</summary>
    public Memory<byte> Prepare()
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
            _start = _end = 0;
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            _buffer = Grow(_buffer, _end, _buffer.Length * 2);
        }

        return _buffer.AsMemory(_end);
    }

    /// <summary>Says how many bytes were put where <see cref="Prepare"/> pointed.</summary>
    public void Received(int count) => _end += count;

    /// <summary>Gives memory back where nothing is waiting in it.</summary>
    public void Release()
    {
        if (_start == _end && _buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
            _start = _end = 0;
        }

        if (_messageKind == SocketOpcode.Continuation && _message is not null)
        {
            ArrayPool<byte>.Shared.Return(_message);
            _message = null;
        }
    }

    /// <summary>Forgets everything and gives all memory back.</summary>
    public void Abandon()
    {
        _start = _end = 0;
        _messageKind = SocketOpcode.Continuation;
        _skip = 0;
        Release();
    }

    /// <summary>The next event in the bytes that came so far; false where more are needed.</summary>
    /// <remarks>After <see cref="SocketEventKind.Broken"/> nothing has a meaning any more: what comes is thrown away.</remarks>
    public bool TryRead(out SocketEvent found)
    {
        while (true)
        {
            found = default;
            if (_isBroken)
            {
                _start = _end;
                return false;
            }

            if (!TrySkip() || !SocketHeader.TryRead(_buffer.AsSpan(_start, _end - _start), out var header))
            {
                return false;
            }

            if (header.Fault(_messageKind != SocketOpcode.Continuation))
            {
                found = Broken(CloseCode.ProtocolError);
                return true;
            }

            if (!header.IsControl && TryRefuse(header, out found))
            {
                if (found.Kind != SocketEventKind.None)
                {
                    return true;
                }

                continue;
            }

            if (_end - _start < header.Size + header.PayloadLength)
            {
                return false;
            }

            var payload = _buffer.AsMemory(_start + header.Size, (int)header.PayloadLength);
            header.Unmask(payload.Span);
            _start += header.Size + (int)header.PayloadLength;
            if (Take(header, payload, out found))
            {
                return true;
            }
        }
    }

    private SocketEvent Broken(ushort code)
    {
        _isBroken = true;
        return new(SocketEventKind.Broken, default, code);
    }

    private static byte[] Grow(byte[] buffer, int used, int size)
    {
        var grown = ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, used).CopyTo(grown);
        ArrayPool<byte>.Shared.Return(buffer);
        return grown;
    }

    private bool TrySkip()
    {
        var count = (int)Math.Min(_skip, _end - _start);
        _start += count;
        _skip -= count;
        return _skip == 0;
    }

    /// <summary>Steps over a frame of a message that is too large; the event is set where it is the first one.</summary>
    private bool TryRefuse(in SocketHeader header, out SocketEvent found)
    {
        found = default;
        var first = !_dropsMessage;
        if (first && _messageLength + header.PayloadLength <= messageBytesMax)
        {
            return false;
        }

        if (header.PayloadLength > (long)messageBytesMax * SkipFactorMax)
        {
            found = Broken(CloseCode.TooBig);
            return true;
        }

        _start += header.Size;
        _skip = header.PayloadLength;
        _dropsMessage = !header.IsFinal;
        _messageKind = header.IsFinal ? SocketOpcode.Continuation : SocketOpcode.Text;
        _messageLength = 0;
        if (first)
        {
            found = new(SocketEventKind.TooLarge, default, CloseCode.TooBig);
        }

        return true;
    }

    private bool Take(in SocketHeader header, Memory<byte> payload, out SocketEvent found)
    {
        found = default;
        switch (header.Opcode)
        {
            case SocketOpcode.Ping:
                found = new(SocketEventKind.Ping, payload);
                return true;
            case SocketOpcode.Pong:
                found = new(SocketEventKind.Pong, payload);
                return true;
            case SocketOpcode.Close:
                found = payload.Length == 1
                    ? Broken(CloseCode.ProtocolError)
                    : new(SocketEventKind.Close, payload, payload.Length < 2 ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(payload.Span));
                return true;
        }

        var kind = header.Opcode == SocketOpcode.Continuation ? _messageKind : header.Opcode;
        if (header.IsFinal && header.Opcode != SocketOpcode.Continuation)
        {
            found = new(kind == SocketOpcode.Text ? SocketEventKind.Text : SocketEventKind.Binary, payload);
            return true;
        }

        Append(payload.Span);
        _messageKind = kind;
        if (!header.IsFinal)
        {
            return false;
        }

        found = new(kind == SocketOpcode.Text ? SocketEventKind.Text : SocketEventKind.Binary, _message.AsMemory(0, _messageLength));
        _messageKind = SocketOpcode.Continuation;
        _messageLength = 0;
        return true;
    }

    private void Append(ReadOnlySpan<byte> fragment)
    {
        var length = _messageLength + fragment.Length;
        _message ??= ArrayPool<byte>.Shared.Rent(Math.Max(length, ReadBytes));
        if (_message.Length < length)
        {
            _message = Grow(_message, _messageLength, Math.Max(length, _message.Length * 2));
        }

        fragment.CopyTo(_message.AsSpan(_messageLength));
        _messageLength = length;
    }
}
