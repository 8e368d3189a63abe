using Parley.Ids;
using Parley.Json;

namespace Parley.Store;

/// <summary>Lists as JSON texts, for <c>json_each</c>: one statement for many rows.</summary>
internal static class SqlJson
{
    /// <summary>Texts, without the nulls and repetitions.</summary>
    public static string Of(IEnumerable<string?> texts) => CanonicalJson.ToText(
        JsonValue.Array([.. texts.OfType<string>().Distinct(StringComparer.Ordinal).Select(JsonValue.Of)]));

    /// <summary>Nodes.</summary>
    public static string Of(IEnumerable<NodeId> nodes) => Of(nodes.Select(node => node.Value));

    /// <summary>Hashes as hexadecimal digits: read them with <c>unhex(value)</c>.</summary>
    public static string Of(IEnumerable<ChangeHash> hashes) => Of(hashes.Select(Hex));

    /// <summary>One hash as hexadecimal digits.</summary>
    public static string Hex(ChangeHash hash) => Convert.ToHexStringLower(hash.ToBytes());

    /// <summary>Rows, each an array of its columns.</summary>
    public static string Rows(IEnumerable<JsonValue[]> rows) => CanonicalJson.ToText(JsonValue.Array([.. rows.Select(row => JsonValue.Array(row))]));
}
