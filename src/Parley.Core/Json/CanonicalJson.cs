using System.Buffers;
using System.Text;

namespace Parley.Json;

/// <summary>The one form of a value that is hashed and signed (docs/protocol.md, canonical JSON).</summary>
/// <remarks>
/// What ECMAScript's <c>JSON.stringify</c> gives for the value rebuilt with sorted names: names that are array indices
/// first in numeric order, the others by UTF-16 code unit; numbers as <c>Number::toString</c>; only <c>"</c>, <c>\</c>,
/// controls and lone surrogates escaped. A value with a name twice, with <c>__proto__</c>, or nested deeper than
/// <see cref="JsonReader.DepthMax"/> has no canonical form: the methods throw <see cref="ArgumentException"/>. Nothing that <see cref="JsonReader"/> returned is such a value.
/// </remarks>
public static class CanonicalJson
{
    private const string NoForm = "A member is named twice or __proto__, or the nesting is too deep: there is no canonical form.";

    /// <summary>Writes the canonical form as UTF-8.</summary>
    public static void Write(JsonValue value, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(Scratch(value).Written);
    }

    /// <summary>The canonical form as UTF-8.</summary>
    public static byte[] ToBytes(JsonValue value) => Scratch(value).Written.ToArray();

    /// <summary>The canonical form as text.</summary>
    public static string ToText(JsonValue value) => Encoding.UTF8.GetString(Scratch(value).Written);

    private static CanonicalWriter Scratch(JsonValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var writer = CanonicalWriter.Rent();
        return writer.TryValue(value) ? writer : throw new ArgumentException(NoForm, nameof(value));
    }
}
