using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>Five properties of the ledger, each over generated histories. A case that fails names its seed.</summary>
public sealed class LedgerPropertyTests
{
    private const int Seeds = 25;

    private static readonly CommitFault[] s_faults = [CommitFault.None, CommitFault.None, CommitFault.Failed, CommitFault.AnswerLost];

    [Fact]
    public void A_replica_is_a_function_of_the_set() => ForEachSeed((history, random) =>
    {
        var expected = Outsider(history, random, isPlain: true);
        Same(expected, Outsider(history, random, isPlain: false));
        Same(expected, Outsider(history, random, isPlain: false));
    });

    [Fact]
    public void A_hub_files_by_what_passed_its_door_alone() => ForEachSeed((history, random) =>
    {
        var (one, other) = (new SimHubLedger(), new SimHubLedger(logBytesKeptMax: random.Next(2) * 20_000));
        var offers = OffersOf(history, random);
        for (var i = 0; i < 2; i++)
        {
            foreach (var batch in BatchesOf(offers, random))
            {
                one.Offer(batch);
                while (random.Next(4) == 0)
                {
                    other.Offer(batch, fails: true);
                }

                other.Offer(batch);
                if (random.Next(3) == 0)
                {
                    other.Restart();
                }
            }
        }

        Assert.Equal(FiledBy(one.Store), FiledBy(other.Store));
        Assert.Equal(MembersOf(one.Store), MembersOf(other.Store));
    });

    [Fact]
    public void Nothing_has_an_effect_before_its_commit() => ForEachSeed((history, random) =>
    {
        var hub = new SimHubLedger();
        foreach (var batch in BatchesOf(OffersOf(history, random), random))
        {
            // The next answer is that of a process which never began the write that failed.
            hub.Offer(batch, fails: true);
            var next = BatchesOf(OffersOf(history, random), random)[0];
            Assert.Equal(
                TextOf(hub.Decide(hub.Open(), next, isOfferedAgain: true, isCommitted: false)),
                TextOf(hub.Decide(hub.Engine, next, isOfferedAgain: true, isCommitted: false)));
            hub.Offer(batch);
        }
    });

    [Fact]
    public void What_grew_equals_what_is_built_anew() => ForEachSeed((history, random) =>
    {
        var grown = new SimReplica(100, random.Next(), SimMutant.None) { Time = () => SimWorld.BeginsMs + 86_400_000 };
        foreach (var batch in history.All.OrderBy(one => one.Change.Lamport + random.Next(10)).Chunk(9).ToList())
        {
            grown.Receive(batch);
            if (random.Next(3) == 0)
            {
                var rebuilt = new SimReplica(100, 0, SimMutant.None) { Time = grown.Time };
                for (var before = -1; rebuilt.Store.Log.Count > before;)
                {
                    before = rebuilt.Store.Log.Count;
                    rebuilt.Receive([.. grown.Store.Log.Select(filed => (filed.Change, filed.Home))]);
                }

                Same(rebuilt, grown);
            }
        }
    });

    [Fact]
    public void Nobody_counts_without_a_member_row() => ForEachSeed((history, random) =>
    {
        var hub = new SimHubLedger();
        foreach (var offer in OffersOf(history, random))
        {
            if (hub.Offer([offer]).Verdicts[0] is Verdict.Accepted && hub.Store.Find(offer.Change.Hash) is { IsOperation: false, Home: var home } && Sim.RuleOf(hub.Engine, hub.Store, home, 0).Rule is RoomRule.Log(var domain)
                && hub.Store.Members.Keys.Any(member => member.Domain == domain))
            {
                Assert.True(hub.Store.Members.ContainsKey((domain, offer.Sender)), $"{offer.Change.Hash} is filed for {offer.Sender}, who was never in {domain}");
            }
        }

        var everything = Outsider(history, random, isPlain: true);
        foreach (var filed in everything.Store.Log.Where(filed => !filed.IsOperation && everything.Store.Counts(filed.Change.Hash)))
        {
            // Whoever writes what they knew when they were removed, and knew it, writes in vain.
            if (everything.Rule(filed.Home) is { Rule: RoomRule.Log, Log: { } log } && SeenOperations.Read(filed.Change.Properties) is { Count: > 0 } seen && log.At(seen) is { } known
                && AccessDomains.KindOf(filed.Change.Node) != AccessDomainKind.DirectMessage)
            {
                Assert.True(known.AccessOf(filed.Change.Author) is not null, $"{filed.Change.Hash} counts, and its author knew that they were out of {log.Domain}");
            }
        }
    });

    [Fact]
    public void Strangers_cost_only_themselves() => ForEachSeed((history, random) =>
    {
        var (quiet, flooded) = (new SimHubLedger(), new SimHubLedger());
        var stranger = new SimReplica(9, random.Next(), SimMutant.None);
        foreach (var offer in OffersOf(history, random))
        {
            var channel = history.Workspace.Channels[random.Next(history.Workspace.Channels.Count)];
            flooded.Offer([.. Enumerable.Range(0, random.Next(3)).Select(step => history.Workspace.Forge(stranger, channel, random, step)).Select(one => (one.Change, one.Room, stranger.Me))]);
            var expected = TextOf(quiet.Offer([offer]));
            Assert.Equal(expected, TextOf(flooded.Offer([offer])));
            Assert.True(flooded.Questions <= quiet.Questions, $"{quiet.Questions} questions, and {flooded.Questions} with strangers");
        }

        Assert.Equal(FiledBy(quiet.Store), FiledBy(flooded.Store, except: stranger.Me));
        Assert.Equal(WaitingIn(quiet.Store, stranger.Me), WaitingIn(flooded.Store, stranger.Me));
    });

    private static void ForEachSeed(Action<SimHistory, Random> property)
    {
        var failed = ParallelEnumerable.Range(1, Seeds).Select(seed =>
        {
            try
            {
                property(SimHistory.Of(seed), new(seed));
                return null;
            }
            catch (Exception why) when (why is not OutOfMemoryException)
            {
                return $"seed {seed}: {why.Message}";
            }
        }).OfType<string>().ToList();
        Assert.True(failed.Count == 0, string.Join('\n', failed.Take(3)));
    }

    // Somebody who is in nothing is given everything: at once and in order, or in pieces, twice, in any order, with a disk that fails.
    private static SimReplica Outsider(SimHistory history, Random random, bool isPlain)
    {
        var outsider = new SimReplica(100, random.Next(), SimMutant.None) { Time = () => SimWorld.BeginsMs + 86_400_000, Faults = () => isPlain ? CommitFault.None : s_faults[random.Next(s_faults.Length)] };
        for (var (before, quiet) = (-1, 0); quiet < 4; quiet = outsider.Store.Log.Count > before ? 0 : quiet + 1)
        {
            before = outsider.Store.Log.Count;
            List<(Change, RoomId)> changes = [.. history.All.OrderBy(one => isPlain ? one.Change.Lamport : random.Next())];
            while (changes.Count > 0)
            {
                var count = isPlain ? changes.Count : random.Next(1, Math.Min(20, changes.Count) + 1);
                while (outsider.Receive(changes[..count]) is null)
                {
                }

                changes.RemoveRange(0, count);
                if (!isPlain && random.Next(4) == 0)
                {
                    outsider.Restart();
                }
            }

            for (var i = 0; i < 12; i++)
            {
                outsider.Settle();
            }
        }

        return outsider;
    }

    // Everybody brings what they have, their own and others'.
    private static List<(Change Change, RoomId Home, PersonId Sender)> OffersOf(SimHistory history, Random random) =>
        [.. history.People.SelectMany(person => person.Store.Log.Select(filed => (filed.Change, filed.Home, person.Me))).OrderBy(one => one.Change.Lamport + random.Next(6))];

    private static List<List<(Change Change, RoomId Home, PersonId Sender)>> BatchesOf(List<(Change Change, RoomId Home, PersonId Sender)> offers, Random random)
    {
        List<List<(Change, RoomId, PersonId)>> batches = [];
        for (var done = 0; done < offers.Count;)
        {
            var count = Math.Min(random.Next(1, 12), offers.Count - done);
            batches.Add(offers.GetRange(done, count));
            done += count;
        }

        return batches;
    }

    private static void Same(SimReplica expected, SimReplica actual)
    {
        var (here, there) = (ImageOf(expected).ToList(), ImageOf(actual).ToList());
        var differences = here.Except(there).Select(line => $"- {line}").Concat(there.Except(here).Select(line => $"+ {line}")).ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static IEnumerable<string> ImageOf(SimReplica replica) => MembersOf(replica.Store).Concat(replica.Store.Nodes.Where(node => !node.IsHidden)
        .Select(node => $"{node.Id} {node.Home} {node.Root.Hash} {CanonicalJson.ToText(node.State!.ToJson())} {node.State.Deleted} {node.Refused}"));

    private static IEnumerable<string> MembersOf(MemoryLedgerStore store) =>
        store.Members.Select(member => $"{member.Key.Domain} {member.Key.Person} {member.Value.Role} {member.Value.EndedBy}").Order(StringComparer.Ordinal);

    private static IEnumerable<string> FiledBy(MemoryLedgerStore store, PersonId? except = null) =>
        store.Log.Where(filed => filed.Change.Author != except).Select(filed => $"{filed.Change.Hash} {filed.Home}").Order(StringComparer.Ordinal);

    private static IEnumerable<string> WaitingIn(MemoryLedgerStore store, PersonId except) =>
        store.Waiting.Where(row => row.Payer != except).Select(row => $"{row.Change.Hash} {row.For} {row.Payer} {row.Pool}").Order(StringComparer.Ordinal);

    private static string TextOf(Decision decision) => string.Join('\n', decision.Verdicts.Select(verdict => verdict switch
    {
        Verdict.Duplicate(var place) => $"duplicate {place.Seq > 0}",
        _ => verdict.ToString(),
    }).Concat(decision.Transitions.Select(transition => transition switch
    {
        Transition.Filed filed => $"filed {filed.Offer.Change.Hash} {filed.Home}",
        Transition.Waits waits => $"waits {waits.Row.Change.Hash} {waits.Row.For} {waits.Row.Payer} {waits.Row.Pool}",
        Transition.Ended ended => $"ended {ended.Row.Change.Hash} {ended.End}",
        Transition.NodeSet set => $"node {set.After.Id} {set.After.Home} {set.After.Root.Hash}",
        Transition.MemberSet member => member.ToString(),
        Transition.DomainSet domain => domain.ToString(),
        _ => transition.GetType().Name,
    })));
}
