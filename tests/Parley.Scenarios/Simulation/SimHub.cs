using Parley.Access;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>A hub's ledger over a store in memory, with its own word on every change that comes through its door.</summary>
internal sealed class SimHub
{
    // It reads every log again for each transaction, as a large hub does now and then.
    private static readonly LedgerPolicy s_policy = LedgerPolicy.Hub(hasCommons: false) with { Limits = new() { LogBytesKeptMax = 0 } };

    private readonly Random _random;
    private readonly SimMutant _mutant;
    private LedgerEngine _engine = new(s_policy);

    public SimHub(Random random, SimMutant mutant)
    {
        _random = random;
        _mutant = mutant;
        Store = new(mutant);
    }

    /// <summary>Its disk.</summary>
    public MemoryLedgerStore Store { get; }

    /// <summary>The hub's clock, ms.</summary>
    public long NowMs { get; set; } = 1_000_000_000_000;

    /// <summary>Takes what a person's connection hands in, some at a time. How many changes were filed.</summary>
    public int Receive(PersonId sender, IReadOnlyList<(Change Change, RoomId Home)> changes)
    {
        var before = Store.Log.Count();
        for (var done = 0; done < changes.Count;)
        {
            var count = Math.Min(changes.Count - done, _random.Next(1, 12));
            if (TryReceive(sender, changes.Skip(done).Take(count)))
            {
                done += count;
            }
        }

        return Store.Log.Count() - before;
    }

    /// <summary>The membership log of an access scope.</summary>
    public MembershipLog? Log(NodeId domain) => _engine.Logs.TryFind(domain, out var log) ? log : null;

    private bool TryReceive(PersonId sender, IEnumerable<(Change Change, RoomId Home)> changes)
    {
        PersonId? asked = _mutant == SimMutant.SenderNotAsked ? null : sender;
        using var transaction = _engine.Begin(
            [.. changes.Select(one => Offered.Of(new(one.Change, one.Home, asked, Way.Live) { IsOfferedAgain = true }))], NowMs);
        while (transaction.Next() is { } needs)
        {
            transaction.Learn(Store.Load(needs));
        }

        if (_random.Next(20) == 0)
        {
            return false;
        }

        Check(sender, transaction);
        Store.Commit(transaction.Decision);
        transaction.Committed();
        if (_random.Next(20) == 0)
        {
            // The process ends and starts again.
            _engine = new(s_policy);
        }

        return true;
    }

    // No ordinary change is filed in a governed room by somebody who is not in it.
    private static void Check(PersonId sender, LedgerTransaction transaction)
    {
        foreach (var filed in transaction.Decision.Transitions.OfType<Transition.Filed>().Where(filed => !filed.IsOperation && filed.Offer.Way == Way.Live))
        {
            if (transaction.RulingOf(filed.Home) is { Rule: RoomRule.Log, Log: { } log } && log.Now.AccessOf(sender) is null
                && AccessDomains.KindOf(filed.Offer.Change.Node) != AccessDomainKind.DirectMessage)
            {
                throw new SimulationException($"{sender} handed {filed.Offer.Change.Hash} into {filed.Home} and is not in it");
            }
        }
    }
}
