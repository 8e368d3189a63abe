using Parley.Cli.Hosting;
using Parley.Cli.Identity;
using Parley.Cli.Terminal;

namespace Parley.Cli.Commands;

/// <summary><c>parley keys</c>: a person's key in a terminal.</summary>
internal static class KeysCommand
{
    private static readonly Option Data = new("data", "DIR", $"the person's folder (default {KeyFile.DefaultFolder})");

    public static IReadOnlyList<Command> Commands { get; } =
    [
        new("keys new", "Makes a key, or takes over that of 24 words, and prints its DID.", NewAsync)
        {
            Options = [Data, new("from-words", null, "reads 24 recovery words from standard input instead of making new ones")],
            Notes = ["The folder then holds the words in a file that only you may read. An existing key is never overwritten."],
            ExitCodes = [ExitCode.Failed, ExitCode.DataFolder],
        },
        new("keys words", "Prints the 24 recovery words. Whoever has them is you.", (arguments, _) => Print(Open(arguments).Phrase))
        {
            Options = [Data],
            ExitCodes = [ExitCode.Failed],
        },
        new("keys did", "Prints the DID, the public name of the key.", (arguments, _) => Print(Open(arguments).Signer.Person))
        {
            Options = [Data],
            ExitCodes = [ExitCode.Failed],
        },
    ];

    private static async Task<int> NewAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var folder = DataFolder.Prepare(FolderOf(arguments));
        var key = arguments.Has("from-words")
            ? KeyFile.Restore(folder, await Console.In.ReadToEndAsync(cancellationToken))
            : KeyFile.Create(folder);
        Console.Error.WriteLine($"Made a key in {folder}. 'parley keys words' shows the 24 words: keep them somewhere safe.");
        return await Print(key.Signer.Person);
    }

    private static KeyFile Open(Arguments arguments) => KeyFile.Open(FolderOf(arguments));

    private static string FolderOf(Arguments arguments) => arguments.Text("data") ?? KeyFile.DefaultFolder;

    private static Task<int> Print(object value)
    {
        Console.WriteLine(value);
        return Task.FromResult(ExitCode.Ok);
    }
}
