using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>
/// What the ledger promises, asked while a history is played and once it has healed. Each violation throws <see cref="SimulationException"/>.
/// </summary>
/// <param name="workspace">What the people work in.</param>
/// <param name="devices">Their devices.</param>
/// <param name="hubs">The hubs.</param>
/// <param name="isDeep">Memory is compared with a ledger that knows only the disk, after each commit.</param>
internal sealed class SimOracles(SimWorkspace workspace, IReadOnlyList<SimReplica> devices, IReadOnlyList<SimHub> hubs, bool isDeep)
{
    /// <summary>No ordinary change is filed in a governed room for somebody who is not in it.</summary>
    public static void OnDeciding(SimHub hub, LedgerTransaction transaction)
    {
        foreach (var filed in transaction.Decision.Transitions.OfType<Transition.Filed>().Where(filed => !filed.IsOperation && filed.Offer.Way == Way.Live))
        {
            // Who brought it, the offer says only if it was asked.
            if (Sim.RuleIn(transaction, hub.Store, filed.Home) is { Rule: RoomRule.Log, Log: { } log } && AccessDomains.KindOf(filed.Offer.Change.Node) != AccessDomainKind.DirectMessage
                && (filed.Offer.Sender is not { } sender || log.Now.AccessOf(sender) is null))
            {
                Fail($"{filed.Offer.Change.Hash} is filed in {filed.Home} for {filed.Offer.Sender}, who is not in it");
            }
        }
    }

    /// <summary>After each commit of a hub.</summary>
    public void AfterCommit(SimHub hub, Decision decision)
    {
        Bounded(hub.Store, SimHub.Limits, decision, isHub: true);
        if (isDeep)
        {
            Same(hub.Engine, hub.Open(), hub.Store, hub.NowMs);
        }
    }

    /// <summary>After each commit of a device.</summary>
    public void AfterCommit(SimReplica device, Decision decision)
    {
        Bounded(device.Store, SimReplica.Limits, decision, isHub: false);
        for (var i = 0; i < device.Hubs.Count; i++)
        {
            CursorsHold(device, device.Hubs[i], hubs[i], isAnew: decision.Transitions.Any(one => one is Transition.Reread or Transition.Ended { End: WaitEnd.PushedOut or WaitEnd.Refused }));
        }

        if (isDeep)
        {
            Same(device.Engine, device.Open(), device.Store, device.NowMs);
        }
    }

    /// <summary>
    /// Every device has what the hubs show it, and every hub what somebody holds who may bring it: so it has what it confirmed, even if it was
    /// set back meanwhile, and nothing stays unsent.
    /// </summary>
    public void CheckHubs()
    {
        for (var i = 0; i < hubs.Count; i++)
        {
            var hub = hubs[i];
            foreach (var device in devices)
            {
                foreach (var room in workspace.Rooms.Where(room => hub.MayRead(room, device.Me)))
                {
                    HasWhatIsShown(device, device.Hubs[i], hub, room);
                }

                foreach (var filed in device.Store.Log.Where(filed => device.TakesAnswers && !hub.Store.Has(filed.Change.Hash) && HasAllOperations(hub, device)))
                {
                    if (hub.MayRead(filed.Home, device.Me) && device.Store.Counts(filed.Change.Hash) && hub.Rule(filed.Home).Rule is RoomRule.Log && !IsOfThread(filed))
                    {
                        Fail($"hub {i} lacks {filed.Change.Hash} of {filed.Home}{(hub.Confirmed.Contains(filed.Change.Hash) ? ", which it confirmed" : "")}; {device.Me} has it and may bring it, and hears {hub.Say(device.Me, filed.Change, filed.Home)}");
                    }
                }
            }
        }
    }

    /// <summary>Whoever has everything sees the same, in whatever order it came; and members are who the rules of docs/access.md say.</summary>
    public void CheckAll(IReadOnlyList<SimReplica> outsiders)
    {
        var expected = outsiders[0];
        var visible = NodesOf(expected);
        foreach (var outsider in outsiders.Skip(1))
        {
            Equal("outsiders see different nodes", visible.Values, NodesOf(outsider).Values);
        }

        foreach (var replica in outsiders.Concat(devices))
        {
            Equal("members differ", MembersOf(expected.Store), MembersOf(replica.Store));
        }

        foreach (var device in devices)
        {
            // A person's own refused nodes stay visible to them, and what hangs on those is judged as if they counted.
            var own = NodesOf(device).Where(node => node.Value.Author == device.Me && !visible.ContainsKey(node.Key)).Select(node => node.Key).ToHashSet();
            Equal(
                "a device sees other nodes",
                visible.Where(node => !HangsOn(own, node.Key, expected, device)).Select(node => node.Value),
                NodesOf(device).Where(node => !own.Contains(node.Key) && !HangsOn(own, node.Key, expected, device)).Select(node => node.Value));
        }

        foreach (var hub in hubs.Where(hub => devices.Any(device => hub.MayRead(workspace.Rooms[0], device.Me)) && HasAllOperations(hub, expected)))
        {
            Equal("a hub has other members", MembersOf(expected.Store), MembersOf(hub.Store));
            foreach (var node in expected.Store.Nodes.Where(node => !node.IsHidden && expected.Rule(node.Home).Rule is RoomRule.Log))
            {
                if (!hub.Store.Has(node.Root.Hash) && expected.Store.Find(node.Root.Hash) is { } root && !IsOfThread(root)
                    && devices.Any(device => device.TakesAnswers && hub.MayRead(node.Home, device.Me) && device.Store.Has(node.Root.Hash)))
                {
                    Fail($"a hub lacks {node.Id} of {node.Home}");
                }
            }
        }

        foreach (var domain in expected.Store.Domains)
        {
            Equal($"members of {domain} are not who the rules say", NaiveMembers.Of(expected.Store, domain), RolesOf(expected.Store, domain));
        }
    }

    // No cursor is above a change that is neither filed, nor waits, nor is refused for good, nor is to be read again; and nothing is read again
    // without a cause.
    private static void CursorsHold(SimReplica device, SimProgress progress, SimHub hub, bool isAnew)
    {
        foreach (var (name, room) in progress.Rooms)
        {
            var listing = hub.Store.ListingOf(name);
            var isSame = progress.Epoch == hub.Epoch && room.Cursor > 0 && room.Cursor <= listing.Count && listing[(int)room.Cursor - 1].Hash == room.Last;
            for (var i = isAnew ? 0 : (int)room.VerifiedTo; isSame && i < room.Cursor && i + 1 < (room.Redo ?? long.MaxValue); i++)
            {
                if (!Has(device, listing[i].Hash))
                {
                    Fail($"the cursor of {name} is at {room.Cursor}, above {i + 1}, which {device.Me} does not have (given as {room.Numbers.GetValueOrDefault(listing[i].Hash)}, redo {room.Redo} to {room.RedoEnd}, {room.Passes} passes, {room.Causes} causes)");
                }
            }

            room.VerifiedTo = isSame ? Math.Min(room.Cursor, (room.Redo ?? long.MaxValue) - 1) : 0;
            if (room.Passes > room.Causes)
            {
                Fail($"{name} is read again without a cause");
            }
        }
    }

    private static void HasWhatIsShown(SimReplica device, SimProgress progress, SimHub hub, RoomId room)
    {
        var listing = hub.Store.ListingOf(room);
        for (var i = 0; i < listing.Count && i + 1 < (progress[room].Redo ?? long.MaxValue); i++)
        {
            if (!Has(device, listing[i].Hash))
            {
                Fail($"{device.Me} lacks {i + 1} of {room}, which a hub shows it");
            }
        }
    }

    private static bool Has(SimReplica device, ChangeHash hash) => device.Store.Has(hash) || device.Store.Keeps(hash) || device.RefusedForGood.Contains(hash);

    // What waits is within bounds, and a member's row goes only for another of the same member.
    private static void Bounded(MemoryLedgerStore store, LedgerLimits limits, Decision decision, bool isHub)
    {
        var others = store.Waiting.Where(row => row.Pool == Pool.Others).ToList();
        if (others.Count > limits.WaitingOthersMax
            || (isHub ? others.GroupBy(row => row.Payer).Any(group => group.Count() > limits.WaitingPerOtherMax) : others.GroupBy(row => row.Room).Any(group => group.Count() > limits.WaitingOthersPerRoomMax))
            || store.Waiting.Where(row => row.Pool == Pool.Member).GroupBy(row => (row.Scope, row.Payer)).Any(group => group.Count() > limits.WaitingPerMemberMax))
        {
            Fail($"more waits than may at a {(isHub ? "hub" : "device")}: {string.Join(", ", store.Waiting.GroupBy(row => (row.Pool, row.Room, row.Scope, row.Payer)).Select(group => $"{group.Key} {group.Count()}"))}");
        }

        foreach (var row in decision.Transitions.OfType<Transition.Ended>().Where(ended => ended is { End: WaitEnd.PushedOut, Row.Pool: Pool.Member }).Select(ended => ended.Row))
        {
            if (store.Waiting.Count(other => other.Pool == Pool.Member && other.Payer == row.Payer) < limits.WaitingPerMemberMax)
            {
                Fail($"a change of {row.Payer} had to go for somebody else's");
            }
        }
    }

    // Memory says what the disk says.
    private void Same(LedgerEngine running, LedgerEngine fresh, MemoryLedgerStore store, long nowMs)
    {
        foreach (var log in running.Logs.All.ToList())
        {
            var other = Sim.RuleOf(fresh, store, RoomNames.OfMessages(log.Domain), nowMs).Log;
            if (other is null || other.Count != log.Count || !log.Operations.Select(op => op.Hash).ToHashSet().SetEquals(other.Operations.Select(op => op.Hash))
                || !log.Now.Access.OrderBy(one => one.Key).SequenceEqual(other.Now.Access.OrderBy(one => one.Key)))
            {
                Fail($"the log of {log.Domain} in memory is not the one on disk");
            }
        }

        foreach (var room in workspace.Rooms)
        {
            if (!Sim.RuleOf(running, store, room, nowMs).Rule.Equals(Sim.RuleOf(fresh, store, room, nowMs).Rule))
            {
                Fail($"the rule of {room} in memory is not the one on disk");
            }
        }
    }

    // True if the node is in a thread of one of these, or of what hangs on them.
    private static bool HangsOn(HashSet<NodeId> own, NodeId id, SimReplica expected, SimReplica device, int steps = 0) =>
        own.Contains(id) || (own.Count > 0 && steps < 12 && new[] { expected.Store.Node(id), device.Store.Node(id) }.OfType<NodeFacts>()
            .SelectMany(node => new[] { node.State?["channel"]?.Text, node.State?["target"]?.Text, RoomNames.SubjectOfChannelRoom(node.Home.Value) }.OfType<string>())
            .Any(over => over != id.Value && NodeId.TryParse(over, out var next) && HangsOn(own, next, expected, device, steps + 1)));

    // An invite that ended or is used up lets nobody in late but by an admin; what hangs on it is another workspace's.
    private static bool HasAllOperations(SimHub hub, SimReplica replica) => replica.Store.Log.All(filed => !filed.IsOperation || hub.Store.Has(filed.Change.Hash));

    // A thread that says to belong elsewhere than its target is none to a hub.
    private static bool IsOfThread(FiledChange filed) =>
        RoomNames.IsThread(filed.Change.Node.Value) || RoomNames.IsThread(filed.Change.Properties["channel"]?.Text ?? "")
            || (RoomNames.SubjectOfChannelRoom(filed.Home.Value) is { } channel && RoomNames.IsThread(channel));

    private static IEnumerable<string> MembersOf(MemoryLedgerStore store) =>
        store.Members.Select(member => $"{member.Key.Domain} {member.Key.Person} {member.Value.Role} {member.Value.EndedBy}");

    private static IEnumerable<string> RolesOf(MemoryLedgerStore store, NodeId domain) =>
        store.Members.Where(member => member.Key.Domain == domain && member.Value.Role is not null).Select(member => $"{member.Key.Person} {member.Value.Role}");

    private static Dictionary<NodeId, (PersonId Author, string Text)> NodesOf(SimReplica replica) => replica.Store.Nodes.Where(node => !node.IsHidden)
        .ToDictionary(node => node.Id, node => (node.Root.Author, $"{node.Id} {node.Home} {node.Root.Hash} {CanonicalJson.ToText(node.State!.ToJson())} {node.State.Deleted}"));

    private static void Equal<T>(string what, IEnumerable<T> expected, IEnumerable<T> actual)
    {
        var (here, there) = (expected.ToHashSet(), actual.ToHashSet());
        if (!here.SetEquals(there))
        {
            Fail($"{what}:\n{string.Join('\n', here.Except(there).Select(one => $"- {one}").Concat(there.Except(here).Select(one => $"+ {one}")).Take(12))}");
        }
    }

    private static void Fail(string why) => throw new SimulationException(why);
}
