using System.Buffers.Binary;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Parley.Browser.Interop;
using Parley.Identity;

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

    internal async Task<BrowserKey> CreateAsync(byte[] seed, string words, bool backedUp, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedBytes);
        var (call, answer) = _calls.Begin();
        _module.Create(call, seed, words, backedUp);
        CryptographicOperations.ZeroMemory(seed);
        return Read(await answer.WaitAsync(cancellationToken)) ?? throw new ParleyException(ParleyErrorCode.Storage, "The key was not kept.");
    }

    /// <summary>The recovery words, unsealed. Show them only when asked to.</summary>
    public async Task<string> RevealWordsAsync(CancellationToken cancellationToken = default)
    {
        var (call, answer) = _calls.Begin();
        _module.RevealWords(call);
        return Encoding.UTF8.GetString(await answer.WaitAsync(cancellationToken));
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
        cancellationToken.ThrowIfCancellationRequested();
        var copy = seed.ToArray();
        var (call, answer) = _calls.Begin();
        _module.Open(call, copy);
        CryptographicOperations.ZeroMemory(copy);
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
