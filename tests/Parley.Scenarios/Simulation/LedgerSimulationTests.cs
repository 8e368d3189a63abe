namespace Parley.Scenarios.Simulation;

/// <summary>Random workspaces over ledgers in memory: whatever the order, the batches and the faults, everybody ends alike.</summary>
public sealed class LedgerSimulationTests
{
    private const int Seeds = 400;
    private const int MutantSeedsMax = 1_000;

    public static TheoryData<SimMutant> Mutants => [.. Enum.GetValues<SimMutant>().Where(mutant => mutant != SimMutant.None)];

    [Fact]
    public void Everybody_ends_alike()
    {
        var failed = ParallelEnumerable.Range(1, Seeds)
            .Select(seed => (Seed: seed, Violation: LedgerSimulation.Violation(seed, LedgerSimulation.Steps, SimMutant.None)))
            .Where(run => run.Violation is not null).OrderBy(run => run.Seed).Select(run => $"seed {run.Seed}: {run.Violation}").ToList();
        Assert.True(failed.Count == 0, string.Join('\n', failed.Take(3)));
    }

    [Theory]
    [MemberData(nameof(Mutants))]
    public void A_ledger_with_this_fault_is_found_out(SimMutant mutant) =>
        Assert.Contains(Enumerable.Range(1, MutantSeedsMax), seed => LedgerSimulation.Violation(seed, LedgerSimulation.Steps, mutant) is not null);
}
