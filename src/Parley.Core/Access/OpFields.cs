using System.Buffers;
using System.Buffers.Text;
using Parley.Ids;
using Parley.Json;

namespace Parley.Access;

/// <summary>The field spellings of operations: one spelling a value, so that no operation can be written in two ways.</summary>
internal static class OpFields
{
    public static JsonValue Of(ReadOnlySpan<byte> bytes) => JsonValue.Of(Base64Url.EncodeToString(bytes));

    public static JsonValue Of(ChangeHash hash) => Of(hash.ToBytes());

    public static JsonValue Of(PersonId person) => JsonValue.Of(person.Value);

    /// <summary>Exactly <paramref name="length"/> bytes as unpadded base64url whose unused last bits are zero.</summary>
    public static byte[]? Bytes(JsonValue? field, int length)
    {
        if (field?.Text is not { } text || text.Length != (length * 4 + 2) / 3)
        {
            return null;
        }

        var bytes = new byte[length];
        return Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done
            && written == length && Base64Url.EncodeToString(bytes) == text
            ? bytes
            : null;
    }

    public static ChangeHash? Hash(JsonValue? field) => Bytes(field, 32) is { } bytes ? new(bytes) : null;

    public static PersonId? Person(JsonValue? field) => PersonId.TryParse(field?.Text, out var person) ? person : null;
}
