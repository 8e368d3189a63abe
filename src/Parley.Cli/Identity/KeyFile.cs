using System.Security.Cryptography;
using Parley.Cli.Hosting;
using Parley.Cli.Terminal;
using Parley.Identity;
using Parley.Native.Identity;

namespace Parley.Cli.Identity;

/// <summary>
/// A person's key in a terminal: the 24 recovery words in a file that only its owner may read. Whoever has the words is the person.
/// </summary>
internal sealed class KeyFile
{
    private const string FileName = "recovery-words.txt";
    private const int EntropyBytes = 32;

    private KeyFile(RecoveryPhrase phrase)
    {
        Phrase = phrase;
        Signer = new SodiumSigner(phrase.ToSeed());
    }

    public RecoveryPhrase Phrase { get; }

    public ISigner Signer { get; }

    /// <summary>Where a person's store and key are kept when no folder is given.</summary>
    public static string DefaultFolder => DataFolder.Default("me");

    /// <summary>The person's database in a folder.</summary>
    public static string StoreIn(string folder) => Path.Combine(folder, "parley.db");

    /// <summary>Reads the key of a folder. Throws <see cref="CliException"/> where there is none.</summary>
    public static KeyFile Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new CliException(ExitCode.Failed, $"there is no key in {folder}; 'parley keys new' makes one");
        }

        return new KeyFile(Parse(File.ReadAllText(path), path));
    }

    /// <summary>Reads the key of a folder, or makes one there.</summary>
    public static KeyFile OpenOrCreate(string folder, out bool created)
    {
        created = !File.Exists(Path.Combine(folder, FileName));
        return created ? Create(folder) : Open(folder);
    }

    /// <summary>Makes a new key. Throws <see cref="CliException"/> where the folder has one already.</summary>
    public static KeyFile Create(string folder) =>
        Write(folder, RecoveryPhrase.FromEntropy(RandomNumberGenerator.GetBytes(EntropyBytes)));

    /// <summary>Takes over the key of these words.</summary>
    public static KeyFile Restore(string folder, string words) => Write(folder, Parse(words, "standard input"));

    private static KeyFile Write(string folder, RecoveryPhrase phrase)
    {
        var path = Path.Combine(DataFolder.Prepare(folder), FileName);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        if (File.Exists(path))
        {
            throw new CliException(ExitCode.Failed, $"{folder} has a key already; it is never overwritten");
        }

        using var writer = new StreamWriter(path, options);
        writer.WriteLine(phrase);
        return new KeyFile(phrase);
    }

    private static RecoveryPhrase Parse(string text, string source) => RecoveryPhrase.TryParse(text, out var phrase) switch
    {
        PhraseFault.None => phrase!,
        PhraseFault.WordCount => throw new CliException(ExitCode.Failed, $"{source}: a recovery phrase has 24 words"),
        PhraseFault.UnknownWord => throw new CliException(ExitCode.Failed, $"{source}: a word is not on the list of recovery words"),
        PhraseFault.Checksum => throw new CliException(ExitCode.Failed, $"{source}: the checksum does not fit; a word is wrong or two are swapped"),
    };
}
