using System.Text;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;

namespace Parley.Access;

/// <summary>
/// How a joiner shows that it holds an invite's secret (docs/access.md, invites): a signature by the invite's key over
/// LP("parley-access/1 admit", domain, invite's hash, joiner, card hash). It is of use to that one person alone.
/// </summary>
internal static class InviteProof
{
    /// <summary>Length of a proof in bytes.</summary>
    public const int Length = 64;

    private static readonly byte[] Label = "parley-access/1 admit"u8.ToArray();

    /// <summary>What the invite's key signs.</summary>
    public static byte[] BytesToSign(NodeId domain, ChangeHash invite, PersonId joiner, ReadOnlySpan<byte> cardHash = default) =>
        LengthPrefixed.Concat(
            Label, Encoding.UTF8.GetBytes(domain.Value), invite.ToBytes(), Encoding.UTF8.GetBytes(joiner.Value), cardHash.ToArray());

    /// <summary>The check that an admission needs under its invite.</summary>
    public static SignatureCheck Check(AdmitOp admit, InviteOp invite)
    {
        ArgumentNullException.ThrowIfNull(admit);
        ArgumentNullException.ThrowIfNull(invite);
        var message = BytesToSign(invite.Header.Domain, invite.Hash, admit.Subject, admit.CardHash.Span);
        return new(invite.PublicKey, message, admit.Proof);
    }
}
