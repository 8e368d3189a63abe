using System.Collections.Concurrent;
using System.Globalization;
using Parley.Cli.Vectors;
using Xunit;

namespace Parley.Access;

public sealed class AccessHistoryTests
{
    /// <summary>How many histories the property test plays; the full run plays 100 000.</summary>
    private const string CountVariable = "PARLEY_ACCESS_HISTORIES";

    /// <summary>The first seed, to play others or one again.</summary>
    private const string SeedVariable = "PARLEY_ACCESS_SEED";

    private static int Count => Setting(CountVariable, 300);

    private static int FirstSeed => Setting(SeedVariable, 1);

    [Fact]
    public async Task The_incremental_log_equals_the_naive_model_in_any_order_and_with_repetitions()
    {
        using var keys = new AccessVectorKeys();
        var tally = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            Enumerable.Range(FirstSeed, Count),
            new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken },
            async (seed, cancellationToken) =>
            {
                var vector = RandomHistory.Make(seed);
                var history = await AccessVectorHistory.BuildAsync(vector, keys, isSigned: false, cancellationToken);
                var faults = AccessVectorSuite.Run(vector, history, shuffles: 1);
                Assert.True(faults.Count == 0, $"Seed {seed} ({vector.Kind}): {string.Join("; ", faults.Take(4))}");
                Note(tally, vector);
            });

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', tally.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Value,9} {t.Key}")));
        // A generator that no longer reaches a rule would make this test say nothing about it.
        Assert.True(Count < 300 || s_reached.All(tally.ContainsKey), $"Never reached: {string.Join(", ", s_reached.Where(rule => !tally.ContainsKey(rule)))}");
    }

    private static readonly string[] s_reached =
    [
        "op effective", "op suppressed authority-cut", "op suppressed invite-revoked", "op suppressed void-invite", "op suppressed void-authority", "op suppressed citation-void",
        "op held missing-deps", "op refused malformed", "op refused not-in-dm", "op refused invalid-dep", "op refused lamport", "op refused not-creator",
        "op refused not-in-space", "op refused not-a-member", "op refused unknown-invite", "op refused not-joiner", "op refused bad-proof",
        "op refused invite-expired", "op refused invite-closed", "op refused invite-used-up", "op refused no-authority", "op refused insufficient-role",
        "op refused self-revoke", "op refused not-outranked", "op refused bad-citation",
        "decision accepted", "decision held missing-ops", "decision held no-grant-known", "decision held unknown-node",
        "decision refused immutable-field", "decision refused bad-seen", "decision refused lamport", "decision refused removed",
        "decision refused grant-void", "decision refused not-a-member", "decision refused insufficient-role", "decision refused not-author",
    ];

    private static void Note(ConcurrentDictionary<string, int> tally, AccessVector vector)
    {
        foreach (var (what, section) in new[] { ("op", "ops"), ("decision", "decisions") })
        {
            foreach (var (_, value) in vector.Expected[section]!.Members)
            {
                tally.AddOrUpdate($"{what} {value["status"]?.Text} {value["reason"]?.Text}".TrimEnd(), 1, (_, count) => count + 1);
            }
        }
    }

    private static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
