namespace Parley.Cli.Terminal;

/// <summary>The help texts, made from the command table alone.</summary>
internal static class Help
{
    /// <summary>All commands, or those under one first word.</summary>
    public static void Write(TextWriter output, IReadOnlyList<Command> commands, string? under = null)
    {
        output.WriteLine($"Usage: parley {(under is null ? "<command>" : under + " <verb>")} [options]");
        output.WriteLine();
        var width = commands.Max(c => c.Name.Length) + 2;
        foreach (var command in commands)
        {
            output.WriteLine($"  {command.Name.PadRight(width)}{command.Summary}");
        }

        output.WriteLine();
        output.WriteLine("'parley <command> --help' explains one. Exit codes:");
        WriteExitCodes(output, ExitCode.All);
    }

    /// <summary>One command.</summary>
    public static void Write(TextWriter output, Command command)
    {
        var operands = string.Concat(command.Operands.Select(o => o.Required ? $" {o.Name}" : $" [{o.Name}]"));
        output.WriteLine($"Usage: parley {command.Name}{operands}{(command.Options.Count > 0 ? " [options]" : "")}");
        output.WriteLine();
        output.WriteLine(command.Summary);
        if (command.Operands.Count + command.Options.Count > 0)
        {
            output.WriteLine();
            WriteTable(output, [.. command.Operands.Select(o => (o.Name, o.Help)), .. command.Options.Select(o => ($"--{o.Name}{(o.IsSwitch ? "" : " " + o.Value)}", o.Help))]);
        }

        if (command.Notes.Count > 0)
        {
            output.WriteLine();
            foreach (var note in command.Notes)
            {
                output.WriteLine(note);
            }
        }

        output.WriteLine();
        output.WriteLine("Exit codes:");
        int[] own = [ExitCode.Ok, ExitCode.Usage, .. command.ExitCodes];
        WriteExitCodes(output, ExitCode.All.Where(e => own.Contains(e.Code)));
    }

    private static void WriteExitCodes(TextWriter output, IEnumerable<(int Code, string Meaning)> codes)
    {
        foreach (var (code, meaning) in codes)
        {
            output.WriteLine($"  {code,3}  {meaning}");
        }
    }

    private static void WriteTable(TextWriter output, IReadOnlyList<(string Left, string Right)> rows)
    {
        var width = rows.Max(r => r.Left.Length) + 2;
        foreach (var (left, right) in rows)
        {
            output.WriteLine($"  {left.PadRight(width)}{right}");
        }
    }
}
