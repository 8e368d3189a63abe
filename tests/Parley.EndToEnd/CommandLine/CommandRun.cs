using System.Diagnostics;
using Parley.EndToEnd.App;
using Xunit;

namespace Parley.EndToEnd.CommandLine;

/// <summary>A command that ran to its end.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs the executable with this on its standard input.</summary>
    public static async Task<CommandRun> OfAsync(ParleyExecutable executable, string input, params string[] arguments) =>
        await OfAsync(ParleyExecutable.Start(await executable.PathAsync(), arguments), input);

    /// <summary>As the other, for a start that was prepared.</summary>
    public static async Task<CommandRun> OfAsync(ProcessStartInfo start, string input)
    {
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await WriteAsync(process.StandardInput, input);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
            return new CommandRun(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>Fails unless it ended with this code and told why in exactly one line that holds the text.</summary>
    public void FailedInOneLine(int exitCode, string text)
    {
        Assert.Equal("", Output);
        Assert.Contains(text, Assert.Single(Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(exitCode, ExitCode);
    }

    private static async Task WriteAsync(StreamWriter to, string input)
    {
        try
        {
            await to.WriteAsync(input);
            to.Close();
        }
        catch (IOException)
        {
            // It ended without reading it all; its exit code and its words say why.
        }
    }
}
