using System.Diagnostics;
using Xunit;

namespace Parley.EndToEnd.App;

/// <summary>The one executable as a person gets it: named by PARLEY_EXECUTABLE, or built once by the launcher when first wanted.</summary>
public sealed class ParleyExecutable
{
    private readonly Lazy<Task<string>> _path = new(FindAsync);

    public Task<string> PathAsync() => _path.Value;

    /// <summary>How it is started: its three streams are the test's, and the computer's key is not that of whoever runs the tests.</summary>
    public static ProcessStartInfo Start(string executable, params string[] arguments)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["PARLEY_MACHINE_KEY_FILE"] = Repository.At("artifacts", "tests", "machine.key");
        start.Environment.Remove("PARLEY_PASSPHRASE_FILE");
        return start;
    }

    private static async Task<string> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("PARLEY_EXECUTABLE") is { Length: > 0 } given)
        {
            return given;
        }

        var start = new ProcessStartInfo(Repository.At("parley")) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["PARLEY_BUILD"] = "only";
        using var launcher = Process.Start(start)!;
        var path = (await launcher.StandardOutput.ReadToEndAsync()).Trim();
        await launcher.WaitForExitAsync();
        Assert.True(launcher.ExitCode == 0, "The launcher could not build Parley.");
        return path;
    }
}
