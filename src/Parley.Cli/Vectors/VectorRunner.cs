using Parley.Json;

namespace Parley.Cli.Vectors;

/// <summary>
/// Runs a folder of conformance vectors: one sub-folder a suite, one JSON file in it (at any depth) a vector.
/// A vector is <c>{description, input, expected}</c>, and its suite a function from the input to what the shipped code makes of it, in the
/// shape of <c>expected</c>; Parley's own suites may name a <c>format</c> and judge the whole file.
/// </summary>
public static class VectorRunner
{
    private static readonly Dictionary<string, Func<JsonValue, ValueTask<JsonValue>>> Suites = new(StringComparer.Ordinal)
    {
        ["authz"] = input => ValueTask.FromResult(AuthorizationVectors.Evaluate(input)),
        ["authz-actions"] = input => ValueTask.FromResult(AuthorizationVectors.Act(input)),
        ["batch-commit"] = BatchCommitVectors.RunAsync,
        ["change"] = ChangeVectors.RunAsync,
        ["identity"] = input => ValueTask.FromResult(IdentityVectors.Derive(input)),
        ["lww"] = input => ValueTask.FromResult(MergeVectors.Merge(input)),
        ["replication"] = ReplicationVectors.RunAsync,
    };

    /// <summary>Suites with a format of their own: what differs, nothing where the vector passes.</summary>
    private static readonly Dictionary<string, Func<JsonValue, Task<IReadOnlyList<string>>>> Formats = new(StringComparer.Ordinal)
    {
        [AccessVector.Format] = file => AccessVectorSuite.RunAsync(AccessVector.Read(file)),
        [AccessProofVectors.Format] = file => AccessProofVectors.RunAsync(file),
        [CallSignalVectors.Format] = CallSignalVectors.RunAsync,
    };

    /// <summary>Runs every vector, in order of suite and file. A suite that is not known is a failure.</summary>
    /// <param name="folder">The folder of the suites. Throws <see cref="DirectoryNotFoundException"/> where there is none.</param>
    /// <param name="output">Takes one line a vector and the closing line <c>N passed, N failed</c>.</param>
    public static async Task<(int Passed, int Failed)> RunAsync(string folder, TextWriter output)
    {
        var passed = 0;
        var failed = 0;
        foreach (var suite in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            foreach (var file in Directory.GetFiles(suite, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                var name = Path.GetRelativePath(folder, file).Replace('\\', '/');
                var why = await FaultAsync(Path.GetFileName(suite), file);
                passed += why is null ? 1 : 0;
                failed += why is null ? 0 : 1;
                await output.WriteLineAsync(why is null ? $"ok  {name}" : $"FAIL {name}: {why}");
            }
        }

        await output.WriteLineAsync($"{passed} passed, {failed} failed");
        return (passed, failed);
    }

    /// <summary>Why a vector fails, or null where it passes.</summary>
    private static async Task<string?> FaultAsync(string suite, string file)
    {
        if (JsonReader.TryRead(await File.ReadAllBytesAsync(file), out var vector) != JsonFault.None)
        {
            return "not a vector";
        }

        try
        {
            if (vector["format"]?.Text is { } format)
            {
                return !Formats.TryGetValue(format, out var judge) ? "unknown format" : await judge(vector) is [var first, ..] ? first : null;
            }

            return !Suites.TryGetValue(suite, out var run) ? "unknown suite"
                : vector["input"] is not { } input || vector["expected"] is not { Kind: JsonKind.Object } expected ? "not a vector"
                : FirstDifference(expected, await run(input));
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or InvalidOperationException)
        {
            return fault.Message;
        }
    }

    private static string? FirstDifference(JsonValue expected, JsonValue actual)
    {
        foreach (var name in expected.Members.Select(m => m.Key).Union(actual.Members.Select(m => m.Key)))
        {
            if (!Equals(expected[name], actual[name]))
            {
                return $"{name}: expected {expected[name]?.ToString() ?? "nothing"}, got {actual[name]?.ToString() ?? "nothing"}";
            }
        }

        return null;
    }
}
