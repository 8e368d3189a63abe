using Parley.Cli.Vectors;
using Parley.Json;

namespace Parley.Access;

/// <summary>The access vectors of this repository. That the product reproduces them, the vector runner's own test says.</summary>
internal static class AccessVectorFiles
{
    public static IEnumerable<AccessVector> All() =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "vectors", "access"), "*.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => JsonReader.Read(File.ReadAllText(path)))
            .Where(file => file["format"]?.Text == AccessVector.Format)
            .Select(AccessVector.Read);
}
