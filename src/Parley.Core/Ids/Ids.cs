using System.Diagnostics.CodeAnalysis;

namespace Parley.Ids;

/// <summary>A node's id: opaque text of 1 to <see cref="LengthMax"/> UTF-16 units, compared by code unit, never normalised.</summary>
public readonly record struct NodeId(string Value) : IComparable<NodeId>
{
    /// <summary>The longest id taken.</summary>
    public const int LengthMax = 256;

    /// <summary>Takes any text within the length bound.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out NodeId id)
    {
        id = new(text ?? "");
        return text is { Length: > 0 and <= LengthMax };
    }

    /// <inheritdoc/>
    public int CompareTo(NodeId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";
}

/// <summary>A replication room's name (docs/protocol.md, rooms). Compared by code unit.</summary>
public readonly record struct RoomId(string Value) : IComparable<RoomId>
{
    /// <summary>The longest name taken.</summary>
    public const int LengthMax = 320;

    /// <summary>Takes any text within the length bound.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RoomId id)
    {
        id = new(text ?? "");
        return text is { Length: > 0 and <= LengthMax };
    }

    /// <inheritdoc/>
    public int CompareTo(RoomId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";
}

/// <summary>The BLAKE3 hash that names a change; on the wire <c>cid:blake3:</c> + 64 lower-case hex digits.</summary>
public readonly record struct ChangeHash : IComparable<ChangeHash>
{
    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <summary>From 32 bytes.</summary>
    public ChangeHash(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, 32);
        _high = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    /// <summary>Takes exactly the wire spelling.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ChangeHash hash)
    {
        hash = default;
        Span<byte> bytes = stackalloc byte[32];
        if (text is not { Length: 75 } || !text.StartsWith("cid:blake3:", StringComparison.Ordinal))
        {
            return false;
        }

        for (var i = 11; i < 75; i++)
        {
            if (!char.IsAsciiHexDigitLower(text[i]))
            {
                return false;
            }
        }

        Convert.FromHexString(text.AsSpan(11), bytes, out _, out _);
        hash = new(bytes);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, throwing <see cref="FormatException"/>.</summary>
    public static ChangeHash Parse(string text) => TryParse(text, out var hash) ? hash : throw new FormatException("Not a change hash.");

    /// <summary>The 32 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[32];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, _high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), _low);
        return bytes;
    }

    /// <summary>By bytes, which is also by wire spelling.</summary>
    public int CompareTo(ChangeHash other)
    {
        var high = _high.CompareTo(other._high);
        return high != 0 ? high : _low.CompareTo(other._low);
    }

    /// <summary>The wire spelling.</summary>
    public override string ToString() => "cid:blake3:" + Convert.ToHexStringLower(ToBytes());
}
