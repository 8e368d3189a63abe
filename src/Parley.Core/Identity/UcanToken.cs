using System.Diagnostics.CodeAnalysis;
using Parley.Ids;

namespace Parley.Identity;

/// <summary>A token as it was read: a UCAN as a compact JWT (docs/protocol.md, tokens). Nothing in it is proved yet.</summary>
/// <remarks>Immutable. <see cref="UcanVerification"/> says whether it may be believed.</remarks>
public sealed class UcanToken
{
    internal UcanToken(string text, UcanFields fields, ReadOnlyMemory<byte> signed, ReadOnlyMemory<byte> signature)
    {
        Text = text;
        Id = TokenId.Of(text);
        Issuer = PersonId.TryParse(fields.Issuer, out var issuer) ? issuer : null;
        Audience = fields.Audience;
        ExpirySeconds = fields.ExpirySeconds;
        Capabilities = fields.Capabilities;
        Proofs = fields.Proofs;
        Nonce = fields.Nonce;
        Signed = signed;
        Signature = signature;
    }

    /// <summary>The compact form, as transmitted.</summary>
    public string Text { get; }

    /// <summary>What names this token in a list of revoked ones.</summary>
    public TokenId Id { get; }

    /// <summary>Who signed. Null where <c>iss</c> is not an Ed25519 <c>did:key</c>; such a token is never believed.</summary>
    public PersonId? Issuer { get; }

    /// <summary>For whom it was made: a hub's DID or address, or the DID of a delegate.</summary>
    public string Audience { get; }

    /// <summary>The last second since the Unix epoch in which it is good; may have a fraction and any magnitude.</summary>
    public double ExpirySeconds { get; }

    /// <summary>What it lists.</summary>
    public Capabilities Capabilities { get; }

    /// <summary>The compact forms of the tokens it cites.</summary>
    public IReadOnlyList<string> Proofs { get; }

    /// <summary>Makes each mint distinct; null where there is none.</summary>
    public string? Nonce { get; }

    /// <summary>The bytes under the signature: the first two parts and the dot between them, as transmitted.</summary>
    internal ReadOnlyMemory<byte> Signed { get; }

    /// <summary>The signature; of any length here.</summary>
    internal ReadOnlyMemory<byte> Signature { get; }

    /// <summary>Reads one token; the proofs it cites stay text. Never throws on any input.</summary>
    /// <returns><see cref="UcanFault.None"/>, <see cref="UcanFault.TooLarge"/> or <see cref="UcanFault.Malformed"/>.</returns>
    public static UcanFault TryParse(string? text, out UcanToken? token)
    {
        token = null;
        if (text is null)
        {
            return UcanFault.Malformed;
        }

        return text.Length > UcanLimits.LengthMax ? UcanFault.TooLarge : UcanReader.TryRead(text, out token);
    }

    /// <summary>As <see cref="TryParse"/>, throwing <see cref="FormatException"/> with the fault's name; never with a part of the token.</summary>
    public static UcanToken Parse(string text) => TryParse(text, out var token) is var fault && token is not null
        ? token
        : throw new FormatException($"Not a token: {fault}.");

    /// <summary>True once its time is over; in its last second it is still good.</summary>
    public bool IsExpired(DateTimeOffset now) => ExpirySeconds < now.ToUnixTimeSeconds();

    /// <summary>True where it would still be good after <paramref name="time"/>.</summary>
    internal bool Outlives(DateTimeOffset time) => ExpirySeconds > time.ToUnixTimeSeconds();
}

/// <summary>The claims of a token by their meaning.</summary>
internal sealed record UcanFields(
    string Issuer, string Audience, double ExpirySeconds, Capabilities Capabilities, IReadOnlyList<string> Proofs, string? Nonce);
