namespace Parley.Scenarios.Simulation;

/// <summary>
/// The time and the chance of one history: everything that happens later stands in one queue, so that a seed plays the same each time. Nothing
/// here reads a clock or starts a thread.
/// </summary>
internal sealed class SimWorld(int seed)
{
    private readonly PriorityQueue<Action, (long AtMs, long Turn)> _queue = new();
    private long _turns;

    /// <summary>When a history begins, ms since the Unix epoch.</summary>
    public const long BeginsMs = 1_000_000_000_000;

    /// <summary>The time, ms since the Unix epoch. Everybody's own clock may show another one.</summary>
    public long NowMs { get; private set; } = BeginsMs;

    /// <summary>Which history it is.</summary>
    public int Seed => seed;

    /// <summary>The chances of lines and disks.</summary>
    public Random Chance { get; } = new(seed);

    /// <summary>From here on nothing fails and nothing is lost.</summary>
    public bool IsCalm { get; set; }

    /// <summary>True once in so many times, never while it is calm.</summary>
    public bool Once(int inTimes) => !IsCalm && Chance.Next(inTimes) == 0;

    /// <summary>Something happens later.</summary>
    public void After(long ms, Action action) => _queue.Enqueue(action, (NowMs + ms, _turns++));

    /// <summary>Plays everything up to a time, and moves there.</summary>
    public void Run(long ms)
    {
        var end = NowMs + ms;
        while (_queue.TryPeek(out var action, out var at) && at.AtMs <= end)
        {
            _queue.Dequeue();
            NowMs = Math.Max(NowMs, at.AtMs);
            action();
        }

        NowMs = end;
    }

    /// <summary>Plays until nothing is left to happen.</summary>
    /// <exception cref="SimulationException">It never ends.</exception>
    public void RunToRest()
    {
        for (var i = 0; _queue.TryDequeue(out var action, out var at); i++)
        {
            if (i > 200_000)
            {
                throw new SimulationException("the network never comes to rest");
            }

            NowMs = Math.Max(NowMs, at.AtMs);
            action();
        }
    }

    /// <summary>What a disk does with the next commit.</summary>
    public CommitFault NextFault() => IsCalm ? CommitFault.None : Chance.Next(40) switch { 0 => CommitFault.Failed, 1 => CommitFault.AnswerLost, _ => CommitFault.None };
}

/// <summary>How a commit goes wrong.</summary>
internal enum CommitFault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Nothing of it is on disk; the process goes on.</summary>
    Failed,

    /// <summary>All of it is on disk and the process ended before it knew.</summary>
    AnswerLost,
}

/// <summary>An oracle of the simulation is violated.</summary>
internal sealed class SimulationException(string message) : Exception(message);
