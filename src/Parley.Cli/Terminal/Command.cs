namespace Parley.Cli.Terminal;

/// <summary>An option of a command. A switch has no <paramref name="Value"/>; others name what they take.</summary>
internal sealed record Option(string Name, string? Value, string Help, bool Repeatable = false)
{
    public const string HelpName = "help";

    public bool IsSwitch => Value is null;
}

/// <summary>Something that stands without a name after the options.</summary>
internal sealed record Operand(string Name, string Help, bool Required = true);

/// <summary>One verb of the command line: what it takes, what it says of itself, and what it does.</summary>
internal sealed record Command(string Name, string Summary, Func<Arguments, CancellationToken, Task<int>> Run)
{
    public IReadOnlyList<Operand> Operands { get; init; } = [];
    public IReadOnlyList<Option> Options { get; init; } = [];

    /// <summary>Further lines of help, each a whole line.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The exit codes that this command can end with, besides 0 and 2.</summary>
    public IReadOnlyList<int> ExitCodes { get; init; } = [];

    public Option? FindOption(string name) => Options.FirstOrDefault(o => string.Equals(o.Name, name, StringComparison.Ordinal));
}
