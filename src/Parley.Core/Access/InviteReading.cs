using System.Text;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;

namespace Parley.Access;

/// <summary>
/// How somebody who holds an invite's secret reads a log before being a member (docs/protocol.md, <c>parley.join/1</c>): a signature by the
/// invite's key over LP("parley-access/1 read", domain, that key, reader). It is of use to that one person alone and admits nobody.
/// </summary>
/// <remarks>It names the key, which the link's holder can make, and not the operation, which only the log tells.</remarks>
/// <param name="PublicKey">32 bytes, the invite's public key.</param>
/// <param name="Proof">64 bytes, the signature.</param>
internal sealed record InviteReading(ReadOnlyMemory<byte> PublicKey, ReadOnlyMemory<byte> Proof)
{
    private const int PublicKeyBytes = 32;

    private static readonly byte[] Label = "parley-access/1 read"u8.ToArray();

    /// <summary>What the invite's key signs.</summary>
    public static byte[] BytesToSign(NodeId domain, ReadOnlyMemory<byte> publicKey, PersonId reader) => LengthPrefixed.Concat(
        Label, Encoding.UTF8.GetBytes(domain.Value), publicKey, Encoding.UTF8.GetBytes(reader.Value));

    /// <summary>Reads the frame's field: exactly one spelling.</summary>
    /// <returns>Null where it is not one.</returns>
    public static InviteReading? TryRead(JsonValue field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return OpFields.Bytes(field["pk"], PublicKeyBytes) is { } publicKey && OpFields.Bytes(field["proof"], InviteProof.Length) is { } proof
            ? new(publicKey, proof)
            : null;
    }

    /// <summary>The frame's field.</summary>
    public JsonValue ToJson() => JsonValue.Object(("pk", OpFields.Of(PublicKey.Span)), ("proof", OpFields.Of(Proof.Span)));

    /// <summary>True where the claim speaks of this invite.</summary>
    public bool Names(InviteOp invite)
    {
        ArgumentNullException.ThrowIfNull(invite);
        return invite.PublicKey.Span.SequenceEqual(PublicKey.Span);
    }

    /// <summary>The check that this claim needs.</summary>
    public SignatureCheck Check(NodeId domain, PersonId reader) => new(PublicKey, BytesToSign(domain, PublicKey, reader), Proof);
}
