namespace Parley.Cli.Terminal;

/// <summary>Ends a command with one line on standard error and an exit code; never with a stack trace.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>A wrong option or value: the message names it.</summary>
    public static CliException Usage(string message) => new(Terminal.ExitCode.Usage, message);
}
