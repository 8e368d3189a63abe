namespace Parley.Scenarios.Simulation;

/// <summary>Which history is played.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Steps">How many steps it has.</param>
/// <param name="Mutant">The fault in it.</param>
internal sealed record SimRun(int Seed, int Steps = LedgerSimulation.Steps, SimMutant Mutant = SimMutant.None)
{
    /// <summary>Steps in which nothing is done.</summary>
    public IReadOnlySet<int> LeftOut { get; init; } = new HashSet<int>();

    /// <summary>Is told of each step; null: nobody is.</summary>
    public Action<string>? Trace { get; init; }
}
