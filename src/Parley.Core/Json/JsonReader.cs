using System.Text;
using System.Text.Unicode;

namespace Parley.Json;

/// <summary>Why a text was not taken as JSON.</summary>
public enum JsonFault
{
    /// <summary>It was taken.</summary>
    None,
    /// <summary>Not JSON, not UTF-8, a number beyond the range of a double, or something after the value.</summary>
    Malformed,
    /// <summary>Nested deeper than <see cref="JsonReader.DepthMax"/>.</summary>
    TooDeep,
    /// <summary>Two members of one object have one name.</summary>
    DuplicateName,
    /// <summary>A member is named <c>__proto__</c> (W34).</summary>
    ForbiddenName,
}

/// <summary>Reads untrusted JSON into values, refusing what two readers could understand in two ways.</summary>
/// <remarks>
/// Strict RFC 8259 grammar. Names are compared after unescaping, so <c>"a"</c> and <c>"\u0061"</c> are duplicates.
/// An escaped lone surrogate survives; a raw one is not UTF-8 and is refused, as is a byte-order mark.
/// </remarks>
public static class JsonReader
{
    /// <summary>The deepest nesting taken, counted in arrays and objects.</summary>
    public const int DepthMax = 64;

    /// <summary>The member name that ECMAScript objects cannot hold as data, so that it escapes the reference's hash (W34).</summary>
    internal const string ForbiddenName = "__proto__";

    /// <summary>Reads one JSON value that fills <paramref name="utf8"/>. Never throws on any input.</summary>
    public static JsonFault TryRead(ReadOnlySpan<byte> utf8, out JsonValue value)
    {
        value = JsonValue.Null;
        if (!Utf8.IsValid(utf8))
        {
            return JsonFault.Malformed;
        }

        var parser = new JsonParser(utf8);
        return parser.ReadDocument(out value);
    }

    /// <summary>Reads a text that is known to be good (own literals, tests). Throws <see cref="FormatException"/> otherwise.</summary>
    public static JsonValue Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var fault = TryRead(Encoding.UTF8.GetBytes(text), out var value);
        return fault == JsonFault.None ? value : throw new FormatException($"Not readable as JSON: {fault}.");
    }
}
