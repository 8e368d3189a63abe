namespace Parley.Cli.Terminal;

/// <summary>Where a command reads and writes, and whether there is somebody to ask.</summary>
internal interface ITerminal
{
    /// <summary>True where somebody sits at the keyboard: standard input is a terminal.</summary>
    bool CanAsk { get; }

    TextReader Input { get; }

    TextWriter Output { get; }

    TextWriter Errors { get; }

    /// <summary>
    /// Asks for something that nobody may read from the screen. Answers its UTF-8, which the caller wipes; nothing where the input ends.
    /// Throws a usage <see cref="CliException"/> where it is longer than allowed.
    /// </summary>
    Task<byte[]> AskSecretAsync(string question, int bytesMax, CancellationToken cancellationToken);

    /// <summary>Asks for one line that may be read from the screen; empty where the input ends.</summary>
    Task<string> AskLineAsync(string question, CancellationToken cancellationToken);
}
