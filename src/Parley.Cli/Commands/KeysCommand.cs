using Parley.Cli.Hosting;
using Parley.Cli.Identity;
using Parley.Cli.Terminal;
using Parley.Identity;
using Parley.Native.Identity;

namespace Parley.Cli.Commands;

/// <summary><c>parley keys</c>: a person's key in a terminal.</summary>
internal sealed class KeysCommand
{
    private const string Machine = "machine";
    private const string NewPassphraseFile = "new-passphrase-file";
    private const string Did = "did";
    private const string PhrasePassphraseFile = "phrase-passphrase-file";

    private static readonly Option Data = new("data", "DIR", $"the person's folder (default {KeyFolder.DefaultPath})");
    private static readonly Option ByMachine = new(Machine, null, "seals under this computer's key instead of a passphrase; so it is where nobody can be asked");
    private static readonly Option SealingFile = KeyAccess.PassphraseFileOption with
    {
        Help = $"seals under the passphrase in this file instead of asking; or name it in {KeyAccess.PassphraseVariable}",
    };

    private static readonly int[] OpeningCodes = [ExitCode.Failed, ExitCode.DataFolder, ExitCode.KeyLocked, ExitCode.KeyFile, ExitCode.Interrupted];
    private static readonly string[] SealingNotes =
    [
        "The key is sealed under a passphrase, asked for twice; where nobody can be asked, under this computer's key",
        $"({MachineKey.DefaultPath ?? "in the folder of settings"}, or as {KeyAccess.MachineKeyVariable} says). A key is never overwritten.",
    ];

    private readonly ITerminal _terminal;
    private readonly Func<string, string?> _variable;
    private readonly PassphraseCost _cost;

    private KeysCommand(ITerminal terminal, Func<string, string?> variable, PassphraseCost cost)
    {
        _terminal = terminal;
        _variable = variable;
        _cost = cost;
    }

    /// <summary>The verbs, with the process's console and environment.</summary>
    public static IReadOnlyList<Command> Commands { get; } = For(ConsoleTerminal.Instance, Environment.GetEnvironmentVariable, PassphraseCost.Default);

    /// <summary>The verbs, with another console and environment.</summary>
    public static IReadOnlyList<Command> For(ITerminal terminal, Func<string, string?> variable, PassphraseCost cost)
    {
        var keys = new KeysCommand(terminal, variable, cost);
        return
        [
            new("keys new", "Makes a key of 24 new words and prints its DID.", keys.NewAsync)
            {
                Options = [Data, SealingFile, ByMachine],
                Notes = SealingNotes,
                ExitCodes = OpeningCodes,
            },
            new("keys import", "Takes over a key from its words, or from another program, and prints its DID.", keys.ImportAsync)
            {
                Operands = [new("KIND", "words: 24 recovery words · phrase: words of another program · seed, bundle, old-bundle: 32 bytes in hex")],
                Options =
                [
                    Data, SealingFile, ByMachine,
                    new(Did, "DID", "takes the key over only if this is its DID"),
                    new(PhrasePassphraseFile, "FILE", "what was typed beside the words of a phrase, where something was"),
                ],
                Notes = ["Reads standard input. Everything but words is weaker than a key made here, and the command says how.", .. SealingNotes],
                ExitCodes = OpeningCodes,
            },
            new("keys did", "Prints the DID, the public name of the key.", keys.DidAsync)
            {
                Options = [Data, KeyAccess.PassphraseFileOption],
                ExitCodes = OpeningCodes,
            },
            new("keys words", "Prints the 24 recovery words. Whoever has them is you.", keys.WordsAsync)
            {
                Options = [Data, KeyAccess.PassphraseFileOption],
                Notes = ["On a terminal it asks first: for the passphrase, or whether to go on."],
                ExitCodes = OpeningCodes,
            },
            new("keys passphrase", "Seals the key under another passphrase, or under this computer's key.", keys.PassphraseAsync)
            {
                Options =
                [
                    Data, KeyAccess.PassphraseFileOption,
                    new(NewPassphraseFile, "FILE", "takes the new passphrase from a file instead of asking"),
                    ByMachine with { Help = "seals under this computer's key instead of a passphrase" },
                ],
                Notes = ["Copies of the key file made before still open with the old passphrase. The words and the DID stay the same."],
                ExitCodes = OpeningCodes,
            },
        ];
    }

    private async Task<int> NewAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        RefuseBoth(arguments, KeyAccess.PassphraseFileOption.Name);
        using var secret = KeyFolder.NewSecret();
        return await KeepAsync(arguments, secret, "Made a key", "'parley keys words' shows the 24 words: keep them somewhere safe.", cancellationToken);
    }

    private async Task<int> ImportAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        RefuseBoth(arguments, KeyAccess.PassphraseFileOption.Name);
        var kind = KeyImport.KindOf(arguments.Operand(0)!);
        var beside = arguments.Text(PhrasePassphraseFile);
        if (beside is not null && kind != ImportKind.Phrase)
        {
            throw CliException.Usage($"--{PhrasePassphraseFile} belongs to 'keys import phrase'");
        }

        // Before somebody types their words in vain.
        Folder(arguments).RefuseSecond();
        using var import = await KeyImport.ReadAsync(kind, beside, _terminal, cancellationToken);
        using var signer = SodiumSigner.Of(import.Secret);
        var did = signer.Person.ToString();
        if (arguments.Text(Did) is { } expected && expected != did)
        {
            throw new CliException(ExitCode.Failed, $"this is the key of {did}, not of {expected}; nothing was taken over");
        }

        if (import.Warning is { } warning)
        {
            await _terminal.Errors.WriteLineAsync($"Weaker than a key made here: {warning}");
            await ConfirmAsync($"It is the key of {did}. Take it over? Type yes:", cancellationToken);
        }

        return await KeepAsync(arguments, import.Secret, "Took the key over", "What it came from stays the way to restore it: keep that somewhere safe.", cancellationToken);
    }

    private async Task<int> KeepAsync(Arguments arguments, KeySecret secret, string done, string advice, CancellationToken cancellationToken)
    {
        var access = Access(arguments);
        var folder = DataFolder.Prepare(FolderOf(arguments));
        var protection = await new KeyFolder(folder, access).KeepAsync(secret, arguments.Has(Machine), cancellationToken);
        await _terminal.Errors.WriteLineAsync($"{done} in {folder}, {access.Describe(protection)}. {advice}");
        return await PrintDidAsync(secret);
    }

    private async Task<int> DidAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        using var secret = await Folder(arguments).OpenAsync(cancellationToken);
        return await PrintDidAsync(secret);
    }

    private async Task<int> WordsAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var access = Access(arguments);
        using var secret = await new KeyFolder(FolderOf(arguments), access).OpenAsync(cancellationToken);
        var words = secret.ToWords()
            ?? throw new CliException(ExitCode.Failed, "this key was taken over from another program and has no 24 words; what it came from restores it");
        if (!access.HasAsked)
        {
            await ConfirmAsync("Whoever reads these words is you. Show them? Type yes:", cancellationToken);
        }

        await _terminal.Output.WriteLineAsync(words.ToString());
        return ExitCode.Ok;
    }

    private async Task<int> PassphraseAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        RefuseBoth(arguments, NewPassphraseFile);
        // The file with the passphrase of now must not be taken for that of the new one.
        var access = Access(arguments);
        var next = access with { PassphraseFile = arguments.Text(NewPassphraseFile) };
        if (next.PassphraseFile is null && !arguments.Has(Machine) && !_terminal.CanAsk)
        {
            throw CliException.Usage($"--{NewPassphraseFile} or --{Machine} is needed where there is nobody to ask");
        }

        var keys = new KeyFolder(FolderOf(arguments), access);
        using var secret = await keys.OpenAsync(cancellationToken);
        using var opener = await next.ChooseAsync(arguments.Has(Machine), cancellationToken);
        await _terminal.Errors.WriteLineAsync($"The key is now {access.Describe(keys.Reseal(secret, opener))}.");
        return ExitCode.Ok;
    }

    private async Task<int> PrintDidAsync(KeySecret secret)
    {
        using var signer = SodiumSigner.Of(secret);
        await _terminal.Output.WriteLineAsync(signer.Person.ToString());
        return ExitCode.Ok;
    }

    /// <summary>Goes on where nobody can be asked: a script has asked for it by name.</summary>
    private async Task ConfirmAsync(string question, CancellationToken cancellationToken)
    {
        if (_terminal.CanAsk && !string.Equals((await _terminal.AskLineAsync(question, cancellationToken)).Trim(), "yes", StringComparison.OrdinalIgnoreCase))
        {
            throw new CliException(ExitCode.Failed, "not confirmed; nothing was done");
        }
    }

    private static void RefuseBoth(Arguments arguments, string passphraseFile)
    {
        if (arguments.Has(Machine) && arguments.Has(passphraseFile))
        {
            throw CliException.Usage($"--{Machine} and --{passphraseFile} exclude each other");
        }
    }

    private KeyFolder Folder(Arguments arguments) => new(FolderOf(arguments), Access(arguments));

    private KeyAccess Access(Arguments arguments) => KeyAccess.Of(arguments, _terminal, _variable, _cost);

    private static string FolderOf(Arguments arguments) => arguments.Text(Data.Name) ?? KeyFolder.DefaultPath;
}
