using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Cli.Vectors;

/// <summary>Reads what vectors write. A vector without a field that its suite needs throws <see cref="FormatException"/>.</summary>
internal static class VectorFields
{
    public static JsonValue Field(this JsonValue value, string name) => value[name] ?? throw new FormatException($"the vector has no '{name}'");

    public static string TextOf(this JsonValue value, string name) => value.Field(name).Text ?? throw new FormatException($"'{name}' is no text");

    public static long IntegerOf(this JsonValue value, string name) =>
        value.Field(name).Integer ?? throw new FormatException($"'{name}' is no integer");

    public static bool FlagOf(this JsonValue value, string name) =>
        value.Field(name).Boolean ?? throw new FormatException($"'{name}' is not true or false");

    public static IReadOnlyList<string> TextsOf(this JsonValue value, string name) =>
        [.. value.Field(name).Items.Select(item => item.Text ?? throw new FormatException($"'{name}' holds something else than texts"))];

    public static SodiumSigner SignerOf(this JsonValue value, string name) => new(Convert.FromHexString(value.TextOf(name)));

    /// <summary>The unsigned fields of a change, as the <c>change</c> suite writes them.</summary>
    public static ChangeFields ChangeFieldsOf(JsonValue unsigned)
    {
        var payload = unsigned.Field("payload");
        return new(
            unsigned.TextOf("id"),
            new ChangePayload(new(payload.TextOf("nodeId")), payload["schemaId"]?.Text, payload.Field("properties"), payload["deleted"]?.Boolean),
            unsigned.Field("parentHash").Text,
            PersonId.Parse(unsigned.TextOf("authorDID")),
            unsigned.IntegerOf("wallTime"),
            unsigned.IntegerOf("lamport"),
            ProtocolVersion: (int)(unsigned["protocolVersion"]?.Integer ?? 0),
            Type: unsigned.TextOf("type"));
    }

    /// <summary>One signature.</summary>
    public static async ValueTask<byte[]> SignAsync(this ISigner signer, ReadOnlyMemory<byte> message) =>
        (await signer.SignAsync(new[] { message }))[0];
}
