using System.Security.Cryptography;
using System.Text;
using Parley.Cli.Terminal;
using Parley.Identity;
using Parley.Native.Identity;

namespace Parley.Cli.Identity;

/// <summary>What a key can be taken over from.</summary>
internal enum ImportKind
{
    Words,
    Phrase,
    Seed,
    Bundle,
    OldBundle,
}

/// <summary>A key that is being taken over, and what to say first (docs/protocol.md, keys from elsewhere).</summary>
internal sealed class KeyImport : IDisposable
{
    private const int InputCharactersMax = 4096;

    private static readonly (string Name, ImportKind Kind)[] Kinds =
    [
        ("words", ImportKind.Words), ("phrase", ImportKind.Phrase), ("seed", ImportKind.Seed),
        ("bundle", ImportKind.Bundle), ("old-bundle", ImportKind.OldBundle),
    ];

    private KeyImport(KeySecret secret, string? warning)
    {
        Secret = secret;
        Warning = warning;
    }

    public KeySecret Secret { get; }

    /// <summary>Why it is weaker than a key made here; null for 24 words.</summary>
    public string? Warning { get; }

    public void Dispose() => Secret.Dispose();

    public static ImportKind KindOf(string written) => Array.Find(Kinds, k => k.Name == written) is { Name: not null } found
        ? found.Kind
        : throw CliException.Usage($"KIND is one of {string.Join(", ", Kinds.Select(k => k.Name))}, not '{written}'");

    /// <summary>Reads it from standard input. Throws <see cref="CliException"/> that says what is wrong, never with a word of it.</summary>
    /// <param name="kind">What to read.</param>
    /// <param name="passphraseFile">What was typed beside the words of a phrase; null where nothing was.</param>
    /// <param name="terminal">From whom.</param>
    /// <param name="cancellationToken">Ends the wait for somebody who types.</param>
    public static async Task<KeyImport> ReadAsync(ImportKind kind, string? passphraseFile, ITerminal terminal, CancellationToken cancellationToken)
    {
        var text = await ReadTextAsync(kind, terminal, cancellationToken);
        return kind switch
        {
            ImportKind.Words => new(KeySecret.FromWords(ParseWords(text)), null),
            ImportKind.Phrase => OfPhrase(text, passphraseFile),
            ImportKind.Seed => OfBytes(KeyOrigin.Seed, text),
            ImportKind.Bundle => OfBytes(KeyOrigin.Bundle, text),
            ImportKind.OldBundle => OfBytes(KeyOrigin.OldBundle, text),
        };
    }

    private static async Task<string> ReadTextAsync(ImportKind kind, ITerminal terminal, CancellationToken cancellationToken)
    {
        if (terminal.CanAsk)
        {
            return await terminal.AskLineAsync(kind is ImportKind.Words or ImportKind.Phrase ? "The words, in one line:" : "The 32 bytes in hex:", cancellationToken);
        }

        var buffer = new char[InputCharactersMax + 1];
        var length = await terminal.Input.ReadBlockAsync(buffer, cancellationToken);
        var text = new string(buffer, 0, length);
        Array.Clear(buffer);
        return length <= InputCharactersMax ? text : throw new CliException(ExitCode.Failed, $"standard input: more than {InputCharactersMax} characters are no key");
    }

    private static RecoveryPhrase ParseWords(string text) => RecoveryPhrase.TryParse(text, out var phrase) switch
    {
        PhraseFault.None => phrase!,
        PhraseFault.WordCount => throw Wrong("a recovery phrase has 24 words"),
        PhraseFault.UnknownWord => throw Wrong(LegacyPhrase.TryParse(text, out _) == PhraseFault.None
            ? "these are words of another program; 'parley keys import phrase' takes them over"
            : "a word is not on the list of recovery words"),
        PhraseFault.Checksum => throw Wrong("the checksum does not fit; a word is wrong or two are swapped"),
    };

    private static KeyImport OfPhrase(string text, string? passphraseFile)
    {
        if (RecoveryPhrase.TryParse(text, out _) == PhraseFault.None)
        {
            throw Wrong("these are 24 recovery words; 'parley keys import words' takes them over");
        }

        // A phrase without checksum is broken by its count or by an unknown word and by nothing else.
        if (LegacyPhrase.TryParse(text, out var phrase) is var fault && phrase is null)
        {
            throw Wrong(fault == PhraseFault.WordCount
                ? $"a phrase has {LegacyPhrase.WordsMin} to {LegacyPhrase.WordsMax} words"
                : "a word is not on the list of 68");
        }

        var secret = KeySecret.FromPhrase(phrase, passphraseFile is null ? "" : ReadBeside(passphraseFile));
        return new(secret, Describe(phrase.Warning, phrase.StrengthBits));
    }

    private static KeyImport OfBytes(KeyOrigin origin, string text)
    {
        var hex = text.Trim();
        var bytes = new byte[LegacyKey.SeedBytes];
        if (hex.Length != 2 * bytes.Length || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            throw Wrong($"{2 * bytes.Length} hexadecimal digits are taken, for {bytes.Length} bytes");
        }

        var secret = KeySecret.From(origin, bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return new(secret, Describe(secret.Warning!.Value, strengthBits: 0));
    }

    private static string ReadBeside(string path)
    {
        var bytes = PrivateFile.Read(path, InputCharactersMax) ?? throw CliException.Usage($"there is no file {path}");
        var text = Encoding.UTF8.GetString(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return text.TrimEnd('\n', '\r');
    }

    private static string Describe(LegacyWarning warning, int strengthBits) => warning switch
    {
        LegacyWarning.ShortPhrase => $"this phrase is short ({strengthBits} bits for who guesses, and nothing slows guessing down) and has no checksum; a mistyped word opens another, empty identity.",
        LegacyWarning.UncheckedPhrase => "this phrase has no checksum; a mistyped word opens another, empty identity.",
        LegacyWarning.RawSeed => "nobody can tell how these bytes were made, where they were kept, or whether they were mistyped.",
        LegacyWarning.SharedSeed => "nobody can tell how these bytes were made, where they were kept, or whether they were mistyped; and two keys hang on this one secret.",
    };

    private static CliException Wrong(string what) => new(ExitCode.Failed, $"standard input: {what}");
}
