using System.Text;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>A change that passed shape, bounds and hash and waits for the answer to one signature check.</summary>
public sealed class ChangePlan
{
    internal ChangePlan(Change change, SignatureCheck check)
    {
        Change = change;
        Check = check;
    }

    /// <summary>The change. Not to be believed before <see cref="ChangeVerification.Apply"/> said so.</summary>
    public Change Change { get; }

    /// <summary>The one signature to check.</summary>
    public SignatureCheck Check { get; }
}

/// <summary>Verification of a received change in two pure steps with the signature check between them.</summary>
public static class ChangeVerification
{
    /// <summary>The highest Lamport time ever taken: 2^48 (W8).</summary>
    public const long LamportMax = ChangeLimits.LamportMax;

    /// <summary>
    /// Step one, over the wire form (docs/protocol.md, change record): shape and types, <c>__proto__</c>, lengths, lamport ≤ 2^48,
    /// the rebuild rule for <c>schemaId</c>, canonical form and hash, mentions shape with at most 50 DIDs.
    /// </summary>
    /// <returns>A plan, or null with <paramref name="refusal"/> and <paramref name="why"/> set. Never throws on any input.</returns>
    public static ChangePlan? Plan(JsonValue wireChange, out Refusal refusal, out string why)
    {
        var publicKey = new byte[PersonId.PublicKeyBytes];
        var reader = new WireChangeReader(wireChange, publicKey);
        if (reader.Read() is not { } fields)
        {
            refusal = reader.Refusal;
            why = reader.Why;
            return null;
        }

        refusal = Refusal.Malformed;
        why = "";
        if (wireChange["hash"]?.Text is not { } hashText || !ChangeHash.TryParse(hashText, out var hash))
        {
            why = "hash is not cid:blake3: and 64 hex digits.";
            return null;
        }

        if (CanonicalChange.TryOf(fields) is not { } canonical
            || canonical.PayloadDepth > ChangeLimits.PayloadDepthMax || canonical.Bytes.Length > ChangeLimits.CanonicalBytesMax)
        {
            why = "The payload is too deep, too long, or has a forbidden or repeated name.";
            return null;
        }

        if (Blake3.Hash(canonical.Bytes) != hash)
        {
            refusal = Refusal.Hash;
            why = "The hash does not match the change.";
            return null;
        }

        if (reader.Contradiction(fields.Payload) is { } contradiction)
        {
            why = contradiction;
            return null;
        }

        if (fields.Payload.Properties["mentions"] is { } mentions && Mentions.Fault(mentions) is { } fault)
        {
            why = fault;
            return null;
        }

        if (ReadSignature(wireChange["signatureB64"]?.Text) is not { } signature)
        {
            refusal = Refusal.Signature;
            why = "signatureB64 is not 64 bytes of base64.";
            return null;
        }

        var change = new Change(fields, canonical, hash, signature);
        return new(change, new SignatureCheck(publicKey, Encoding.ASCII.GetBytes(hashText), signature));
    }

    /// <summary>Step two: the change when the signature held, null when it did not.</summary>
    public static Change? Apply(ChangePlan plan, bool signatureHolds) => signatureHolds ? plan?.Change : null;

    /// <summary>64 bytes of standard base64, padded or not, or null.</summary>
    internal static byte[]? ReadSignature(string? base64)
    {
        // 86 digits carry 64 bytes; the reference's decoder takes them with and without padding.
        if (base64 is not { Length: 86 or 88 })
        {
            return null;
        }

        var signature = new byte[SignatureCheck.SignatureBytes];
        var padded = base64.Length == 88 ? base64 : base64 + "==";
        return Convert.TryFromBase64String(padded, signature, out var written) && written == signature.Length ? signature : null;
    }
}
