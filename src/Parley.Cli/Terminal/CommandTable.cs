using System.Runtime.InteropServices;

namespace Parley.Cli.Terminal;

/// <summary>Finds the command that was named, runs it, and turns every failure into one line and an exit code.</summary>
internal sealed class CommandTable(IReadOnlyList<Command> commands)
{
    public async Task<int> RunAsync(string[] words)
    {
        var (command, rest) = Find(words);
        if (command is null)
        {
            return WithoutCommand(words);
        }

        using var stop = new CancellationTokenSource();
        using var interrupted = StopOn(PosixSignal.SIGINT, stop);
        using var terminated = StopOn(PosixSignal.SIGTERM, stop);
        try
        {
            var arguments = Arguments.Parse(command, rest);
            if (arguments.WantsHelp)
            {
                Help.Write(Console.Out, command);
                return ExitCode.Ok;
            }

            return await command.Run(arguments, stop.Token);
        }
        catch (CliException failure)
        {
            return Say($"parley {command.Name}: {failure.Message}", failure.ExitCode);
        }
        catch (ParleyException failure)
        {
            return Say($"parley {command.Name}: {failure.Message}", CodeOf(failure.Code));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (IOException failure)
        {
            // A reader that went away (`parley … | head`) or a disk that failed: nothing here is a bug worth a stack trace.
            return Say($"parley {command.Name}: {failure.Message}", ExitCode.Failed);
        }
    }

    /// <summary>The longest name that the words begin with: <c>keys new</c> before <c>keys</c>.</summary>
    private (Command? Command, IEnumerable<string> Remaining) Find(string[] words)
    {
        var found = commands
            .Where(c => c.Name.Split(' ') is var name && words.Take(name.Length).SequenceEqual(name, StringComparer.Ordinal))
            .MaxBy(c => c.Name.Length);
        return (found, words.Skip(found?.Name.Split(' ').Length ?? 0));
    }

    private int WithoutCommand(string[] words)
    {
        var first = words.FirstOrDefault();
        if (first is null or "help" or "-h" or "--help")
        {
            Help.Write(Console.Out, commands);
            return first is null ? ExitCode.Usage : ExitCode.Ok;
        }

        if (first is "--version")
        {
            Console.WriteLine($"parley {typeof(CommandTable).Assembly.GetName().Version?.ToString(3)}");
            return ExitCode.Ok;
        }

        IReadOnlyList<Command> group = [.. commands.Where(c => c.Name.StartsWith(first + ' ', StringComparison.Ordinal))];
        if (group.Count > 0 && words is [_] or [_, "-h" or "--help"])
        {
            Help.Write(Console.Out, group, first);
            return words.Length == 1 ? ExitCode.Usage : ExitCode.Ok;
        }

        var written = group.Count > 0 ? $"{first} {words[1]}" : first;
        var close = Spelling.Closest(written, commands.Select(c => c.Name)) is { } name ? $" (did you mean {name}?)" : "";
        return Say($"parley: unknown {(first.StartsWith('-') ? "option" : "command")} {written}{close}; 'parley --help' lists them", ExitCode.Usage);
    }

    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            // The first signal asks the command to finish; a second one ends the process as it always would.
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        });

    private static int CodeOf(ParleyErrorCode code) => code switch
    {
        ParleyErrorCode.Storage or ParleyErrorCode.NewerStore or ParleyErrorCode.StoreInUse => ExitCode.DataFolder,
        ParleyErrorCode.Disconnected or ParleyErrorCode.Timeout or ParleyErrorCode.Incompatible => ExitCode.Unreachable,
        ParleyErrorCode.Forbidden or ParleyErrorCode.Invalid or ParleyErrorCode.NotFound
            or ParleyErrorCode.Quota or ParleyErrorCode.Unsupported or ParleyErrorCode.SignedOut => ExitCode.Failed,
    };

    private static int Say(string line, int exitCode)
    {
        Console.Error.WriteLine(line);
        return exitCode;
    }
}
