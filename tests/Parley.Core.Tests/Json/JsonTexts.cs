using System.Globalization;
using System.Text;

namespace Parley.Json;

/// <summary>Random JSON texts from a seed: every spelling that the grammar has, biased towards what canonical forms get wrong.</summary>
internal sealed class JsonTexts(Random random)
{
    private static readonly string[] EdgeNumbers =
    [
        "0", "-0", "-0.0", "0e9", "1.0", "1e2", "1E+2", "1e21", "1e20", "999999999999999999999", "1e-6", "1e-7", "0.000001", "0.0000001",
        "123456789012345680000", "5e-324", "2.2250738585072014e-308", "1.7976931348623157e308", "-1.7976931348623157e308", "0.1", "0.30000000000000004",
        "9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "4503599627370496.5", "1e15", "1e16", "1e17", "12345678901234567890",
        "4.35", "0.5e-323", "1e-400", "2e-324", "3e-324", "100000000000000000000000", "1.5e300", "0.00001234", "9.5367431640625e-7",
    ];

    private static readonly string[] EdgeNames =
    [
        "", "0", "1", "9", "10", "00", "01", "-1", "-0", "1.5", "1e3", "4294967294", "4294967295", "4294967296", "42949672940", "999999999999",
        "a", "A", "z", "aa", "_", "\uFB01", "\U0001F600", "\U0001F601", "\uE000", "\uFFFF", "\u00e9", "e\u0301", "\0", "\u2028", "\\", "\"", "\ud800", "\udc00", "\ud83d",
        "__proto", "proto__", "constructor", "toString", "length", "hasOwnProperty", "authorDID", "payload", "id",
    ];

    private static readonly string[] EdgeUnits =
    [
        "\0", "\u0001", "\b", "\t", "\n", "\v", "\f", "\r", "\u001f", " ", "\"", "\\", "/", "\u007f", "\u0080", "\u00e9", "\u2028", "\u2029", "\ufeff",
        "\U0001F600", "\U0010FFFF", "\U00010000", "\ud800", "\udbff", "\udc00", "\udfff", "\udc00\ud800", "<", ">", "&", "'", "+",
    ];

    /// <summary>A JSON text without line feeds, whose numbers are finite and whose names are distinct.</summary>
    public string Next()
    {
        var text = new StringBuilder();
        AppendValue(text, random.Next(5));
        return text.ToString();
    }

    private void AppendValue(StringBuilder text, int depth)
    {
        AppendSpace(text);
        switch (random.Next(depth > 0 ? 9 : 6))
        {
            case 0:
                text.Append(random.Next(3) switch { 0 => "null", 1 => "true", _ => "false" });
                break;
            case 1 or 2 or 3:
                text.Append(NextNumber());
                break;
            case 4 or 5:
                AppendText(text, NextText());
                break;
            case 6:
                AppendArray(text, depth);
                break;
            default:
                AppendObject(text, depth);
                break;
        }

        AppendSpace(text);
    }

    private void AppendArray(StringBuilder text, int depth)
    {
        var separator = '[';
        for (var count = random.Next(5); count > 0; count--)
        {
            text.Append(separator);
            AppendValue(text, depth - 1);
            separator = ',';
        }

        text.Append(separator == '[' ? "[]" : "]");
    }

    private void AppendObject(StringBuilder text, int depth)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var count = random.Next(random.Next(10) == 0 ? 40 : 6); count > 0; count--)
        {
            names.Add(NextName());
        }

        var separator = '{';
        foreach (var name in names)
        {
            text.Append(separator);
            AppendSpace(text);
            AppendText(text, name);
            AppendSpace(text);
            text.Append(':');
            AppendValue(text, depth - 1);
            separator = ',';
        }

        text.Append(separator == '{' ? "{}" : "}");
    }

    private string NextName() => random.Next(4) switch
    {
        0 => NextText(),
        1 => random.NextInt64(1L << random.Next(1, 40)).ToString(CultureInfo.InvariantCulture),
        _ => EdgeNames[random.Next(EdgeNames.Length)],
    };

    private string NextText()
    {
        var text = new StringBuilder();
        for (var count = random.Next(8); count > 0; count--)
        {
            text.Append(random.Next(3) == 0 ? ((char)random.Next(0x10000)).ToString() : EdgeUnits[random.Next(EdgeUnits.Length)]);
        }

        return text.ToString();
    }

    private string NextNumber()
    {
        while (true)
        {
            var text = random.Next(6) switch
            {
                0 => EdgeNumbers[random.Next(EdgeNumbers.Length)],
                1 => random.NextInt64(-1000, 1000).ToString(CultureInfo.InvariantCulture),
                2 => Shortest(BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))),
                // Neighbours of powers of ten and of two: where exponents begin and shortest digits are hardest.
                3 => Shortest(Neighbour(Math.Pow(10, random.Next(-324, 309)))),
                4 => Shortest(Neighbour(Math.Pow(2, random.Next(-1074, 1024)))),
                _ => NextDigits(),
            };
            if (double.IsFinite(double.Parse(text, CultureInfo.InvariantCulture)))
            {
                return text;
            }
        }
    }

    private double Neighbour(double value) => random.Next(3) switch { 0 => Math.BitDecrement(value), 1 => Math.BitIncrement(value), _ => value };

    private static string Shortest(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "0";

    private string NextDigits()
    {
        var text = new StringBuilder(random.Next(2) == 0 ? "-" : "");
        text.Append((char)('1' + random.Next(9)));
        AppendDigits(text, random.Next(25));
        if (random.Next(2) == 0)
        {
            text.Append('.');
            AppendDigits(text, random.Next(1, 25));
        }

        if (random.Next(2) == 0)
        {
            text.Append(random.Next(2) == 0 ? 'e' : 'E').Append(random.Next(3) switch { 0 => "+", 1 => "-", _ => "" });
            AppendDigits(text, random.Next(1, 4));
        }

        return text.ToString();
    }

    private void AppendDigits(StringBuilder text, int count)
    {
        for (; count > 0; count--)
        {
            text.Append((char)('0' + random.Next(10)));
        }
    }

    private void AppendSpace(StringBuilder text) => text.Append(random.Next(12) switch { 0 => " ", 1 => "\t", 2 => " \r ", _ => "" });

    private void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var unit = value[i];
            var isPair = char.IsHighSurrogate(unit) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]);
            if (isPair && random.Next(2) == 0)
            {
                text.Append(unit).Append(value[++i]);
            }
            else if (unit < 0x20 || char.IsSurrogate(unit) || random.Next(10) == 0)
            {
                var code = ((int)unit).ToString(random.Next(2) == 0 ? "x4" : "X4", CultureInfo.InvariantCulture);
                text.Append("\\u").Append(code);
            }
            else if (unit is '"' or '\\')
            {
                text.Append('\\').Append(unit);
            }
            else
            {
                text.Append(unit);
            }
        }

        text.Append('"');
    }
}
