using System.Collections.Concurrent;
using System.Diagnostics;

namespace Parley.Scenarios.Simulation;

/// <summary>Runs seeds of the simulator and says which failed; the history of a failing seed is shrunk to the steps that matter.</summary>
internal static class SimulationCommand
{
    /// <summary>
    /// <c>--from N --seeds M [--steps K] [--seconds S] [--cores C] [--shrink N] [--mutant NAME]</c>. Ends after that time at the latest; exit code
    /// 1 if a seed failed. With <c>--mutants</c> each of them must fail within the seeds.
    /// </summary>
    public static int Run(string[] args)
    {
        var (from, seeds, steps) = (Number(args, "--from", 1), Number(args, "--seeds", 1_000), Number(args, "--steps", LedgerSimulation.Steps));
        if (args.Contains("--mutants"))
        {
            return RunMutants(from, seeds, steps);
        }

        var mutant = Word(args, "--mutant") is { } name ? Enum.Parse<SimMutant>(name) : SimMutant.None;
        var cores = Number(args, "--cores", Environment.ProcessorCount);
        var seconds = Number(args, "--seconds", int.MaxValue);
        var clock = Stopwatch.StartNew();
        var failed = new ConcurrentDictionary<int, string>();
        var played = 0;
        Parallel.For(from, from + seeds, new() { MaxDegreeOfParallelism = cores }, (seed, loop) =>
        {
            if (clock.Elapsed.TotalSeconds > seconds)
            {
                loop.Stop();
                return;
            }

            Interlocked.Increment(ref played);
            if (LedgerSimulation.Violation(new(seed, steps, mutant)) is { } violation)
            {
                failed[seed] = violation;
                Console.WriteLine($"seed {seed}: {violation.Split('\n')[0]}");
            }
        });
        Console.WriteLine($"{played / clock.Elapsed.TotalSeconds:0.0} seeds a second on {cores} cores");
        foreach (var (seed, violation) in failed.OrderBy(one => one.Key).Take(Number(args, "--shrink", 3)))
        {
            var shortest = Shrink(new(seed, steps, mutant));
            Console.WriteLine($"seed {seed}, {shortest.Steps - shortest.LeftOut.Count} of {steps} steps ({string.Join(' ', Enumerable.Range(0, shortest.Steps).Except(shortest.LeftOut))}):\n{LedgerSimulation.Violation(shortest with { Trace = Console.WriteLine })}\nat first: {violation}");
        }

        Console.WriteLine($"{played - failed.Count} seeds passed, {failed.Count} failed");
        return failed.IsEmpty ? 0 : 1;
    }

    // First the shortest beginning that fails, then without ever smaller runs of steps.
    private static SimRun Shrink(SimRun run)
    {
        var (passes, fails) = (0, run.Steps);
        while (fails - passes > 1)
        {
            var middle = (passes + fails) / 2;
            _ = LedgerSimulation.Violation(run with { Steps = middle }) is null ? passes = middle : fails = middle;
        }

        run = run with { Steps = fails };
        for (var size = fails / 2; size > 0; size /= 2)
        {
            for (var first = 0; first < fails; first += size)
            {
                var shorter = run with { LeftOut = new HashSet<int>(run.LeftOut.Concat(Enumerable.Range(first, Math.Min(size, fails - first)))) };
                run = shorter.LeftOut.Count > run.LeftOut.Count && LedgerSimulation.Violation(shorter) is not null ? shorter : run;
            }
        }

        return run;
    }

    private static int RunMutants(int from, int seeds, int steps)
    {
        var failed = 0;
        foreach (var mutant in Enum.GetValues<SimMutant>().Where(mutant => mutant != SimMutant.None))
        {
            var found = Enumerable.Range(from, seeds).Select(seed => (Seed: seed, Why: LedgerSimulation.Violation(new(seed, steps, mutant)))).FirstOrDefault(one => one.Why is not null);
            failed += found.Why is null ? 1 : 0;
            Console.WriteLine($"{mutant}: {(found.Why is null ? "not found out" : $"seed {found.Seed}: {found.Why.Split('\n')[0]}")}");
        }

        Console.WriteLine($"{Enum.GetValues<SimMutant>().Length - 1 - failed} mutants found out, {failed} not");
        return failed == 0 ? 0 : 1;
    }

    private static string? Word(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    private static int Number(string[] args, string name, int otherwise) => int.TryParse(Word(args, name), out var value) ? value : otherwise;
}
