using System.Buffers.Text;
using Parley.Identity;

namespace Parley.Connection;

/// <summary>
/// Makes the tokens that connections show, for the hub at one address, for a short time: each by the device's key, on the person's word
/// for it, or by the person's own key where there is no device, or the hub knows none (docs/protocol.md, tokens and devices).
/// </summary>
internal sealed class TokenMint(ISigner signer, ThisDevice? device, Uri hub, TimeProvider time, RandomBytes random, TimeSpan lifetime)
{
    private const int NonceBytes = 16;

    // What is left of a token's time when the next one takes over: enough for a hub that is away for a while.
    private const double ShareLeft = 0.25;

    // The person's word is made anew at each start, by a key that is here: a long one would only be good for a thief.
    private static readonly TimeSpan WordLifetime = TimeSpan.FromDays(7);

    private readonly string _audience = HubAudience.Of(hub);
    private ThisDevice? _device = device;
    private UcanToken? _word;

    /// <summary>How old a token is when a connection should go on with a fresh one.</summary>
    public TimeSpan RenewAfter => lifetime * (1 - ShareLeft);

    /// <summary>True while tokens are the device's.</summary>
    public bool IsByDevice => _device is not null;

    /// <summary>This hub takes a device for a person of its own: from now on the person's key.</summary>
    public void UsePersonsKey() => _device = null;

    /// <summary>A fresh token.</summary>
    public async ValueTask<UcanToken> MintAsync(CancellationToken cancellationToken)
    {
        var end = time.GetUtcNow() + lifetime;
        if (_device is not { } by)
        {
            return await SignAsync(signer, HubToken.Draft(signer.Person, _audience, end, Nonce()), cancellationToken).ConfigureAwait(false);
        }

        if (_word is null || _word.ExpirySeconds <= end.ToUnixTimeSeconds())
        {
            var word = DeviceDelegation.Draft(signer.Person, by.Key.Person, end + WordLifetime, Nonce());
            _word = await SignAsync(signer, word, cancellationToken).ConfigureAwait(false);
        }

        return await SignAsync(by.Key, HubToken.Draft(_word, _audience, end, Nonce()), cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<UcanToken> SignAsync(ISigner by, UcanDraft draft, CancellationToken cancellationToken)
    {
        var signatures = await by.SignAsync(new[] { draft.BytesToSign }, cancellationToken).ConfigureAwait(false);
        return draft.Complete(signatures[0]);
    }

    private string Nonce()
    {
        Span<byte> bytes = stackalloc byte[NonceBytes];
        random(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}
