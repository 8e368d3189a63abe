using Parley.Ids;
using Parley.Json;

namespace Parley.Cli.Vectors;

/// <summary>Suite <c>identity</c>: the public key and DID of a seed, and back from the DID to the key.</summary>
internal static class IdentityVectors
{
    public static JsonValue Derive(JsonValue input)
    {
        using var signer = input.SignerOf("seedHex");
        var did = signer.Person.Value;
        return JsonValue.Object(
            ("publicKeyHex", JsonValue.Of(Convert.ToHexStringLower(PersonId.Parse(did).PublicKey()))), ("did", JsonValue.Of(did)));
    }
}
