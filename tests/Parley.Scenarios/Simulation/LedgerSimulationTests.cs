namespace Parley.Scenarios.Simulation;

/// <summary>Random workspaces over ledgers in memory: whatever the order, the batches and the faults, everybody ends alike.</summary>
public sealed class LedgerSimulationTests(ITestOutputHelper output)
{
    private static readonly int s_first = Setting("PARLEY_SIMULATION_FROM", 1);
    private static readonly int s_seeds = Setting("PARLEY_SIMULATION_SEEDS", 200);

    [Fact]
    public void Everybody_ends_alike()
    {
        Parallel.For(s_first, s_first + s_seeds, seed =>
        {
            try
            {
                LedgerSimulation.Run(seed);
            }
            catch (Exception failure)
            {
                output.WriteLine($"seed {seed}");
                throw new SimulationException($"seed {seed}: {failure}");
            }
        });
    }

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;
}
