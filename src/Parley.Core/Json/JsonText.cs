using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Parley.Json;

/// <summary>Reads JSON strings: UTF-8 that is known to be valid in, UTF-16 out, lone surrogates kept.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Ends = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(b => (byte)b)]);

    /// <summary>As <see cref="TryRead"/>, for a member's name: well-known ones cost no allocation.</summary>
    public static string? TryReadName(ReadOnlySpan<byte> afterQuote, out int used)
    {
        var end = afterQuote.IndexOfAny(Ends);
        if (end >= 0 && afterQuote[end] == '"' && WellKnownNames.Find(afterQuote[..end]) is { } known)
        {
            used = end + 1;
            return known;
        }

        return TryRead(afterQuote, out used);
    }

    /// <summary>The string that begins after its opening quote, or null where it is malformed.</summary>
    /// <param name="afterQuote">Everything behind the opening quote.</param>
    /// <param name="used">How many bytes the string took, its closing quote included.</param>
    public static string? TryRead(ReadOnlySpan<byte> afterQuote, out int used)
    {
        used = 0;
        var end = afterQuote.IndexOfAny(Ends);
        if (end < 0)
        {
            return null;
        }

        if (afterQuote[end] == '"')
        {
            used = end + 1;
            return Encoding.UTF8.GetString(afterQuote[..end]);
        }

        return TryReadEscaped(afterQuote, end, out used);
    }

    private static string? TryReadEscaped(ReadOnlySpan<byte> source, int end, out int used)
    {
        used = 0;
        var text = new StringBuilder();
        var from = 0;
        while (true)
        {
            text.Append(Encoding.UTF8.GetString(source[from..end]));
            if (source[end] == '"')
            {
                used = end + 1;
                return text.ToString();
            }

            // Anything else than a backslash is a raw control character.
            if (source[end] != '\\' || !TryUnescape(source[(end + 1)..], out var unit, out var taken))
            {
                return null;
            }

            text.Append(unit);
            from = end + 1 + taken;
            var step = source[from..].IndexOfAny(Ends);
            if (step < 0)
            {
                return null;
            }

            end = from + step;
        }
    }

    private static bool TryUnescape(ReadOnlySpan<byte> afterBackslash, out char unit, out int taken)
    {
        unit = '\0';
        taken = 1;
        if (afterBackslash.IsEmpty)
        {
            return false;
        }

        if (afterBackslash[0] == 'u')
        {
            taken = 5;
            var read = Utf8Parser.TryParse(afterBackslash[1..Math.Min(5, afterBackslash.Length)], out ushort code, out var digits, 'x');
            unit = (char)code;
            return read && digits == 4;
        }

        unit = afterBackslash[0] switch
        {
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            (byte)'"' or (byte)'\\' or (byte)'/' => (char)afterBackslash[0],
            _ => '\0',
        };
        return unit != '\0';
    }
}
