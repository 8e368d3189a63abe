using System.Buffers.Binary;

namespace Parley.Browser.Keys;

/// <summary>
/// The encodings that libsodium refuses as public key or as a signature's first half, and that browsers take: points of small order
/// (under such a "key" one signature fits any message) and coordinates not below 2^255 − 19.
/// </summary>
/// <remarks>Two platforms that judge one signature differently would never converge, so the browser is held to the stricter rule.</remarks>
internal static class SmallOrder
{
    private const int Bytes = 32;

    // Every point of order 1, 2, 4 or 8 by its y coordinate, little-endian; the sign of x does not matter.
    private static readonly UInt128[][] Coordinates =
    [
        Read("0000000000000000000000000000000000000000000000000000000000000000"),
        Read("0100000000000000000000000000000000000000000000000000000000000000"),
        Read("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        Read("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        Read("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    ];

    private static readonly UInt128[] Prime = Read("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

    /// <summary>Whether an encoded point (32 bytes) is to be refused.</summary>
    public static bool Refuses(ReadOnlySpan<byte> point)
    {
        var (low, high) = Split(point);
        if (high > Prime[1] || (high == Prime[1] && low >= Prime[0]))
        {
            return true;
        }

        foreach (var coordinate in Coordinates)
        {
            if (low == coordinate[0] && high == coordinate[1])
            {
                return true;
            }
        }

        return false;
    }

    private static UInt128[] Read(string hex)
    {
        var (low, high) = Split(Convert.FromHexString(hex));
        return [low, high];
    }

    private static (UInt128 Low, UInt128 High) Split(ReadOnlySpan<byte> point)
    {
        var low = BinaryPrimitives.ReadUInt128LittleEndian(point);
        var high = BinaryPrimitives.ReadUInt128LittleEndian(point[(Bytes / 2)..]);
        return (low, high & ~(UInt128.One << 127));
    }
}
