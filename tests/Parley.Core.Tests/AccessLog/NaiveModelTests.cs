using Parley.Cli.Vectors;
using Xunit;

namespace Parley.Access;

/// <summary>The yardstick itself: it agrees with every vector, and none of its deliberate faults goes unnoticed.</summary>
public sealed class NaiveModelTests
{
    private const int Histories = 400;

    public static TheoryData<NaiveFault> Faults => [.. Enum.GetValues<NaiveFault>().Where(fault => fault != NaiveFault.None)];

    [Fact]
    public void The_naive_model_agrees_with_every_vector()
    {
        var vectors = AccessVectorFiles.All().ToList();

        Assert.Equal(360, vectors.Count);
        Assert.All(vectors, vector => Assert.Empty(AccessVectorSuite.Differences(vector.Expected, NaiveOutcome.Of(new(vector)))));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_in_the_rules_is_caught_by_the_vectors(NaiveFault fault) => Assert.Contains(AccessVectorFiles.All(), vector => IsCaught(vector, fault));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_in_the_rules_is_caught_by_random_histories(NaiveFault fault) =>
        Assert.Contains(Enumerable.Range(1, Histories).Select(RandomHistory.Make), vector => IsCaught(vector, fault));

    private static bool IsCaught(AccessVector vector, NaiveFault fault) =>
        AccessVectorSuite.Differences(vector.Expected, NaiveOutcome.Of(new(vector, fault))).Any();
}
