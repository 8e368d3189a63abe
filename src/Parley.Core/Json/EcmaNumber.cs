using System.Buffers.Text;
using System.Globalization;

namespace Parley.Json;

/// <summary>ECMAScript's <c>Number::toString</c> in base ten.</summary>
internal static class EcmaNumber
{
    /// <summary>The most bytes that a number takes: sign, 17 digits, point, and six zeros or an exponent.</summary>
    public const int LengthMax = 32;

    // Below, an integer is its own shortest digits and needs no rounding.
    private const double ExactIntegerMax = 9007199254740992;

    /// <summary>Writes a finite number into at least <see cref="LengthMax"/> bytes and returns how many it took.</summary>
    public static int Format(double value, Span<byte> output)
    {
        if (Math.Abs(value) <= ExactIntegerMax && Math.Truncate(value) == value)
        {
            // Also -0, which becomes 0.
            Utf8Formatter.TryFormat((long)value, output, out var written);
            return written;
        }

        // "R" gives the shortest digits that read back as the value, as ECMAScript does; only its layout differs.
        Span<byte> shortest = stackalloc byte[LengthMax];
        value.TryFormat(shortest, out var length, "R", CultureInfo.InvariantCulture);
        Span<byte> digits = stackalloc byte[LengthMax];
        var count = Dissect(shortest[..length], digits, out var negative, out var point);
        return Layout(digits[..count], point, negative, output);
    }

    /// <summary>Takes significant digits out of .NET's spelling; the value is 0.d1d2d3… × 10^point.</summary>
    private static int Dissect(ReadOnlySpan<byte> text, Span<byte> digits, out bool negative, out int point)
    {
        negative = text[0] == '-';
        text = negative ? text[1..] : text;
        var exponent = 0;
        var mark = text.IndexOf((byte)'E');
        if (mark >= 0)
        {
            exponent = int.Parse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..mark];
        }

        var dot = text.IndexOf((byte)'.');
        point = (dot < 0 ? text.Length : dot) + exponent;
        var count = 0;
        foreach (var unit in text)
        {
            if (unit == '.')
            {
                continue;
            }

            if (count == 0 && unit == '0')
            {
                point--;
                continue;
            }

            digits[count++] = unit;
        }

        while (count > 1 && digits[count - 1] == '0')
        {
            count--;
        }

        return count;
    }

    /// <summary>The layout rules of the standard, with its names: k digits, the decimal point after the n-th.</summary>
    private static int Layout(ReadOnlySpan<byte> digits, int n, bool negative, Span<byte> output)
    {
        var k = digits.Length;
        var at = 0;
        if (negative)
        {
            output[at++] = (byte)'-';
        }

        if (k <= n && n <= 21)
        {
            digits.CopyTo(output[at..]);
            output.Slice(at + k, n - k).Fill((byte)'0');
            return at + n;
        }

        if (n is > 0 and <= 21)
        {
            digits[..n].CopyTo(output[at..]);
            output[at + n] = (byte)'.';
            digits[n..].CopyTo(output[(at + n + 1)..]);
            return at + k + 1;
        }

        if (n is > -6 and <= 0)
        {
            "0."u8.CopyTo(output[at..]);
            output.Slice(at + 2, -n).Fill((byte)'0');
            digits.CopyTo(output[(at + 2 - n)..]);
            return at + 2 - n + k;
        }

        output[at++] = digits[0];
        if (k > 1)
        {
            output[at++] = (byte)'.';
            digits[1..].CopyTo(output[at..]);
            at += k - 1;
        }

        output[at++] = (byte)'e';
        output[at++] = n > 0 ? (byte)'+' : (byte)'-';
        Utf8Formatter.TryFormat(Math.Abs(n - 1), output[at..], out var written);
        return at + written;
    }
}
