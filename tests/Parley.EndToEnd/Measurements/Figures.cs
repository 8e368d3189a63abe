using System.Globalization;
using Xunit;

namespace Parley.EndToEnd.Measurements;

/// <summary>Writes what was measured to artifacts/measurements/browser.md and to the test's output.</summary>
internal static class Figures
{
    public static void Note(string what, string figure)
    {
        var line = $"| {what} | {figure} |";
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        var file = Repository.At("artifacts", "measurements", "browser.md");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.AppendAllText(file, line + "\n");
    }

    /// <summary>Median, 95th percentile and largest of some times.</summary>
    public static string Spread(IEnumerable<double> milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        double At(double part) => sorted[(int)Math.Min(sorted.Length - 1, Math.Floor(sorted.Length * part))];
        return string.Create(CultureInfo.InvariantCulture, $"p50 {At(0.5):F0} ms, p95 {At(0.95):F0} ms, max {sorted[^1]:F0} ms of {sorted.Length}");
    }
}
