namespace Parley.Scenarios.Simulation;

/// <summary>
/// Random workspaces over ledgers in memory: whatever comes late, twice or never, fails or is set back, nothing acknowledged is lost, nobody has
/// a right beyond the rules, and everybody ends alike. `SimulationCommand` plays more of them.
/// </summary>
public sealed class LedgerSimulationTests
{
    private const int Seeds = 50;
    private const int MutantSeedsMax = 60;

    public static TheoryData<SimMutant> Mutants => [.. Enum.GetValues<SimMutant>().Where(mutant => mutant != SimMutant.None)];

    [Fact]
    public void Everybody_ends_alike()
    {
        var failed = ParallelEnumerable.Range(1, Seeds)
            .Select(seed => (Seed: seed, Violation: LedgerSimulation.Violation(new(seed))))
            .Where(run => run.Violation is not null).OrderBy(run => run.Seed).Select(run => $"seed {run.Seed}: {run.Violation}").ToList();
        Assert.True(failed.Count == 0, string.Join('\n', failed.Take(3)));
    }

    [Fact]
    public void A_seed_plays_the_same_each_time()
    {
        List<string> once = [], again = [];
        LedgerSimulation.Violation(new(7) { Trace = once.Add });
        LedgerSimulation.Violation(new(7) { Trace = again.Add });
        Assert.Equal(once, again);
    }

    [Theory]
    [MemberData(nameof(Mutants))]
    public void A_ledger_with_this_fault_is_found_out(SimMutant mutant) =>
        Assert.Contains(Enumerable.Range(1, MutantSeedsMax), seed => LedgerSimulation.Violation(new(seed, Mutant: mutant)) is not null);
}
