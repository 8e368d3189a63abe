using System.Buffers.Text;
using Parley.Identity;

namespace Parley.Connection;

/// <summary>
/// Makes the tokens that connections show: each by the person's own key, for the hub at one address, for a short time
/// (docs/protocol.md, tokens).
/// </summary>
internal sealed class TokenMint(ISigner signer, Uri hub, TimeProvider time, RandomBytes random, TimeSpan lifetime)
{
    private const int NonceBytes = 16;

    // What is left of a token's time when the next one takes over: enough for a hub that is away for a while.
    private const double ShareLeft = 0.25;

    private readonly string _audience = HubAudience.Of(hub);

    /// <summary>How old a token is when a connection should go on with a fresh one.</summary>
    public TimeSpan RenewAfter => lifetime * (1 - ShareLeft);

    /// <summary>A fresh token.</summary>
    public async ValueTask<UcanToken> MintAsync(CancellationToken cancellationToken)
    {
        var draft = HubToken.Draft(signer.Person, _audience, time.GetUtcNow() + lifetime, Nonce());
        var signatures = await signer.SignAsync(new[] { draft.BytesToSign }, cancellationToken).ConfigureAwait(false);
        return draft.Complete(signatures[0]);
    }

    private string Nonce()
    {
        Span<byte> bytes = stackalloc byte[NonceBytes];
        random(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}
