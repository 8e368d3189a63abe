using System.Diagnostics;
using Xunit;

namespace Parley.EndToEnd.App;

/// <summary>The one executable as a person gets it: named by PARLEY_EXECUTABLE, or built once by the launcher when first wanted.</summary>
public sealed class ParleyExecutable
{
    private readonly Lazy<Task<string>> _path = new(FindAsync);

    public Task<string> PathAsync() => _path.Value;

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
