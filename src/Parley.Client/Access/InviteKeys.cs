using Parley.Identity;
using Parley.Ids;

namespace Parley.Access;

/// <summary>The keys of invites, which are made from the secret in the link.</summary>
internal sealed class InviteKeys(SeedSigner? signerOf, RandomBytes random)
{
    /// <summary>A new invite and its public key. Throws <see cref="ParleyException"/>: Unsupported.</summary>
    public async Task<(Invite Invite, ReadOnlyMemory<byte> PublicKey)> MakeAsync(NodeId domain, CancellationToken cancellationToken)
    {
        var secret = new byte[Invite.SecretBytes];
        random(secret);
        var invite = new Invite(domain, secret);
        return (invite, await PublicKeyOfAsync(invite, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The public key of an invite's secret.</summary>
    public async Task<ReadOnlyMemory<byte>> PublicKeyOfAsync(Invite invite, CancellationToken cancellationToken)
    {
        var signer = await SignerOfAsync(invite, cancellationToken).ConfigureAwait(false);
        using var wiped = signer as IDisposable;
        return signer.Person.PublicKey();
    }

    /// <summary>What lets somebody read the operations before they are let in.</summary>
    public async Task<InviteReading> ClaimAsync(Invite invite, PersonId reader, CancellationToken cancellationToken)
    {
        var signer = await SignerOfAsync(invite, cancellationToken).ConfigureAwait(false);
        using var wiped = signer as IDisposable;
        var publicKey = signer.Person.PublicKey();
        ReadOnlyMemory<byte> bytes = InviteReading.BytesToSign(invite.Domain, publicKey, reader);
        return new(publicKey, (await signer.SignAsync(new[] { bytes }, cancellationToken).ConfigureAwait(false))[0]);
    }

    /// <summary>The proof by which somebody is let in.</summary>
    public async Task<byte[]> ProveAsync(Invite invite, ChangeHash operation, PersonId joiner, CancellationToken cancellationToken)
    {
        var signer = await SignerOfAsync(invite, cancellationToken).ConfigureAwait(false);
        using var wiped = signer as IDisposable;
        ReadOnlyMemory<byte> bytes = InviteProof.BytesToSign(invite.Domain, operation, joiner);
        return (await signer.SignAsync(new[] { bytes }, cancellationToken).ConfigureAwait(false))[0];
    }

    private ValueTask<ISigner> SignerOfAsync(Invite invite, CancellationToken cancellationToken) =>
        signerOf?.Invoke(invite.Secret, cancellationToken)
        ?? throw new ParleyException(ParleyErrorCode.Unsupported, "This platform cannot sign for an invite.");
}
