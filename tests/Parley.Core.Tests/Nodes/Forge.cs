using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;

namespace Parley.Nodes;

/// <summary>Makes wire changes by hand, good and hostile ones, without the code under test apart from canonical JSON.</summary>
internal static class Forge
{
    public static SodiumSigner A { get; } = new([.. Enumerable.Repeat((byte)0xaa, 32)]);

    public static SodiumSigner B { get; } = new([.. Enumerable.Repeat((byte)0x01, 32)]);

    /// <summary>The unsigned fields of an ordinary message.</summary>
    public static JsonValue Unsigned { get; } = JsonReader.Read(
        $$"""
        {"protocolVersion":4,"id":"chg-1","type":"node-change","parentHash":null,"authorDID":"{{A.Person}}","wallTime":1718641200000,"lamport":7,
         "payload":{"nodeId":"msg-1","schemaId":"xnet://xnet.fyi/ChatMessage@1.0.0","properties":{"channel":"c","content":"hello"} }
        }
        """);

    /// <summary>The wire form of unsigned fields, with the hash and A's signature that belong to them.</summary>
    public static JsonValue Signed(JsonValue unsigned) => Signed(unsigned, CanonicalJson.ToBytes(unsigned));

    /// <summary>As the other, with the hash of given bytes.</summary>
    public static JsonValue Signed(JsonValue unsigned, ReadOnlySpan<byte> hashed)
    {
        var hash = Blake3.Hash(hashed).ToString();
        var signature = NSec.Cryptography.SignatureAlgorithm.Ed25519.Sign(Key, System.Text.Encoding.ASCII.GetBytes(hash));
        var members = unsigned.Members.Select(m => m.Key switch
        {
            "authorDID" => KeyValuePair.Create("authorDid", m.Value),
            "lamport" => KeyValuePair.Create("lamportTime", m.Value),
            _ => m,
        });
        return JsonValue.Object(members.ToArray())
            .With("hash", JsonValue.Of(hash))
            .With("signatureB64", JsonValue.Of(Convert.ToBase64String(signature)))
            .With("room", JsonValue.Of("a-room"));
    }

    /// <summary>The object without one member.</summary>
    public static JsonValue Without(this JsonValue value, string name) =>
        JsonValue.Object(value.Members.Where(m => m.Key != name).ToArray());

    /// <summary>The object with its payload changed.</summary>
    public static JsonValue WithPayload(this JsonValue value, Func<JsonValue, JsonValue> change) =>
        value.With("payload", change(value["payload"]!));

    /// <summary>Reads a text as the value.</summary>
    public static JsonValue Json(string text) => JsonReader.Read(text);

    /// <summary>The plan's refusal, or null where it was taken.</summary>
    public static Refusal? RefusalOf(JsonValue wire) => ChangeVerification.Plan(wire, out var refusal, out _) is null ? refusal : null;

    /// <summary>Verifies as a replica does.</summary>
    public static Change? Verify(JsonValue wire) =>
        ChangeVerification.Plan(wire, out _, out _) is { } plan ? ChangeVerification.Apply(plan, SodiumSignatures.Verify(plan.Check)) : null;

    private static NSec.Cryptography.Key Key { get; } = NSec.Cryptography.Key.Import(
        NSec.Cryptography.SignatureAlgorithm.Ed25519, [.. Enumerable.Repeat((byte)0xaa, 32)], NSec.Cryptography.KeyBlobFormat.RawPrivateKey);
}
