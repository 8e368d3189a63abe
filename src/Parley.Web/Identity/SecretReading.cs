using System.Security.Cryptography;
using Parley.Identity;
using Parley.Web.Shell;

namespace Parley.Web.Identity;

/// <summary>What somebody who was here before has of their key.</summary>
public enum SecretKind
{
    /// <summary>The 24 words of this app.</summary>
    Words,
    /// <summary>A phrase of another app.</summary>
    Phrase,
    /// <summary>32 bytes of a seed in hex.</summary>
    Seed,
    /// <summary>32 bytes of an identity bundle in hex.</summary>
    Bundle,
    /// <summary>The same, of the older kind.</summary>
    OldBundle,
}

/// <summary>Reads what was typed or pasted as the secret of a key, or says what is wrong with it, never with a part of it.</summary>
public static class SecretReading
{
    /// <summary>Reads it.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="text">As typed.</param>
    /// <param name="passphrase">What was typed beside a phrase; empty where nothing was.</param>
    /// <param name="problem">The sentence for what is wrong.</param>
    /// <returns>The caller's to dispose; null where there is a problem.</returns>
    public static KeySecret? Read(SecretKind kind, string text, string passphrase, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        problem = null;
        if (kind is SecretKind.Seed or SecretKind.Bundle or SecretKind.OldBundle)
        {
            return ReadBytes(kind, text, out problem);
        }

        var isWords = RecoveryPhrase.TryParse(text, out var words);
        var isPhrase = LegacyPhrase.TryParse(text, out var phrase);
        if (kind == SecretKind.Words)
        {
            problem = isWords switch
            {
                PhraseFault.None => null,
                PhraseFault.WordCount or PhraseFault.UnknownWord when isPhrase == PhraseFault.None => Strings.Restore_OtherApp,
                PhraseFault.WordCount => Strings.Restore_Count,
                PhraseFault.UnknownWord => Strings.Restore_Unknown,
                PhraseFault.Checksum => Strings.Restore_Checksum,
            };
            return words is null ? null : KeySecret.FromWords(words);
        }

        problem = isWords == PhraseFault.None ? Strings.Restore_OwnWords
            : isPhrase == PhraseFault.WordCount ? Phrase.Of(Strings.Restore_PhraseCount, LegacyPhrase.WordsMin, LegacyPhrase.WordsMax)
            : isPhrase != PhraseFault.None ? Strings.Restore_PhraseUnknown
            : null;
        return problem is null ? KeySecret.FromPhrase(phrase!, passphrase) : null;
    }

    /// <summary>Why a key is weaker than one made here; null for the words of this app.</summary>
    public static string? Warn(KeySecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return secret.Warning is not { } warning ? null : warning switch
        {
            LegacyWarning.ShortPhrase => Strings.Restore_Warn_Short,
            LegacyWarning.UncheckedPhrase => Strings.Restore_Warn_Unchecked,
            LegacyWarning.RawSeed => Strings.Restore_Warn_Seed,
            LegacyWarning.SharedSeed => Strings.Restore_Warn_Shared,
        };
    }

    private static KeySecret? ReadBytes(SecretKind kind, string text, out string? problem)
    {
        var hex = text.Trim();
        var bytes = new byte[LegacyKey.SeedBytes];
        if (hex.Length != 2 * bytes.Length || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            problem = Strings.Restore_Hex;
            return null;
        }

        problem = null;
        var secret = KeySecret.From(kind switch { SecretKind.Bundle => KeyOrigin.Bundle, SecretKind.OldBundle => KeyOrigin.OldBundle, _ => KeyOrigin.Seed }, bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return secret;
    }
}
