using System.Globalization;

namespace Parley.Frames;

/// <summary>How much is fuzzed: PARLEY_FUZZ_FRAMES (100 000 unless told) from the seed PARLEY_FUZZ_SEED.</summary>
internal static class FuzzSettings
{
    public static int Frames { get; } = Read("PARLEY_FUZZ_FRAMES", 100_000);

    public static int Seed { get; } = Read("PARLEY_FUZZ_SEED", 20_240_617);

    private static int Read(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
