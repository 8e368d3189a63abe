using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parley.Cli.Bench;

/// <summary>The framing of RFC 6455, as much of it as a measuring client needs.</summary>
internal static class WebSocketFrame
{
    public const int Continuation = 0;
    public const int Text = 1;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    private const byte Final = 0x80;
    private const byte Masked = 0x80;

    /// <summary>One whole masked frame, as a client sends it.</summary>
    public static byte[] Encode(int opcode, ReadOnlySpan<byte> payload)
    {
        var lengthBytes = payload.Length < 126 ? 0 : payload.Length <= ushort.MaxValue ? 2 : 8;
        var frame = new byte[2 + lengthBytes + 4 + payload.Length];
        frame[0] = (byte)(Final | opcode);
        frame[1] = (byte)(Masked | lengthBytes switch { 0 => payload.Length, 2 => 126, _ => 127 });
        if (lengthBytes == 2)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        }
        else if (lengthBytes == 8)
        {
            BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)payload.Length);
        }

        var mask = frame.AsSpan(2 + lengthBytes, 4);
        RandomNumberGenerator.Fill(mask);
        var body = frame.AsSpan(2 + lengthBytes + 4);
        for (var i = 0; i < payload.Length; i++)
        {
            body[i] = (byte)(payload[i] ^ mask[i & 3]);
        }

        return frame;
    }

    /// <summary>Finds the first whole frame from a server in <paramref name="bytes"/>. False where it is not whole yet.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out int opcode, out bool final, out Range payload, out int length)
    {
        (opcode, final, payload, length) = (0, false, default, 0);
        if (bytes.Length < 2)
        {
            return false;
        }

        var shortLength = bytes[1] & 0x7F;
        var head = 2 + shortLength switch { 126 => 2, 127 => 8, _ => 0 };
        if (bytes.Length < head)
        {
            return false;
        }

        var payloadLength = shortLength switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            127 => checked((int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..])),
            _ => shortLength,
        };
        length = head + payloadLength;
        if (bytes.Length < length)
        {
            return false;
        }

        opcode = bytes[0] & 0x0F;
        final = (bytes[0] & Final) != 0;
        payload = head..length;
        return true;
    }
}
