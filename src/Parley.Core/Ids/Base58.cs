using System.Buffers.Binary;

namespace Parley.Ids;

/// <summary>Base58 with the Bitcoin alphabet, for the 34 bytes of an Ed25519 <c>did:key</c>: ed 01 and the key.</summary>
internal static class Base58
{
    /// <summary>How many digits 34 bytes take when the first is 0xed.</summary>
    public const int DigitCount = 47;

    /// <summary>How many bytes those digits stand for.</summary>
    public const int ByteCount = 34;

    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int LimbCount = 9;

    // Five digits at a time fit in one limb.
    private const int DigitsPerStep = 5;

    private static readonly sbyte[] Values = MakeValues();

    /// <summary>Writes <see cref="DigitCount"/> digits for <see cref="ByteCount"/> bytes.</summary>
    public static void Encode(ReadOnlySpan<byte> bytes, Span<char> digits)
    {
        Span<uint> limbs = stackalloc uint[LimbCount];
        Load(bytes, limbs);
        for (var i = DigitCount - 1; i >= 0; i--)
        {
            ulong remainder = 0;
            for (var limb = 0; limb < LimbCount; limb++)
            {
                var value = (remainder << 32) | limbs[limb];
                limbs[limb] = (uint)(value / 58);
                remainder = value % 58;
            }

            digits[i] = Alphabet[(int)remainder];
        }
    }

    /// <summary>Reads <see cref="DigitCount"/> digits into <see cref="ByteCount"/> bytes. False for another alphabet or too large a number.</summary>
    public static bool TryDecode(ReadOnlySpan<char> digits, Span<byte> bytes)
    {
        if (digits.Length != DigitCount)
        {
            return false;
        }

        Span<uint> limbs = stackalloc uint[LimbCount];
        limbs.Clear();
        for (var from = 0; from < DigitCount; from += DigitsPerStep)
        {
            var step = digits.Slice(from, Math.Min(DigitsPerStep, DigitCount - from));
            ulong carry = 0;
            uint scale = 1;
            foreach (var digit in step)
            {
                var value = digit < Values.Length ? Values[digit] : -1;
                if (value < 0)
                {
                    return false;
                }

                carry = (carry * 58) + (uint)value;
                scale *= 58;
            }

            for (var limb = LimbCount - 1; limb >= 0; limb--)
            {
                carry += (ulong)limbs[limb] * scale;
                limbs[limb] = (uint)carry;
                carry >>= 32;
            }

            if (carry != 0)
            {
                return false;
            }
        }

        return Store(limbs, bytes);
    }

    private static void Load(ReadOnlySpan<byte> bytes, Span<uint> limbs)
    {
        limbs[0] = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        for (var limb = 1; limb < LimbCount; limb++)
        {
            limbs[limb] = BinaryPrimitives.ReadUInt32BigEndian(bytes[((limb * 4) - 2)..]);
        }
    }

    private static bool Store(ReadOnlySpan<uint> limbs, Span<byte> bytes)
    {
        if (limbs[0] > ushort.MaxValue)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)limbs[0]);
        for (var limb = 1; limb < LimbCount; limb++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[((limb * 4) - 2)..], limbs[limb]);
        }

        return true;
    }

    private static sbyte[] MakeValues()
    {
        var values = new sbyte[128];
        Array.Fill(values, (sbyte)-1);
        for (var i = 0; i < Alphabet.Length; i++)
        {
            values[Alphabet[i]] = (sbyte)i;
        }

        return values;
    }
}
