using Parley.Identity;
using Parley.Nodes;

namespace Parley.Access;

/// <summary>The keys of invites, which are made from the secret in the link.</summary>
internal sealed class InviteKeys(SeedSigner? signerOf, RandomBytes random)
{
    /// <summary>A new invite and its public key. Throws <see cref="ParleyException"/>: Unsupported.</summary>
    public (Invite Invite, ReadOnlyMemory<byte> PublicKey) Make(NodeId domain)
    {
        var secret = new byte[Invite.SecretBytes];
        random(secret);
        var invite = new Invite(domain, secret);
        return (invite, PublicKeyOf(invite));
    }

    /// <summary>The public key of an invite's secret.</summary>
    public ReadOnlyMemory<byte> PublicKeyOf(Invite invite)
    {
        var signer = SignerOf(invite);
        using var wiped = signer as IDisposable;
        return signer.Person.PublicKey();
    }

    /// <summary>The proof by which somebody is let in.</summary>
    public async Task<byte[]> ProveAsync(Invite invite, ChangeHash operation, PersonId joiner, CancellationToken cancellationToken)
    {
        var signer = SignerOf(invite);
        using var wiped = signer as IDisposable;
        ReadOnlyMemory<byte> bytes = InviteProof.BytesToSign(invite.Domain, operation, joiner);
        return (await signer.SignAsync(new[] { bytes }, cancellationToken).ConfigureAwait(false))[0];
    }

    private ISigner SignerOf(Invite invite) =>
        signerOf?.Invoke(invite.Secret.Span) ?? throw new ParleyException(ParleyErrorCode.Unsupported, "This platform cannot sign for an invite.");
}
