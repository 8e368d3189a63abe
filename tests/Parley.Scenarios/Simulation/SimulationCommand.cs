using System.Collections.Concurrent;
using System.Diagnostics;

namespace Parley.Scenarios.Simulation;

/// <summary>Runs seeds of the simulator on all cores and says which failed; a failing seed is shrunk to the shortest history that still fails.</summary>
internal static class SimulationCommand
{
    /// <summary><c>--from N --seeds M [--steps K]</c>. Prints <c>N passed, N failed</c>; exit code 1 if a seed failed.</summary>
    public static int Run(string[] args)
    {
        var (from, seeds, steps) = (Number(args, "--from", 1), Number(args, "--seeds", 1_000), Number(args, "--steps", LedgerSimulation.Steps));
        var clock = Stopwatch.StartNew();
        var failed = new ConcurrentDictionary<int, string>();
        Parallel.For(from, from + seeds, seed =>
        {
            if (LedgerSimulation.Violation(seed, steps, SimMutant.None) is { } violation)
            {
                failed[seed] = violation;
            }
        });
        foreach (var (seed, violation) in failed.OrderBy(one => one.Key).Take(10))
        {
            var shortest = Shrink(seed, steps);
            Console.WriteLine($"seed {seed}, {shortest} of {steps} steps: {violation}");
        }

        Console.WriteLine($"{seeds / clock.Elapsed.TotalSeconds:0.0} seeds a second on {Environment.ProcessorCount} cores");
        Console.WriteLine($"{seeds - failed.Count} passed, {failed.Count} failed");
        return failed.IsEmpty ? 0 : 1;
    }

    // A history is a prefix of itself with more steps, so the shortest one that fails is found by halving, then step by step.
    private static int Shrink(int seed, int steps)
    {
        var (passes, fails) = (0, steps);
        while (fails - passes > 1)
        {
            var middle = (passes + fails) / 2;
            _ = LedgerSimulation.Violation(seed, middle, SimMutant.None) is null ? passes = middle : fails = middle;
        }

        return fails;
    }

    private static int Number(string[] args, string name, int otherwise) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length && int.TryParse(args[at + 1], out var value) ? value : otherwise;
}
