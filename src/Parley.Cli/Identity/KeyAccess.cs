using System.Security.Cryptography;
using System.Text;
using Parley.Cli.Terminal;
using Parley.Identity;
using Parley.Native.Identity;

namespace Parley.Cli.Identity;

/// <summary>How keys are sealed and opened here: by asking, by a file with the passphrase, or by this computer's key.</summary>
/// <param name="Terminal">Whom to ask, if anybody.</param>
/// <param name="PassphraseFile">A file that holds the passphrase, for programs; null where none was named.</param>
/// <param name="MachineKeyFile">Where this computer's key is kept; null where there is no place.</param>
/// <param name="Cost">What a guess at a new passphrase is to cost.</param>
internal sealed record KeyAccess(ITerminal Terminal, string? PassphraseFile, string? MachineKeyFile, PassphraseCost Cost)
{
    public const string PassphraseVariable = "PARLEY_PASSPHRASE_FILE";
    public const string MachineKeyVariable = "PARLEY_MACHINE_KEY_FILE";

    private const int PassphraseCharactersMin = 8;
    private const int AttemptsMax = 3;

    /// <summary>The option of every command that opens a key.</summary>
    public static Option PassphraseFileOption { get; } =
        new("passphrase-file", "FILE", $"takes the key's passphrase from a file instead of asking; or name it in {PassphraseVariable}");

    /// <summary>True once somebody has typed the passphrase.</summary>
    public bool HasAsked { get; private set; }

    /// <summary>As a command was started, with the process's console and environment.</summary>
    public static KeyAccess Of(Arguments arguments) => Of(arguments, ConsoleTerminal.Instance, Environment.GetEnvironmentVariable, PassphraseCost.Default);

    public static KeyAccess Of(Arguments arguments, ITerminal terminal, Func<string, string?> variable, PassphraseCost cost) => new(
        terminal,
        arguments.Text(PassphraseFileOption.Name) ?? Set(variable(PassphraseVariable)),
        Set(variable(MachineKeyVariable)) ?? MachineKey.DefaultPath,
        cost);

    /// <summary>Opens a sealed key. Throws <see cref="CliException"/> with the reason.</summary>
    public async Task<KeySecret> OpenAsync(SealedKey key, string path, CancellationToken cancellationToken)
    {
        if (key.Protection == KeyProtection.Machine)
        {
            return TryOpen(key, MachineKey.Read(MachineKeyFile)) ?? throw new CliException(ExitCode.KeyLocked,
                $"{path} is sealed under another computer's key than {MachineKeyFile}, or it was changed");
        }

        if (PassphraseFile is not null)
        {
            return TryOpen(key, ReadPassphrase(PassphraseFile)) ?? throw new CliException(ExitCode.KeyLocked,
                $"the passphrase in {PassphraseFile} does not open {path}");
        }

        if (!Terminal.CanAsk)
        {
            throw new CliException(ExitCode.KeyLocked,
                $"{path} wants its passphrase and there is nobody to ask; --{PassphraseFileOption.Name} or {PassphraseVariable} names a file that holds it");
        }

        HasAsked = true;
        for (var attempt = 1; ; attempt++)
        {
            var typed = await Terminal.AskSecretAsync("Passphrase:", SealedKey.PassphraseBytesMax, cancellationToken);
            if (typed.Length == 0)
            {
                throw new CliException(ExitCode.KeyLocked, $"no passphrase was given, and {path} stays sealed");
            }

            if (TryOpen(key, typed) is { } secret)
            {
                return secret;
            }

            if (attempt == AttemptsMax)
            {
                throw new CliException(ExitCode.KeyLocked, $"this passphrase does not open {path}");
            }

            await Terminal.Errors.WriteLineAsync("That is not it.");
        }
    }

    /// <summary>
    /// What a key is to be sealed under: this computer's key where that was asked for or nobody can be asked, else a passphrase, typed twice.
    /// </summary>
    public async Task<KeyOpener> ChooseAsync(bool byMachine, CancellationToken cancellationToken)
    {
        if (byMachine || (PassphraseFile is null && !Terminal.CanAsk))
        {
            return new KeyOpener(KeyProtection.Machine, MachineKey.ReadOrMake(MachineKeyFile));
        }

        if (PassphraseFile is not null)
        {
            var read = ReadPassphrase(PassphraseFile);
            return IsLongEnough(read) ? new KeyOpener(KeyProtection.Passphrase, read) : throw CliException.Usage(
                $"the passphrase in {PassphraseFile} is too short: {PassphraseCharactersMin} characters at least");
        }

        return new KeyOpener(KeyProtection.Passphrase, await AskNewAsync(cancellationToken));
    }

    /// <summary>Seals with fresh randomness, and sees the seal open before anybody relies on it.</summary>
    public SealedKey Seal(KeySecret secret, KeyOpener opener)
    {
        var random = RandomNumberGenerator.GetBytes(SealedKey.RandomBytes);
        var key = opener.Protection switch
        {
            KeyProtection.Machine => SealedKey.ByMachine(secret, opener.Bytes, random),
            KeyProtection.Passphrase => SealedKey.ByPassphrase(secret, opener.Bytes, Cost, random),
        };
        _ = key.TryOpen(opener.Bytes, out var opened);
        using (opened)
        {
            return opened?.SameAs(secret) == true ? key : throw new CliException(ExitCode.Failed, "the new seal did not open again; nothing was changed");
        }
    }

    /// <summary>What the seal is worth, for the person who just made it.</summary>
    public string Describe(KeyProtection protection) => protection switch
    {
        KeyProtection.Passphrase => "sealed under your passphrase; nobody can restore a forgotten one",
        KeyProtection.Machine => $"sealed under this computer's key in {MachineKeyFile}: a copy of the one file is worth nothing without the other, "
            + "but whoever reads both has the key ('parley keys passphrase' sets a passphrase)",
    };

    private async Task<byte[]> AskNewAsync(CancellationToken cancellationToken)
    {
        HasAsked = true;
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var first = await Terminal.AskSecretAsync($"New passphrase ({PassphraseCharactersMin} characters at least):", SealedKey.PassphraseBytesMax, cancellationToken);
            if (first.Length == 0)
            {
                break;
            }

            if (!IsLongEnough(first))
            {
                CryptographicOperations.ZeroMemory(first);
                await Terminal.Errors.WriteLineAsync("Too short.");
                continue;
            }

            var again = await Terminal.AskSecretAsync("The same again:", SealedKey.PassphraseBytesMax, cancellationToken);
            var isSame = first.AsSpan().SequenceEqual(again);
            CryptographicOperations.ZeroMemory(again);
            if (isSame)
            {
                return first;
            }

            CryptographicOperations.ZeroMemory(first);
            await Terminal.Errors.WriteLineAsync("The two differ.");
        }

        throw new CliException(ExitCode.KeyLocked, "no passphrase was set, and nothing was changed");
    }

    private static KeySecret? TryOpen(SealedKey key, byte[] opener)
    {
        try
        {
            return key.TryOpen(opener, out var secret) is SealedKeyFault.NotEnoughMemory
                ? throw new CliException(ExitCode.Failed, $"opening the key takes {key.Cost.MemoryKiB / 1024} MiB of memory, which are not to be had")
                : secret;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opener);
        }
    }

    /// <summary>The file's content without the end of its line.</summary>
    private static byte[] ReadPassphrase(string path)
    {
        const int LineEndBytes = 2;
        var bytes = PrivateFile.Read(path, SealedKey.PassphraseBytesMax + LineEndBytes)
            ?? throw CliException.Usage($"there is no passphrase file {path}");
        var text = bytes.AsSpan();
        text = text.EndsWith("\n"u8) ? text[..^1] : text;
        text = text.EndsWith("\r"u8) ? text[..^1] : text;
        if (text.Length is 0 or > SealedKey.PassphraseBytesMax)
        {
            throw CliException.Usage($"{path} must hold a passphrase of 1 to {SealedKey.PassphraseBytesMax} bytes");
        }

        var passphrase = GC.AllocateArray<byte>(text.Length, pinned: true);
        text.CopyTo(passphrase);
        CryptographicOperations.ZeroMemory(bytes);
        return passphrase;
    }

    private static bool IsLongEnough(byte[] passphrase) => Encoding.UTF8.GetCharCount(passphrase) >= PassphraseCharactersMin;

    private static string? Set(string? variable) => string.IsNullOrEmpty(variable) ? null : variable;
}
