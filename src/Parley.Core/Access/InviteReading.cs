using System.Text;
using Parley.Identity;
using Parley.Nodes;
using Parley.Wire;

namespace Parley.Access;

/// <summary>
/// How somebody who holds an invite's secret reads a log before being a member (docs/protocol.md, <c>parley.join/1</c>): a signature by the
/// invite's key over LP("parley-access/1 read", domain, invite's hash, reader). It is of use to that one person alone and admits nobody.
/// </summary>
/// <param name="Invite">The invite's hash.</param>
/// <param name="Proof">64 bytes, the signature.</param>
public sealed record InviteReading(ChangeHash Invite, ReadOnlyMemory<byte> Proof)
{
    private static readonly byte[] Label = "parley-access/1 read"u8.ToArray();

    /// <summary>What the invite's key signs.</summary>
    public static byte[] BytesToSign(NodeId domain, ChangeHash invite, PersonId reader) => LengthPrefixed.Concat(
        Label, Encoding.UTF8.GetBytes(domain.Value), invite.ToBytes(), Encoding.UTF8.GetBytes(reader.Value));

    /// <summary>Reads the frame's field: exactly one spelling.</summary>
    /// <returns>Null where it is not one.</returns>
    public static InviteReading? TryRead(JsonValue field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return OpFields.Hash(field["op"]) is { } invite && OpFields.Bytes(field["proof"], InviteProof.Length) is { } proof ? new(invite, proof) : null;
    }

    /// <summary>The frame's field.</summary>
    public JsonValue ToJson() => JsonValue.Object(("op", OpFields.Of(Invite)), ("proof", OpFields.Of(Proof.Span)));

    /// <summary>The check that this claim needs under the invite that it names.</summary>
    public SignatureCheck Check(InviteOp invite, PersonId reader)
    {
        ArgumentNullException.ThrowIfNull(invite);
        return new(invite.PublicKey, BytesToSign(invite.Header.Domain, invite.Hash, reader), Proof);
    }
}
