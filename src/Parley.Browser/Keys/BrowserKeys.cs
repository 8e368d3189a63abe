using System.Buffers.Binary;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Parley.Browser.Interop;
using Parley.Identity;
using Parley.Ids;

namespace Parley.Browser.Keys;

/// <summary>
/// The person of this browser: a non-extractable Ed25519 key in IndexedDB, shared by all tabs, with the recovery words sealed beside
/// it so that they can be shown later.
/// </summary>
/// <remarks>
/// Every method may throw <see cref="ParleyException"/>: Unsupported (no WebCrypto or no Ed25519 in it), Storage.
/// Who can run script in this origin can sign and read the words; the key itself cannot leave the browser.
/// </remarks>
public sealed class BrowserKeys
{
    private const int PublicKeyBytes = 32;
    private const int SeedBytes = 32;

    private readonly IKeysModule _module;
    private readonly PendingCalls _calls;

    internal BrowserKeys(IKeysModule module)
    {
        _module = module;
        _calls = new PendingCalls(module);
        module.Connect(_calls.Complete);
        Signatures = new BrowserSignatures(module, _calls);
    }

    /// <summary>Verification by WebCrypto. Needs no key of one's own.</summary>
    public ISignatures Signatures { get; }

    /// <summary>Prepares the keys of this browser; nothing is made yet.</summary>
    [SupportedOSPlatform("browser")]
    public static async Task<BrowserKeys> OpenAsync()
    {
        await BrowserPlatform.LoadAsync();
        return new BrowserKeys(new KeysModule());
    }

    /// <summary>The person of this browser, or null before the first run's card was filled in.</summary>
    public async Task<BrowserKey?> FindAsync(CancellationToken cancellationToken = default)
    {
        var (call, answer) = _calls.Begin();
        _module.Find(call);
        return Read(await answer.WaitAsync(cancellationToken));
    }

    /// <summary>Makes the key of these words and keeps it for good.</summary>
    /// <param name="phrase">The recovery words.</param>
    /// <param name="backedUp">True when the person has just typed the words in: they have them.</param>
    /// <param name="cancellationToken">Ends the waiting, not the making.</param>
    /// <returns>
    /// This browser's person. There is one: where a key was here already, or another tab was faster, it is that one
    /// (compare <see cref="ISigner.Person"/>).
    /// </returns>
    public async Task<BrowserKey> CreateAsync(RecoveryPhrase phrase, bool backedUp = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(phrase);
        return await CreateAsync(phrase.ToSeed(), phrase.ToString(), backedUp, cancellationToken);
    }

    /// <summary>Makes the key of a secret that came from elsewhere, or from another device, and keeps it for good. Otherwise as the other.</summary>
    public async Task<BrowserKey> CreateAsync(KeySecret secret, bool backedUp, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return await CreateAsync(secret.ToSeed(), SecretText.Of(secret), backedUp, cancellationToken);
    }

    internal async Task<BrowserKey> CreateAsync(byte[] seed, string words, bool backedUp, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedBytes);
        var (call, answer) = _calls.Begin();
        _module.Create(call, seed, words, backedUp);
        CryptographicOperations.ZeroMemory(seed);
        return Read(await answer.WaitAsync(cancellationToken)) ?? throw new ParleyException(ParleyErrorCode.Storage, "The key was not kept.");
    }

    /// <summary>The recovery words, unsealed; null where the key came from elsewhere and has none. Show them only when asked to.</summary>
    public async Task<string?> RevealWordsAsync(CancellationToken cancellationToken = default)
    {
        using var secret = await RevealAsync(cancellationToken);
        return secret.ToWords()?.ToString();
    }

    /// <summary>What the key was made of, unsealed: to hand it to another device of the person. The caller's to dispose.</summary>
    public async Task<KeySecret> RevealAsync(CancellationToken cancellationToken = default)
    {
        var (call, answer) = _calls.Begin();
        _module.RevealWords(call);
        return SecretText.Read(Encoding.UTF8.GetString(await answer.WaitAsync(cancellationToken)))
            ?? throw new ParleyException(ParleyErrorCode.Storage, "What was kept is no secret of a key.");
    }

    /// <summary>This device's own key, not extractable, made where there is none. It is in this page until it is disposed, and in the browser for good.</summary>
    /// <param name="anew">True makes another in its place: the one that was there was signed out.</param>
    /// <param name="cancellationToken">Gives up before it began.</param>
    public ValueTask<ISigner> OpenDeviceAsync(bool anew = false, CancellationToken cancellationToken = default) =>
        OpenAsync(call => _module.OpenDevice(call, anew), cancellationToken);

    /// <summary>Forgets the person and the device: their keys, and what the person's was made of. There is no way back but the words.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken = default)
    {
        var (call, answer) = _calls.Begin();
        _module.Forget(call);
        await answer.WaitAsync(cancellationToken);
    }

    /// <summary>Notes that the person confirmed to have the words; <see cref="BrowserKey.BackedUp"/> is true from then on.</summary>
    public async Task MarkBackedUpAsync(CancellationToken cancellationToken = default)
    {
        var (call, answer) = _calls.Begin();
        _module.MarkBackedUp(call);
        await answer.WaitAsync(cancellationToken);
    }

    /// <summary>The key of a seed that belongs to no person, such as an invite's: in this page alone, not extractable, until it is disposed.</summary>
    public async ValueTask<ISigner> OpenSeedAsync(ReadOnlyMemory<byte> seed, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedBytes);
        var copy = seed.ToArray();
        try
        {
            return await OpenAsync(call => _module.Open(call, copy), cancellationToken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    private async ValueTask<ISigner> OpenAsync(Action<int> open, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (call, answer) = _calls.Begin();
        open(call);
        // Not given up before it is here: a key that nobody holds could not be closed.
        var opened = await answer;
        var handle = BinaryPrimitives.ReadInt32LittleEndian(opened);
        var signer = new BrowserSigner((id, batch) => _module.SignWith(id, handle, batch), _calls);
        return new BrowserSeedKey(PersonId.FromPublicKey(opened.AsSpan(4, PublicKeyBytes)), signer, () => _module.Close(handle));
    }

    private BrowserKey? Read(byte[] card) => card.Length == 0
        ? null
        : new BrowserKey(PersonId.FromPublicKey(card.AsSpan(0, PublicKeyBytes)), card[PublicKeyBytes] == 1, new BrowserSigner((id, batch) => _module.Sign(id, batch), _calls));
}
