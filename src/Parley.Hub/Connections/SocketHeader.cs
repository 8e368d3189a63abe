using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Parley.Hub.Connections;

/// <summary>The header of one received frame (RFC 6455, section 5.2).</summary>
internal readonly ref struct SocketHeader
{
    public SocketOpcode Opcode { get; private init; }

    public bool IsFinal { get; private init; }

    public long PayloadLength { get; private init; }

    public int Size { get; private init; }

    public bool IsControl => Opcode >= SocketOpcode.Close;

    private byte Flags { get; init; }

    private bool IsMasked { get; init; }

    private uint Mask { get; init; }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out SocketHeader header)
    {
        header = default;
        if (bytes.Length < 2)
        {
            return false;
        }

        var masked = (bytes[1] & 0x80) != 0;
        var form = bytes[1] & 0x7f;
        var size = 2 + (form == 126 ? 2 : form == 127 ? 8 : 0);
        if (bytes.Length < size + (masked ? 4 : 0))
        {
            return false;
        }

        header = new()
        {
            Flags = (byte)(bytes[0] & 0x70),
            IsFinal = (bytes[0] & 0x80) != 0,
            Opcode = (SocketOpcode)(bytes[0] & 0x0f),
            IsMasked = masked,
            PayloadLength = form switch
            {
                126 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
                127 => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
                _ => form,
            },
            Mask = masked ? MemoryMarshal.Read<uint>(bytes[size..]) : 0,
            Size = size + (masked ? 4 : 0),
        };
        return true;
    }

    /// <summary>True where RFC 6455 forbids this frame here.</summary>
    public bool Fault(bool isMidMessage) =>
        Flags != 0 || !IsMasked || PayloadLength < 0 || Opcode switch
        {
            SocketOpcode.Continuation => !isMidMessage,
            SocketOpcode.Text or SocketOpcode.Binary => isMidMessage,
            SocketOpcode.Close or SocketOpcode.Ping or SocketOpcode.Pong => !IsFinal || PayloadLength > 125,
            _ => true,
        };

    public void Unmask(Span<byte> payload)
    {
        var wide = MemoryMarshal.Cast<byte, ulong>(payload);
        var mask = Mask | ((ulong)Mask << 32);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] ^= mask;
        }

        for (var i = wide.Length * 8; i < payload.Length; i++)
        {
            payload[i] ^= (byte)(mask >> (8 * (i & 7)));
        }
    }
}
