using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Identity;

/// <summary>Why a phrase was not taken.</summary>
public enum PhraseFault
{
    /// <summary>It was taken.</summary>
    None,
    /// <summary>Not 24 words.</summary>
    WordCount,
    /// <summary>A word is not on the BIP-39 English list.</summary>
    UnknownWord,
    /// <summary>The checksum does not fit: a word is wrong or two are swapped.</summary>
    Checksum,
}

/// <summary>24 words of BIP-39 from which a person's key comes (docs/protocol.md, identity).</summary>
/// <remarks>256 bits and a checksum of 8: one mistyped phrase in 256 passes. Immutable.</remarks>
public sealed class RecoveryPhrase
{
    /// <summary>How many words a phrase has.</summary>
    public const int WordCount = 24;

    /// <summary>How many random bytes a phrase carries.</summary>
    public const int EntropyBytes = 32;

    private const int BitsPerWord = 11;
    private const int StretchRounds = 2048;
    private const int StretchedBytes = 64;
    private const int SeedBytes = 32;

    private readonly string[] _words;

    private RecoveryPhrase(string[] words) => _words = words;

    /// <summary>The words, lower case.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>The 2 048 words that may stand in a phrase, in alphabetical order.</summary>
    public static IReadOnlyList<string> WordList => PhraseWords.All;

    /// <summary>A phrase from 32 random bytes.</summary>
    public static RecoveryPhrase FromEntropy(ReadOnlySpan<byte> entropy)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(entropy.Length, EntropyBytes);
        Span<byte> bits = stackalloc byte[EntropyBytes + 1];
        entropy.CopyTo(bits);
        bits[EntropyBytes] = Checksum(entropy);
        var words = new string[WordCount];
        for (var i = 0; i < WordCount; i++)
        {
            var index = 0;
            for (var bit = i * BitsPerWord; bit < (i + 1) * BitsPerWord; bit++)
            {
                index = (index << 1) | ((bits[bit / 8] >> (7 - (bit % 8))) & 1);
            }

            words[i] = PhraseWords.All[index];
        }

        return new(words);
    }

    /// <summary>Reads words separated by any white space, in any case.</summary>
    public static PhraseFault TryParse(string? text, [NotNullWhen(true)] out RecoveryPhrase? phrase)
    {
        phrase = null;
        var words = (text ?? "").ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != WordCount)
        {
            return PhraseFault.WordCount;
        }

        Span<byte> bits = stackalloc byte[EntropyBytes + 1];
        if (!Pack(words, bits))
        {
            return PhraseFault.UnknownWord;
        }

        if (bits[EntropyBytes] != Checksum(bits[..EntropyBytes]))
        {
            return PhraseFault.Checksum;
        }

        phrase = new(words);
        return PhraseFault.None;
    }

    /// <summary>As <see cref="TryParse"/>, throwing <see cref="FormatException"/> with the fault's name; never with a word.</summary>
    public static RecoveryPhrase Parse(string text) => TryParse(text, out var phrase) is var fault && phrase is not null
        ? phrase
        : throw new FormatException($"Not a recovery phrase: {fault}.");

    /// <summary>
    /// The 32-byte Ed25519 seed: HKDF-SHA-256(BIP-39 seed of 64 bytes with empty passphrase, salt <c>parley-root-v1</c>, info <c>ed25519</c>).
    /// </summary>
    /// <remarks>
    /// PBKDF2-HMAC-SHA-512 with 2 048 rounds: some milliseconds natively, more in a browser. What it computes with is wiped; the answer
    /// is the caller's to wipe.
    /// </remarks>
    public byte[] ToSeed()
    {
        // Not by ToString(): a string with all words would stay in memory until the collector comes, and cannot be wiped.
        var typed = new byte[_words.Sum(word => word.Length) + WordCount - 1];
        var at = 0;
        foreach (var word in _words)
        {
            at += at == 0 ? 0 : Encoding.ASCII.GetBytes(" ", typed.AsSpan(at));
            at += Encoding.ASCII.GetBytes(word, typed.AsSpan(at));
        }

        var stretched = Rfc2898DeriveBytes.Pbkdf2(typed, "mnemonic"u8, StretchRounds, HashAlgorithmName.SHA512, StretchedBytes);
        var seed = new byte[SeedBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, stretched, seed, salt: "parley-root-v1"u8, info: "ed25519"u8);
        CryptographicOperations.ZeroMemory(typed);
        CryptographicOperations.ZeroMemory(stretched);
        return seed;
    }

    /// <summary>The 32 random bytes that the words carry: <see cref="FromEntropy"/> makes the same phrase of them.</summary>
    public byte[] ToEntropy()
    {
        Span<byte> bits = stackalloc byte[EntropyBytes + 1];
        Pack(_words, bits);
        var entropy = bits[..EntropyBytes].ToArray();
        CryptographicOperations.ZeroMemory(bits);
        return entropy;
    }

    /// <summary>The words separated by single spaces.</summary>
    public override string ToString() => string.Join(' ', Words);

    /// <summary>Eleven bits a word, the first word's first. False where a word is not on the list.</summary>
    private static bool Pack(string[] words, Span<byte> bits)
    {
        bits.Clear();
        for (var i = 0; i < WordCount; i++)
        {
            var index = PhraseWords.IndexOf(words[i]);
            if (index < 0)
            {
                return false;
            }

            for (var bit = 0; bit < BitsPerWord; bit++)
            {
                var at = (i * BitsPerWord) + bit;
                bits[at / 8] |= (byte)(((index >> (BitsPerWord - 1 - bit)) & 1) << (7 - (at % 8)));
            }
        }

        return true;
    }

    // 256 bits of entropy have a checksum of 256 / 32 bits.
    private static byte Checksum(ReadOnlySpan<byte> entropy)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(entropy, hash);
        return hash[0];
    }
}
