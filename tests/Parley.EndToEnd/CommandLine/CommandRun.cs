using System.Diagnostics;
using Parley.EndToEnd.App;
using Xunit;

namespace Parley.EndToEnd.CommandLine;

/// <summary>A command that ran to its end.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs the executable with this on its standard input.</summary>
    public static async Task<CommandRun> OfAsync(ParleyExecutable executable, string input, params string[] arguments)
    {
        using var process = Process.Start(ParleyExecutable.Start(await executable.PathAsync(), arguments))!;
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
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
}
