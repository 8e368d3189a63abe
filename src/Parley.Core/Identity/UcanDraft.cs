using System.Buffers.Text;
using System.Text;
using Parley.Ids;
using Parley.Json;

namespace Parley.Identity;

/// <summary>What a new token says.</summary>
/// <param name="Issuer">Who signs.</param>
/// <param name="Audience">For whom: a hub's DID or address, or the DID of a delegate.</param>
/// <param name="ExpiresAt">The last second in which it is good; fractions are dropped.</param>
/// <param name="Capabilities">What it lists.</param>
/// <param name="Nonce">Text that no earlier token of this issuer had, so that each has an id of its own.</param>
public sealed record UcanClaims(PersonId Issuer, string Audience, DateTimeOffset ExpiresAt, Capabilities Capabilities, string Nonce)
{
    /// <summary>The tokens it rests on; none for a token that speaks for its issuer alone.</summary>
    public IReadOnlyList<UcanToken> Proofs { get; init; } = [];
}

/// <summary>Writing a token: draft, sign, complete. Pure: the caller supplies time, nonce and signature.</summary>
public sealed class UcanDraft
{
    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"EdDSA","typ":"JWT"}"""u8);

    private readonly string _signed;

    /// <summary>Writes what will be signed.</summary>
    /// <exception cref="ArgumentException">No reader would take the token: it is too long or lists too much.</exception>
    public UcanDraft(UcanClaims claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        _signed = Header + '.' + Base64Url.EncodeToString(Payload(claims));
        if (claims.Capabilities.Count > UcanLimits.CapabilitiesMax
            || _signed.Length + 1 + Base64Url.GetEncodedLength(SignatureCheck.SignatureBytes) > UcanLimits.LengthMax)
        {
            throw new ArgumentException("The token is longer, or lists more, than a reader takes.", nameof(claims));
        }

        BytesToSign = Encoding.ASCII.GetBytes(_signed);
    }

    /// <summary>What <see cref="ISigner"/> signs with the issuer's key.</summary>
    public ReadOnlyMemory<byte> BytesToSign { get; }

    /// <summary>The signed token.</summary>
    /// <param name="signature">64 bytes over <see cref="BytesToSign"/>; not checked.</param>
    public UcanToken Complete(ReadOnlyMemory<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, SignatureCheck.SignatureBytes);
        return UcanToken.Parse(_signed + '.' + Base64Url.EncodeToString(signature.Span));
    }

    // Members stand in the order of the reference's tokens, and are spelled as ECMAScript's JSON.stringify does.
    private static byte[] Payload(UcanClaims claims)
    {
        var text = new StringBuilder();
        text.Append("{\"iss\":").Append(Quoted(claims.Issuer.Value));
        text.Append(",\"aud\":").Append(Quoted(claims.Audience));
        text.Append(",\"exp\":").Append(JsonValue.Of(claims.ExpiresAt.ToUnixTimeSeconds()));
        text.Append(",\"att\":[").AppendJoin(',', claims.Capabilities.Select(Line));
        text.Append("],\"prf\":[").AppendJoin(',', claims.Proofs.Select(proof => Quoted(proof.Text)));
        text.Append("],\"nnc\":").Append(Quoted(claims.Nonce)).Append('}');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Line(Capability line) => $"{{\"with\":{Quoted(line.With)},\"can\":{Quoted(line.Can)}}}";

    private static string Quoted(string text) => CanonicalJson.ToText(JsonValue.Of(text));
}
