using System.Buffers.Binary;

namespace Parley.Json;

/// <summary>Several byte strings as one, each preceded by its length as four bytes, big-endian, so that no two lists of parts share bytes.</summary>
internal static class LengthPrefixed
{
    /// <summary>The parts, one after the other.</summary>
    public static byte[] Concat(params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var length = 0;
        foreach (var part in parts)
        {
            length += sizeof(int) + part.Length;
        }

        var bytes = new byte[length];
        var rest = bytes.AsSpan();
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32BigEndian(rest, part.Length);
            part.Span.CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + part.Length)..];
        }

        return bytes;
    }
}
