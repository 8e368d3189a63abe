using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>
/// What three people wrote in a workspace, as a plain list: their devices met now and then, so everybody wrote with what they knew. Material
/// for properties that need no network.
/// </summary>
internal sealed class SimHistory
{
    private SimHistory(int seed)
    {
        var random = new Random(seed);
        var now = SimWorld.BeginsMs;
        for (var i = 0; i < 3; i++)
        {
            People.Add(new(i, (seed * 31) + i, SimMutant.None) { Time = () => now });
        }

        Workspace.Make(People[0]);
        for (var step = 0; step < 70; step++)
        {
            now += random.Next(1, 3_000);
            var (actor, other) = (People[random.Next(People.Count)], People[random.Next(People.Count)]);
            if (random.Next(4) > 0)
            {
                Workspace.Step(actor, other, random, step);
            }
            else
            {
                Give(actor, other);
                Give(other, actor);
            }

            foreach (var filed in actor.Store.Log.Where(filed => _seen.Add(filed.Change.Hash)))
            {
                All.Add((filed.Change, filed.Home));
            }
        }

        All.AddRange(Workspace.Forged);
    }

    private readonly HashSet<ChangeHash> _seen = [];

    /// <summary>The workspace.</summary>
    public SimWorkspace Workspace { get; } = new();

    /// <summary>The people, each with one device.</summary>
    public List<SimReplica> People { get; } = [];

    /// <summary>Everything that was written, with its home.</summary>
    public List<(Change Change, RoomId Home)> All { get; } = [];

    /// <summary>The history of a seed.</summary>
    public static SimHistory Of(int seed) => new(seed);

    private static void Give(SimReplica from, SimReplica to) => to.Receive([.. from.Store.Log.Select(filed => (filed.Change, filed.Home))]);
}

/// <summary>A hub's ledger by itself: without lines, and it counts what it asks its store.</summary>
internal sealed class SimHubLedger
{
    private readonly LedgerPolicy _policy;

    public SimHubLedger(long logBytesKeptMax = long.MaxValue)
    {
        _policy = LedgerPolicy.Hub(hasCommons: false) with { Limits = SimHub.Limits with { LogBytesKeptMax = logBytesKeptMax } };
        Engine = Open();
    }

    /// <summary>Its disk.</summary>
    public MemoryLedgerStore Store { get; } = new();

    /// <summary>The ledger in memory.</summary>
    public LedgerEngine Engine { get; private set; }

    /// <summary>How many things the store was asked in the last transaction.</summary>
    public int Questions { get; private set; }

    /// <summary>Ends the process and starts it again.</summary>
    public void Restart() => Engine = Open();

    /// <summary>A ledger that knows nothing but this disk.</summary>
    public LedgerEngine Open() => new(_policy);

    /// <summary>Decides about changes that a person hands in, and writes it unless the disk fails.</summary>
    public Decision Offer(IReadOnlyList<(Change Change, RoomId Home, PersonId Sender)> changes, bool isOfferedAgain = true, bool fails = false)
    {
        var decision = Decide(Engine, changes, isOfferedAgain, isCommitted: !fails);
        if (!fails)
        {
            Store.Commit(decision, []);
            while (Store.Due is { Count: > 0 } due)
            {
                Continue(due);
            }
        }

        return decision;
    }

    /// <summary>What a ledger over this disk decides about changes; nothing is written.</summary>
    public Decision Decide(LedgerEngine engine, IReadOnlyList<(Change Change, RoomId Home, PersonId Sender)> changes, bool isOfferedAgain, bool isCommitted)
    {
        Questions = 0;
        using var transaction = engine.Begin(
            [.. changes.Select(one => Offered.Of(new(one.Change, one.Home, one.Sender, Way.Live) { IsOfferedAgain = isOfferedAgain }))], SimWorld.BeginsMs + 1_000_000);
        Answer(transaction);
        if (isCommitted)
        {
            transaction.Committed();
        }

        return transaction.Decision;
    }

    private void Continue(IReadOnlyList<WaitingRow> due)
    {
        using var transaction = Engine.Continue([], due, [], SimWorld.BeginsMs + 1_000_000);
        Answer(transaction);
        Store.Commit(transaction.Decision, due);
        transaction.Committed();
    }

    private void Answer(LedgerTransaction transaction)
    {
        while (transaction.Next() is { } needs)
        {
            Questions += needs.Changes.Count + needs.Nodes.Count + needs.Roots.Count + needs.Waiting.Count + needs.Logs.Count + needs.Usage.Count + needs.Crowds.Count;
            transaction.Learn(Store.Load(needs));
        }
    }
}
