using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Parley.Json;

namespace Parley.Identity;

/// <summary>Reads the compact form of a token, strictly: one token has one spelling.</summary>
internal static class UcanReader
{
    private static readonly SearchValues<char> Digits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static UcanFault TryRead(string text, out UcanToken? token)
    {
        token = null;
        var first = text.IndexOf('.', StringComparison.Ordinal);
        var last = text.LastIndexOf('.');
        if (first < 0 || last == first
            || Json(text.AsSpan(0, first)) is not { } header
            || Json(text.AsSpan(first + 1, last - first - 1)) is not { } payload
            || Bytes(text.AsSpan(last + 1)) is not { } signature
            || header["alg"]?.Text != "EdDSA" || header["typ"]?.Text != "JWT")
        {
            return UcanFault.Malformed;
        }

        var fault = Fields(payload, out var fields);
        if (fields is not null)
        {
            token = new(text, fields, Encoding.ASCII.GetBytes(text, 0, last), signature);
        }

        return fault;
    }

    private static UcanFault Fields(JsonValue payload, out UcanFields? fields)
    {
        fields = null;
        if (payload["iss"]?.Text is not { } issuer
            || payload["aud"]?.Text is not { } audience
            || payload["exp"]?.Number is not { } expiry
            || payload["att"] is not { Kind: JsonKind.Array } listed
            || payload["prf"] is not { Kind: JsonKind.Array } cited
            || payload["nnc"] is { Kind: not JsonKind.Text })
        {
            return UcanFault.Malformed;
        }

        if (listed.Items.Count > UcanLimits.CapabilitiesMax || cited.Items.Count > UcanLimits.TokensMax)
        {
            return UcanFault.TooLarge;
        }

        var lines = new Capability[listed.Items.Count];
        for (var i = 0; i < lines.Length; i++)
        {
            if (listed.Items[i]["with"]?.Text is not { } with || listed.Items[i]["can"]?.Text is not { } can)
            {
                return UcanFault.Malformed;
            }

            lines[i] = new(with, can);
        }

        if (cited.Items.Any(proof => proof.Kind != JsonKind.Text))
        {
            return UcanFault.Malformed;
        }

        fields = new(issuer, audience, expiry, new(lines), [.. cited.Items.Select(proof => proof.Text!)], payload["nnc"]?.Text);
        return UcanFault.None;
    }

    private static JsonValue? Json(ReadOnlySpan<char> part) =>
        Bytes(part) is { } bytes && JsonReader.TryRead(bytes, out var value) == JsonFault.None && value.Kind == JsonKind.Object ? value : null;

    /// <summary>The bytes of one part, or null where it is not the one spelling that they have.</summary>
    /// <remarks>
    /// The platform's decoder refuses unused bits that are set, but passes over white space and padding. In the signature, which nothing
    /// covers, each of these would give a revoked token another text and thereby another id.
    /// </remarks>
    private static byte[]? Bytes(ReadOnlySpan<char> part)
    {
        if (part.IsEmpty || part.ContainsAnyExcept(Digits))
        {
            return null;
        }

        var bytes = new byte[Base64Url.GetMaxDecodedLength(part.Length)];
        return Base64Url.DecodeFromChars(part, bytes, out _, out var length) == OperationStatus.Done ? bytes[..length] : null;
    }
}
