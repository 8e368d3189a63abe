using System.Globalization;
using Parley.Cli.Hosting;
using Parley.Cli.Terminal;
using Parley.Hub.Administration;

namespace Parley.Cli.Commands;

/// <summary><c>parley hub backup</c> and <c>parley hub restore</c>: a hub's data folder as one file, and back.</summary>
internal static class HubBackupCommand
{
    private static readonly Option Overwrite = new("overwrite", null, "takes the place of a file that is there");

    public static IReadOnlyList<Command> Commands { get; } =
    [
        new("hub backup", "Copies what a hub keeps into one file, while it runs.", BackupAsync)
        {
            Operands = [new("FILE", "where to")],
            Options = [HubCommand.Data, Overwrite],
            Notes =
            [
                "The file holds the database as it is at one moment, the hub's key and the certificate that it made; only its owner may read it.",
                "Not in it: a certificate that was given with --tls-cert, and the options that the hub is started with.",
            ],
            ExitCodes = [ExitCode.Failed, ExitCode.DataFolder, ExitCode.Interrupted],
        },
        new("hub restore", "Puts a backup in the place of what a hub keeps. The hub must not run.", RestoreAsync)
        {
            Operands = [new("FILE", "what 'parley hub backup' wrote, or another copy of a hub's database")],
            Options = [HubCommand.Data],
            Notes =
            [
                "What was there is kept beside it, under a name that is printed.",
                "Clients notice, and bring back what they have and the backup has not. Bans, listings and revocations since the backup are gone.",
            ],
            ExitCodes = [ExitCode.Failed, ExitCode.DataFolder, ExitCode.Interrupted],
        },
    ];

    private static Task<int> BackupAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(arguments.Operand(0)!);
        if (File.Exists(file) && !arguments.Has(Overwrite.Name))
        {
            throw new CliException(ExitCode.Failed, $"{file} exists; --{Overwrite.Name} takes its place");
        }

        var (changes, rooms) = HubBackup.Write(FolderOf(arguments), file, arguments.Has(Overwrite.Name), new PagesProgress(), cancellationToken);
        Console.WriteLine(Line($"{file}: {changes} changes of {rooms} rooms"));
        return Task.FromResult(ExitCode.Ok);
    }

    private static Task<int> RestoreAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var folder = FolderOf(arguments);
        var (changes, rooms, kept) = HubBackup.Restore(folder, Path.GetFullPath(arguments.Operand(0)!), TimeProvider.System, new PagesProgress(), cancellationToken);
        Console.WriteLine(Line($"{folder}: {changes} changes of {rooms} rooms"));
        foreach (var path in kept)
        {
            Console.WriteLine($"What was there before: {path}");
        }

        Console.WriteLine("Bans, listings and revocations made since the backup are gone: give them again.");
        return Task.FromResult(ExitCode.Ok);
    }

    private static string FolderOf(Arguments arguments) => Path.GetFullPath(arguments.Text(HubCommand.Data.Name) ?? DataFolder.Default("hub"));

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);

    /// <summary>Tells of a copy that is not done at once.</summary>
    private sealed class PagesProgress : IProgress<(int Done, int Total)>
    {
        private Progress? _progress;

        public void Report((int Done, int Total) value) => (_progress ??= new("Pages copied", value.Total)).Report(value.Done);
    }
}
