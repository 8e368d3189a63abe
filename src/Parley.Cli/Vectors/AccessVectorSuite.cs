using Parley.Json;

namespace Parley.Cli.Vectors;

/// <summary>
/// The suite of access vectors: every history is delivered in file order and in three shuffles with repetitions and changing batch sizes,
/// and must end the same each time.
/// </summary>
internal static class AccessVectorSuite
{
    private const int Shuffles = 3;

    /// <summary>Runs one vector as real signed changes. Returns what differs; nothing where it passes.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(AccessVector vector, CancellationToken cancellationToken = default)
    {
        using var keys = new AccessVectorKeys();
        return Run(vector, await AccessVectorHistory.BuildAsync(vector, keys, isSigned: true, cancellationToken).ConfigureAwait(false), Shuffles);
    }

    /// <summary>Delivers a history in file order and in so many shuffles. Returns what differs from what is expected.</summary>
    public static IReadOnlyList<string> Run(AccessVector vector, AccessVectorHistory history, int shuffles)
    {
        var faults = new List<string>();
        for (var round = 0; round <= shuffles; round++)
        {
            var replay = new AccessVectorReplay(vector, history);
            foreach (var batch in round == 0 ? vector.Ops.Select(op => new[] { op.Id }) : Shuffled(vector, new Random(round)))
            {
                replay.Deliver(batch);
            }

            var order = round == 0 ? "in file order" : $"in shuffle {round}";
            faults.AddRange(Differences(vector.Expected, replay.Outcome()).Select(difference => $"{order}: {difference}"));
        }

        return faults;
    }

    // Seeded: a failure comes again.
    private static IEnumerable<string[]> Shuffled(AccessVector vector, Random random)
    {
        var ids = vector.Ops.Select(op => op.Id).ToArray();
        string[] delivered = [.. ids, .. ids.Where(_ => random.Next(2) == 0)];
        random.Shuffle(delivered);
        for (var at = 0; at < delivered.Length;)
        {
            var size = random.Next(1, 6);
            yield return [.. delivered.Skip(at).Take(size)];
            at += size;
        }
    }

    /// <summary>What two outcomes differ in, one line each.</summary>
    public static IEnumerable<string> Differences(JsonValue expected, JsonValue actual)
    {
        foreach (var (section, value) in expected.Members)
        {
            var found = actual[section] ?? JsonValue.Null;
            if (value.Kind != JsonKind.Object || found.Kind != JsonKind.Object)
            {
                if (!value.Equals(found))
                {
                    yield return $"{section} is {found}, not {value}";
                }

                continue;
            }

            foreach (var name in value.Members.Concat(found.Members).Select(member => member.Key).Distinct(StringComparer.Ordinal))
            {
                if (value[name] is not { } wanted || !wanted.Equals(found[name]))
                {
                    yield return $"{section}.{name} is {found[name]?.ToString() ?? "absent"}, not {value[name]?.ToString() ?? "absent"}";
                }
            }
        }
    }
}
