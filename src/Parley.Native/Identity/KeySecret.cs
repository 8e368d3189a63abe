using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Parley.Identity;

namespace Parley.Native.Identity;

/// <summary>Where a person's key comes from. The numbers stand in key files (docs/keys.md) and never change.</summary>
public enum KeyOrigin
{
    /// <summary>24 recovery words: what is made here.</summary>
    Words = 1,
    /// <summary>An Ed25519 seed as it stands.</summary>
    Seed = 2,
    /// <summary>The secret of an identity bundle of another implementation.</summary>
    Bundle = 3,
    /// <summary>The secret of an identity bundle of the older kind.</summary>
    OldBundle = 4,
    /// <summary>A phrase of another implementation with fewer than 24 words.</summary>
    ShortPhrase = 5,
    /// <summary>Such a phrase with 24 words or more.</summary>
    UncheckedPhrase = 6,
}

/// <summary>The secret that a key file seals: what a person's key was made of, so that nothing that hangs on it is lost.</summary>
/// <remarks>Wiped when disposed, and kept where the collector does not copy it. Not safe against a dispose on another thread.</remarks>
public sealed class KeySecret : IDisposable
{
    /// <summary>The longest secret, bytes: that of a phrase.</summary>
    internal const int BytesMax = LegacyKey.PhraseSecretBytes;

    private readonly byte[] _bytes;
    private bool _isWiped;

    private KeySecret(KeyOrigin origin, ReadOnlySpan<byte> bytes)
    {
        Origin = origin;
        _bytes = GC.AllocateArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(_bytes);
    }

    /// <summary>Where it comes from.</summary>
    public KeyOrigin Origin { get; }

    /// <summary>Why the key is weaker than one made here; null for recovery words.</summary>
    public LegacyWarning? Warning => Origin switch
    {
        KeyOrigin.Words => null,
        KeyOrigin.Seed => LegacyWarning.RawSeed,
        KeyOrigin.Bundle or KeyOrigin.OldBundle => LegacyWarning.SharedSeed,
        KeyOrigin.ShortPhrase => LegacyWarning.ShortPhrase,
        KeyOrigin.UncheckedPhrase => LegacyWarning.UncheckedPhrase,
    };

    internal ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isWiped, this);
            return _bytes;
        }
    }

    /// <summary>The key of recovery words.</summary>
    public static KeySecret FromWords(RecoveryPhrase phrase)
    {
        ArgumentNullException.ThrowIfNull(phrase);
        return Wiping(KeyOrigin.Words, phrase.ToEntropy());
    }

    /// <summary>The key of a phrase of another implementation.</summary>
    /// <param name="phrase">Its words.</param>
    /// <param name="passphrase">What was typed beside the words; empty where nothing was.</param>
    public static KeySecret FromPhrase(LegacyPhrase phrase, string passphrase = "")
    {
        ArgumentNullException.ThrowIfNull(phrase);
        return Wiping(phrase.Warning == LegacyWarning.ShortPhrase ? KeyOrigin.ShortPhrase : KeyOrigin.UncheckedPhrase, phrase.ToSecret(passphrase));
    }

    /// <summary>From the secret's own bytes: 32 for the words' entropy, a seed or a bundle's secret, 64 for a phrase's (<see cref="LegacyPhrase.ToSecret"/>).</summary>
    public static KeySecret From(KeyOrigin origin, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, LengthOf(origin));
        return new(origin, bytes);
    }

    /// <summary>The recovery words; null where the key comes from elsewhere and has none.</summary>
    public RecoveryPhrase? ToWords()
    {
        var bytes = Bytes;
        return Origin == KeyOrigin.Words ? RecoveryPhrase.FromEntropy(bytes) : null;
    }

    /// <summary>The signing key.</summary>
    public SodiumSigner ToSigner()
    {
        var seed = ToSeed();
        var signer = new SodiumSigner(seed);
        CryptographicOperations.ZeroMemory(seed);
        return signer;
    }

    /// <summary>True where both are the same secret of the same origin.</summary>
    public bool SameAs(KeySecret other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Origin == other.Origin && CryptographicOperations.FixedTimeEquals(Bytes, other.Bytes);
    }

    /// <summary>Wipes it.</summary>
    public void Dispose()
    {
        _isWiped = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    /// <summary>Reads what a key file held: the origin's number and its secret, followed by zeros.</summary>
    internal static bool TryRead(byte origin, ReadOnlySpan<byte> padded, [NotNullWhen(true)] out KeySecret? secret)
    {
        secret = null;
        var written = (KeyOrigin)origin;
        if (!Enum.IsDefined(written) || padded[LengthOf(written)..].ContainsAnyExcept((byte)0))
        {
            return false;
        }

        secret = new(written, padded[..LengthOf(written)]);
        return true;
    }

    private byte[] ToSeed()
    {
        if (Origin == KeyOrigin.Words)
        {
            return RecoveryPhrase.FromEntropy(Bytes).ToSeed();
        }

        var key = Origin switch
        {
            KeyOrigin.Seed => LegacyKey.FromSeed(Bytes),
            KeyOrigin.Bundle => LegacyKey.FromBundle(Bytes),
            KeyOrigin.OldBundle => LegacyKey.FromOldBundle(Bytes),
            KeyOrigin.Words or KeyOrigin.ShortPhrase or KeyOrigin.UncheckedPhrase => LegacyKey.FromPhraseSecret(Warning!.Value, Bytes),
        };
        CryptographicOperations.ZeroMemory(key.AgreementKey);
        CryptographicOperations.ZeroMemory(key.BackupKey);
        return key.Seed;
    }

    private static int LengthOf(KeyOrigin origin) => origin switch
    {
        KeyOrigin.Words => RecoveryPhrase.EntropyBytes,
        KeyOrigin.Seed or KeyOrigin.Bundle or KeyOrigin.OldBundle => LegacyKey.SeedBytes,
        KeyOrigin.ShortPhrase or KeyOrigin.UncheckedPhrase => LegacyKey.PhraseSecretBytes,
    };

    private static KeySecret Wiping(KeyOrigin origin, byte[] bytes)
    {
        var secret = new KeySecret(origin, bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return secret;
    }
}
