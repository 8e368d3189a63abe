using System.Security.Cryptography;
using System.Text;
using Parley.Cli.Hosting;
using Parley.Cli.Terminal;
using Parley.Identity;
using Parley.Native.Identity;

namespace Parley.Cli.Identity;

/// <summary>A person's folder in a terminal: their sealed key and their database. Whoever opens the key is the person.</summary>
internal sealed class KeyFolder(string folder, KeyAccess access)
{
    private const string FileName = "person.key";

    // What earlier builds kept: the 24 words, in the clear.
    private const string PlainFileName = "recovery-words.txt";
    private const int PlainBytesMax = 4096;

    private string KeyPath => Path.Combine(folder, FileName);

    private string PlainPath => Path.Combine(folder, PlainFileName);

    /// <summary>Where a person's store and key are kept when no folder is given.</summary>
    public static string DefaultPath => DataFolder.Default("me");

    /// <summary>The person's database in a folder.</summary>
    public static string StoreIn(string folder) => Path.Combine(folder, "parley.db");

    /// <summary>Opens the key. Throws <see cref="CliException"/> with the reason, and has then changed nothing.</summary>
    public async Task<KeySecret> OpenAsync(CancellationToken cancellationToken) => await TryOpenAsync(cancellationToken)
        ?? throw new CliException(ExitCode.Failed, $"there is no key in {folder}; 'parley keys new' makes one");

    /// <summary>Opens the key for signing, or makes one and says so.</summary>
    public async Task<SodiumSigner> OpenOrMakeAsync(CancellationToken cancellationToken)
    {
        if (await TryOpenAsync(cancellationToken) is { } found)
        {
            using (found)
            {
                return SodiumSigner.Of(found);
            }
        }

        using var made = NewSecret();
        var protection = await KeepAsync(made, byMachine: false, cancellationToken);
        await access.Terminal.Errors.WriteLineAsync(
            $"Made a key in {folder}, {access.Describe(protection)}. 'parley keys words --data {folder}' shows its recovery words.");
        return SodiumSigner.Of(made);
    }

    /// <summary>A new key of 24 words.</summary>
    public static KeySecret NewSecret()
    {
        var entropy = RandomNumberGenerator.GetBytes(RecoveryPhrase.EntropyBytes);
        var secret = KeySecret.From(KeyOrigin.Words, entropy);
        CryptographicOperations.ZeroMemory(entropy);
        return secret;
    }

    /// <summary>Throws <see cref="CliException"/> where the folder has a key: before somebody is asked for words or a passphrase in vain.</summary>
    public void RefuseSecond()
    {
        if (File.Exists(KeyPath) || File.Exists(PlainPath))
        {
            throw HasOne();
        }
    }

    /// <summary>Seals a secret as the folder's key. Throws <see cref="CliException"/> where there is one, which is never overwritten.</summary>
    public async Task<KeyProtection> KeepAsync(KeySecret secret, bool byMachine, CancellationToken cancellationToken)
    {
        RefuseSecond();
        using var opener = await access.ChooseAsync(byMachine, cancellationToken);
        return PrivateFile.TryCreate(KeyPath, access.Seal(secret, opener).Bytes) ? opener.Protection : throw HasOne();
    }

    /// <summary>Seals the folder's key anew; the old seal is gone once this returns, and holds until then.</summary>
    public KeyProtection Reseal(KeySecret secret, KeyOpener opener)
    {
        PrivateFile.Replace(KeyPath, access.Seal(secret, opener).Bytes);
        return opener.Protection;
    }

    private async Task<KeySecret?> TryOpenAsync(CancellationToken cancellationToken)
    {
        if (PrivateFile.Read(KeyPath, SealedKey.FileBytes) is not { } bytes)
        {
            return await ConvertAsync(cancellationToken);
        }

        var secret = await access.OpenAsync(Read(bytes), KeyPath, cancellationToken);
        await DropPlainAsync(secret);
        return secret;
    }

    private SealedKey Read(byte[] bytes) => SealedKey.TryRead(bytes, out var key) switch
    {
        SealedKeyFault.None => key!,
        SealedKeyFault.NewerVersion => throw new CliException(ExitCode.KeyFile, $"{KeyPath} was written by a newer Parley; nothing was changed"),
        SealedKeyFault.Foreign => throw new CliException(ExitCode.KeyFile, $"{KeyPath} is no key of Parley's; nothing was changed"),
        SealedKeyFault.UnknownProtection => throw new CliException(ExitCode.KeyFile,
            $"{KeyPath} asks for work outside the bounds that are taken here; nothing was changed"),
        SealedKeyFault.Damaged or SealedKeyFault.DoesNotOpen or SealedKeyFault.NotEnoughMemory => throw new CliException(ExitCode.KeyFile,
            $"{KeyPath} is damaged and nothing was changed; a copy of it, or the 24 words in another folder ('parley keys import words'), brings the key back"),
    };

    /// <summary>Seals the words that an earlier build kept in the clear. Null where there are none.</summary>
    private async Task<KeySecret?> ConvertAsync(CancellationToken cancellationToken)
    {
        var (secret, state) = ReadPlain();
        if (secret is null)
        {
            // Another process may be sealing them at this moment.
            return File.Exists(KeyPath) ? await TryOpenAsync(cancellationToken)
                : state == PlainState.Missing ? null
                : throw new CliException(ExitCode.KeyFile, $"{PlainPath} does not hold 24 recovery words; nothing was changed");
        }

        if (access is { PassphraseFile: null, Terminal.CanAsk: true })
        {
            await access.Terminal.Errors.WriteLineAsync($"The recovery words in {PlainPath} lie open. Choose a passphrase to seal them under.");
        }

        using var opener = await access.ChooseAsync(byMachine: false, cancellationToken);
        if (!PrivateFile.TryCreate(KeyPath, access.Seal(secret, opener).Bytes))
        {
            // Another process did the same a moment ago.
            secret.Dispose();
            return await TryOpenAsync(cancellationToken);
        }

        PrivateFile.Wipe(PlainPath);
        await access.Terminal.Errors.WriteLineAsync(
            $"The recovery words that lay open in {PlainPath} are now in {KeyPath}, {access.Describe(opener.Protection)}. The open file is gone.");
        return secret;
    }

    /// <summary>Finishes a conversion that was cut short between its two files.</summary>
    private async Task DropPlainAsync(KeySecret secret)
    {
        var (plain, state) = ReadPlain();
        using var wiped = plain;
        if (state == PlainState.Blank || plain?.SameAs(secret) == true)
        {
            PrivateFile.Wipe(PlainPath);
            await access.Terminal.Errors.WriteLineAsync($"Removed {PlainPath}, which held the words of the sealed key in the clear.");
        }
        else if (state != PlainState.Missing)
        {
            await access.Terminal.Errors.WriteLineAsync($"{PlainPath} is not used and holds something else than the words of the sealed key; if these are words, they lie open.");
        }
    }

    private (KeySecret? Secret, PlainState State) ReadPlain()
    {
        if (PrivateFile.Read(PlainPath, PlainBytesMax) is not { } bytes)
        {
            return (null, PlainState.Missing);
        }

        // Zeros: its wiping was cut short before the file was removed.
        var isBlank = !bytes.AsSpan().ContainsAnyExcept((byte)0);
        _ = RecoveryPhrase.TryParse(Encoding.UTF8.GetString(bytes), out var phrase);
        CryptographicOperations.ZeroMemory(bytes);
        return (phrase is null ? null : KeySecret.FromWords(phrase), isBlank ? PlainState.Blank : phrase is null ? PlainState.Other : PlainState.Words);
    }

    private CliException HasOne() => new(ExitCode.Failed, $"{folder} has a key already; it is never overwritten");

    private enum PlainState
    {
        Missing,
        Blank,
        Other,
        Words,
    }
}
