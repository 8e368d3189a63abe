using System.Buffers;
using Parley.Json;

namespace Parley.Presence;

/// <summary>One client's entry of an awareness update (y-protocols awareness v1).</summary>
/// <param name="Client">The client id, below 2^53.</param>
/// <param name="Clock">Its clock, below 2^53; a first visible state has 1 or more.</param>
/// <param name="State">The state object, or null for a removal.</param>
internal readonly record struct AwarenessEntry(ulong Client, ulong Clock, JsonValue? State);

/// <summary>
/// The bytes of awareness updates: a count, then for each entry client id, clock and the state's JSON as a length-prefixed text,
/// all numbers little-endian base 128.
/// </summary>
internal static class AwarenessCodec
{
    /// <summary>The most bytes of an update that are read or written.</summary>
    public const int UpdateBytesMax = 65_536;

    private const ulong IntegerMax = (1UL << 53) - 1;
    private const int EntryBytesMin = 4;

    /// <summary>Encodes entries. Throws <see cref="ArgumentException"/> where they do not fit into an update.</summary>
    public static byte[] Encode(ReadOnlySpan<AwarenessEntry> entries)
    {
        var update = new ArrayBufferWriter<byte>(256);
        WriteInteger(update, (ulong)entries.Length);
        foreach (var entry in entries)
        {
            var json = entry.State is { } state ? CanonicalJson.ToBytes(state) : "null"u8.ToArray();
            WriteInteger(update, entry.Client);
            WriteInteger(update, entry.Clock);
            WriteInteger(update, (ulong)json.Length);
            update.Write(json);
        }

        return update.WrittenCount <= UpdateBytesMax
            ? update.WrittenSpan.ToArray()
            : throw new ArgumentException($"An awareness update has at most {UpdateBytesMax} bytes.", nameof(entries));
    }

    /// <summary>Decodes an update; false on anything malformed, over-long or left over. Never throws.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> update, out IReadOnlyList<AwarenessEntry> entries)
    {
        entries = [];
        if (update.Length > UpdateBytesMax
            || !TryReadInteger(ref update, out var count)
            || count > (ulong)(update.Length / EntryBytesMin))
        {
            return false;
        }

        var read = new AwarenessEntry[count];
        for (var i = 0; i < read.Length; i++)
        {
            if (!TryReadEntry(ref update, out read[i]))
            {
                return false;
            }
        }

        entries = read;
        return update.IsEmpty;
    }

    private static bool TryReadEntry(ref ReadOnlySpan<byte> rest, out AwarenessEntry entry)
    {
        entry = default;
        if (!TryReadInteger(ref rest, out var client)
            || !TryReadInteger(ref rest, out var clock)
            || !TryReadInteger(ref rest, out var length)
            || length > (ulong)rest.Length
            || JsonReader.TryRead(rest[..(int)length], out var state) != JsonFault.None
            || state.Kind is not (JsonKind.Object or JsonKind.Null))
        {
            return false;
        }

        rest = rest[(int)length..];
        entry = new(client, clock, state.IsNull ? null : state);
        return true;
    }

    private static void WriteInteger(ArrayBufferWriter<byte> output, ulong value)
    {
        var bytes = output.GetSpan(10);
        var length = 0;
        for (; value > 0x7f; value >>= 7)
        {
            bytes[length++] = (byte)(value | 0x80);
        }

        bytes[length++] = (byte)value;
        output.Advance(length);
    }

    private static bool TryReadInteger(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var i = 0; i < rest.Length && i < 8; i++)
        {
            value |= (ulong)(rest[i] & 0x7f) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return value <= IntegerMax;
            }
        }

        return false;
    }
}
