using Parley.Frames;
using Parley.Json;
using Parley.Peers;
using Parley.Sync;

namespace Parley.Cli.Vectors;

/// <summary>Suite <c>replication</c>: version negotiation, the version bundle, catch-up and the signed document envelope.</summary>
internal static class ReplicationVectors
{
    private const int PageChangesMax = 1_000;

    public static ValueTask<JsonValue> RunAsync(JsonValue input) =>
        input["updateHex"] is not null ? SealAsync(input)
        : ValueTask.FromResult(
            input["ours"] is not null ? Negotiate(input)
            : input["changes"] is not null ? CatchUp(input)
            : Versions());

    private static JsonValue Negotiate(JsonValue input)
    {
        var negotiated = ProtocolVersions.Negotiate(input.TextsOf("ours"), input.TextsOf("theirs"));
        return JsonValue.Object(
            ("negotiated", negotiated is null ? JsonValue.Null : JsonValue.Of(negotiated)), ("compatible", JsonValue.Of(negotiated is not null)));
    }

    private static JsonValue Versions() => JsonValue.Object(
        ("bundle", ProtocolVersions.Bundle), ("supported", JsonValue.Array([.. ProtocolVersions.Supported.Select(JsonValue.Of)])));

    private static JsonValue CatchUp(JsonValue input)
    {
        var (changes, highWaterMark, _) = LamportPage.Of(
            input.Field("changes").Items, input.IntegerOf("sinceLamport"), PageChangesMax, c => c.IntegerOf("lamport"), c => c.TextOf("id"));
        return JsonValue.Object(
            ("changeIds", JsonValue.Array([.. changes.Select(c => c.Field("id"))])), ("highWaterMark", JsonValue.Of(highWaterMark)));
    }

    private static async ValueTask<JsonValue> SealAsync(JsonValue input)
    {
        using var signer = input.SignerOf("authorSeedHex");
        var envelope = new YjsEnvelope(
            Convert.FromHexString(input.TextOf("updateHex")),
            signer.Person,
            input.IntegerOf("clientId"),
            input.IntegerOf("timestamp"),
            input.TextOf("docId"));
        var bytes = envelope.BytesToSign();
        return JsonValue.Object(
            ("signingHashHex", JsonValue.Of(Convert.ToHexStringLower(bytes))), ("wire", envelope.ToJson(await signer.SignAsync(bytes))));
    }
}
