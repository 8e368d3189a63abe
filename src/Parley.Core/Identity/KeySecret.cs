using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Parley.Identity;

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

/// <summary>What a person's key was made of: what a key file seals and what one device hands to another, so that nothing that hangs on it is lost.</summary>
/// <remarks>Wiped when disposed, and kept where the collector does not copy it. Not safe against a dispose on another thread.</remarks>
public sealed class KeySecret : IDisposable
{
    /// <summary>The length of <see cref="Export"/>: the origin's number, and the longest secret, which is that of a phrase.</summary>
    public const int ExportBytes = 1 + LegacyKey.PhraseSecretBytes;

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

    private ReadOnlySpan<byte> Bytes
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

    /// <summary>Writes it as key files hold it (docs/keys.md): the origin's number and the secret, followed by zeros.</summary>
    /// <param name="into"><see cref="ExportBytes"/>; the caller's to wipe.</param>
    public void Export(Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Length, ExportBytes);
        into.Clear();
        into[0] = (byte)Origin;
        Bytes.CopyTo(into[1..]);
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

    /// <summary>Reads what <see cref="Export"/> wrote.</summary>
    public static bool TryImport(ReadOnlySpan<byte> exported, [NotNullWhen(true)] out KeySecret? secret)
    {
        secret = null;
        if (exported.Length != ExportBytes)
        {
            return false;
        }

        var origin = (KeyOrigin)exported[0];
        if (!Enum.IsDefined(origin) || exported[(1 + LengthOf(origin))..].ContainsAnyExcept((byte)0))
        {
            return false;
        }

        secret = new(origin, exported[1..(1 + LengthOf(origin))]);
        return true;
    }

    /// <summary>The Ed25519 seed of the signing key, 32 bytes; the caller's to wipe.</summary>
    public byte[] ToSeed()
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
