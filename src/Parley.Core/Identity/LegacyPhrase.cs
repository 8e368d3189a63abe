using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Identity;

/// <summary>A recovery phrase as other implementations of <c>xnet/1.0</c> make it: words of a list of 68, no checksum (W36).</summary>
/// <remarks>
/// Read only, to take an identity over. Try <see cref="RecoveryPhrase"/> first: its checksum tells the two apart. Immutable.
/// </remarks>
public sealed class LegacyPhrase
{
    /// <summary>The fewest words that are taken.</summary>
    public const int WordsMin = 12;

    /// <summary>The most words that are taken: twice as many as were ever given out.</summary>
    public const int WordsMax = 48;

    // In the protocol's order, which is that of their numbers.
    private static readonly string[] List =
    [
        "amber", "anchor", "apple", "arch", "arrow", "atlas", "autumn", "beacon", "birch", "bloom", "brave", "breeze",
        "canyon", "cedar", "chess", "cinder", "copper", "coral", "crystal", "dawn", "delta", "desert", "drift", "ember",
        "falcon", "fable", "fern", "flame", "forest", "frost", "galaxy", "garden", "glacier", "harbor", "hazel", "horizon",
        "island", "ivory", "jasmine", "juniper", "keystone", "lagoon", "lantern", "meadow", "meteor", "mist", "navy", "nectar",
        "nova", "oak", "oasis", "opal", "orbit", "phoenix", "pine", "quartz", "raven", "river", "saffron", "sierra",
        "spruce", "summit", "thunder", "valley", "violet", "willow", "winter", "zenith",
    ];

    private readonly string[] _words;

    private LegacyPhrase(string[] words) => _words = words;

    /// <summary>The 68 words, in the order of their numbers.</summary>
    public static IReadOnlyList<string> WordList => List;

    /// <summary>How many bits a guesser faces at most: six for each word.</summary>
    public int StrengthBits => (int)(_words.Length * Math.Log2(List.Length));

    /// <summary>Reads words separated by any white space, in any case.</summary>
    /// <returns><see cref="PhraseFault.WordCount"/> and <see cref="PhraseFault.UnknownWord"/> are the faults; there is no checksum to break.</returns>
    public static PhraseFault TryParse(string? text, [NotNullWhen(true)] out LegacyPhrase? phrase)
    {
        phrase = null;
        var words = (text ?? "").ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is < WordsMin or > WordsMax)
        {
            return PhraseFault.WordCount;
        }

        if (Array.Exists(words, word => !List.Contains(word)))
        {
            return PhraseFault.UnknownWord;
        }

        phrase = new(words);
        return PhraseFault.None;
    }

    /// <summary>What to say before it is taken over.</summary>
    public LegacyWarning Warning => _words.Length < RecoveryPhrase.WordCount ? LegacyWarning.ShortPhrase : LegacyWarning.UncheckedPhrase;

    /// <summary>The key, with its warning.</summary>
    /// <param name="passphrase">What was typed beside the words; empty where nothing was.</param>
    public LegacyKey ToKey(string passphrase = "") => LegacyKey.FromPhraseSecret(Warning, ToSecret(passphrase));

    /// <summary>The 64 bytes from which <see cref="LegacyKey.FromPhraseSecret"/> makes the key, so that nobody has to keep the words.</summary>
    /// <param name="passphrase">What was typed beside the words; empty where nothing was.</param>
    public byte[] ToSecret(string passphrase = "")
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        var typed = Encoding.UTF8.GetBytes($"{string.Join(' ', _words)}::{passphrase}");
        var secret = new byte[LegacyKey.PhraseSecretBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, typed, secret, salt: "xnet-salt"u8, info: "xnet-mnemonic-seed"u8);
        CryptographicOperations.ZeroMemory(typed);
        return secret;
    }
}
