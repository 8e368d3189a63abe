using Parley.Json;
using Xunit;

namespace Parley;

/// <summary>The protocol's published vectors, one folder a suite, in the folder that PARLEY_CONFORMANCE names.</summary>
internal static class ConformanceVectors
{
    /// <summary>Every file of a suite as (input, expected). Skips the running test where the variable is unset.</summary>
    public static IReadOnlyList<(string Name, JsonValue Input, JsonValue Expected)> Suite(string suite)
    {
        var root = Environment.GetEnvironmentVariable("PARLEY_CONFORMANCE");
        Assert.SkipWhen(string.IsNullOrEmpty(root), "PARLEY_CONFORMANCE does not name the folder of the conformance vectors.");
        var files = Directory.GetFiles(Path.Combine(root!, suite), "*.json").Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(files);
        return [.. files.Select(Load)];
    }

    /// <summary>One file of a suite.</summary>
    public static (JsonValue Input, JsonValue Expected) File(string suite, string name)
    {
        var (_, input, expected) = Assert.Single(Suite(suite), v => v.Name.StartsWith(name, StringComparison.Ordinal));
        return (input, expected);
    }

    private static (string Name, JsonValue Input, JsonValue Expected) Load(string path)
    {
        var vector = JsonReader.Read(System.IO.File.ReadAllText(path));
        return (Path.GetFileName(path), vector["input"]!, vector["expected"]!);
    }
}
