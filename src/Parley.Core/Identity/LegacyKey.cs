using System.Security.Cryptography;

namespace Parley.Identity;

/// <summary>Why a key from elsewhere is weaker than one made here. Shown before it is taken over.</summary>
public enum LegacyWarning
{
    /// <summary>12 to 23 words of a list of 68, without a checksum and without stretching: 73 bits at the shortest (W36).</summary>
    ShortPhrase,
    /// <summary>24 words or more of that list: strong enough to guess, but a mistyped word opens another, empty identity without a word (W36).</summary>
    UncheckedPhrase,
    /// <summary>The bytes of the key itself: nobody can tell how they were made, where they were kept, or whether they were mistyped.</summary>
    RawSeed,
    /// <summary>As <see cref="RawSeed"/>, and one secret makes both the signing key and the key for agreement: neither can be changed alone.</summary>
    SharedSeed,
}

/// <summary>A person's key as other implementations of <c>xnet/1.0</c> made it (docs/protocol.md, keys from elsewhere).</summary>
/// <remarks>Taken over with a warning, never made here. Holds secrets: keep it no longer than the import takes.</remarks>
public sealed class LegacyKey
{
    /// <summary>The length of every seed and key here, bytes.</summary>
    public const int SeedBytes = 32;

    /// <summary>The length of what a phrase gives, bytes.</summary>
    public const int PhraseSecretBytes = 64;

    private LegacyKey(LegacyWarning warning, byte[] seed, byte[]? agreementKey, byte[]? backupKey)
    {
        Warning = warning;
        Seed = seed;
        AgreementKey = agreementKey;
        BackupKey = backupKey;
    }

    /// <summary>What to say before taking it over.</summary>
    public LegacyWarning Warning { get; }

    /// <summary>The Ed25519 private seed: 32 bytes.</summary>
    public byte[] Seed { get; }

    /// <summary>The X25519 private key that belongs to it, 32 bytes, as the other side stores it; null where it has none.</summary>
    public byte[]? AgreementKey { get; }

    /// <summary>The key of backups made with it, 32 bytes; null where it has none.</summary>
    public byte[]? BackupKey { get; }

    /// <summary>The seed as it stands.</summary>
    public static LegacyKey FromSeed(ReadOnlySpan<byte> seed)
    {
        Check(seed);
        return new(LegacyWarning.RawSeed, seed.ToArray(), null, null);
    }

    /// <summary>From the secret of an identity bundle as it is made today (path P1): both keys are expanded from it.</summary>
    public static LegacyKey FromBundle(ReadOnlySpan<byte> secret)
    {
        Check(secret);
        return new(LegacyWarning.SharedSeed, Expand(secret, "xnet-ed25519-v1"u8), Expand(secret, "xnet-x25519-v1"u8), null);
    }

    /// <summary>From the secret of an identity bundle of the older kind (path P3).</summary>
    public static LegacyKey FromOldBundle(ReadOnlySpan<byte> secret)
    {
        Check(secret);
        return new(LegacyWarning.SharedSeed, Expand(secret, "xnet-signing-key"u8), Expand(secret, "xnet-encryption-key"u8), null);
    }

    /// <summary>From what a phrase gives (path P2). The agreement key is the signing key's image on the other curve.</summary>
    /// <param name="warning">That of the phrase: its length is not in the secret.</param>
    /// <param name="secret">64 bytes: <see cref="LegacyPhrase.ToSecret"/>.</param>
    public static LegacyKey FromPhraseSecret(LegacyWarning warning, ReadOnlySpan<byte> secret)
    {
        if (warning is not (LegacyWarning.ShortPhrase or LegacyWarning.UncheckedPhrase))
        {
            throw new ArgumentOutOfRangeException(nameof(warning), warning, "Not a phrase's warning.");
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, PhraseSecretBytes);
        var seed = Expand(secret, "xnet-ed25519-signing"u8, "xnet-salt"u8);
        var agreement = SHA512.HashData(seed)[..SeedBytes];
        agreement[0] &= 0xf8;
        agreement[^1] = (byte)((agreement[^1] & 0x7f) | 0x40);
        return new(warning, seed, agreement, Expand(secret, "xnet-backup-key"u8, "xnet-salt"u8));
    }

    private static byte[] Expand(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> info, ReadOnlySpan<byte> salt = default)
    {
        var key = new byte[SeedBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, info);
        return key;
    }

    private static void Check(ReadOnlySpan<byte> secret) => ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SeedBytes);
}
