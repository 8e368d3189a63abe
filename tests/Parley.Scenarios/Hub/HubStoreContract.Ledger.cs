using Parley.Access;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Hub;

// What the ledger asks and writes.
public abstract partial class HubStoreContract
{
    [Fact]
    public void What_was_committed_is_found_by_hash_and_by_node()
    {
        var message = _ada.Message("c1", "hello");
        Commit(Filed(message, Room), Made(message, Room));

        var known = Load(n =>
        {
            n.Changes.UnionWith([message.Hash, _ada.Message("c1", "not stored").Hash]);
            n.Nodes.UnionWith([message.Node, new("unknown")]);
            n.Roots.UnionWith([message.Node, new("unknown")]);
        });

        Assert.Equal(new KnownChange(new(new(Room), 1), null), Assert.Single(known.Changes).Value);
        Assert.Equal(new NodeFacts(message.Node, new(Room), RootOf(message)), Assert.Single(known.Nodes).Value);
        Assert.Equal(message.Hash, Assert.Single(known.Roots).Value.Hash);
    }

    [Fact]
    public void A_root_can_be_replaced_by_a_better_one()
    {
        var first = _ada.CreateUnproven("n", Schemas.Page);
        var better = _bob.CreateUnproven("n", Schemas.Page);
        Commit(Filed(first, Room), Made(first, Room));
        Commit(Filed(better, Other), Made(better, Other));

        var node = Load(n => n.Nodes.Add(new("n"))).Nodes[new("n")];

        Assert.Equal((new RoomId(Other), better.Hash), (node.Home, node.Root.Hash));
        Assert.Equal(better.Hash, Load(n => n.Roots.Add(new("n"))).Roots[new("n")].Hash);
    }

    [Fact]
    public void Every_room_numbers_what_is_filed_and_listed_in_it_from_one_on()
    {
        var changes = Enumerable.Range(0, 4).Select(i => _ada.Message("c1", $"{i}")).ToArray();

        var first = Commit(Filed(changes[0], Room), Listed(changes[0], Other, Room), Filed(changes[1], Other), Filed(changes[2], Room));
        var second = Commit(Filed(changes[3], Room));

        Assert.Equal([Place(Room, 1), Place(Other, 1), Place(Other, 2), Place(Room, 2)], first);
        Assert.Equal([Place(Room, 3)], second);
        Assert.Empty(Commit(Waits(_ada.Message("c1", "late"), WaitKey.Node(new("n")), _ada)));

        static Place Place(string room, long seq) => new(new(room), seq);
    }

    [Fact]
    public void What_is_kept_of_a_person_is_what_they_signed_and_what_waits_because_they_brought_it()
    {
        var (filed, waits) = (_ada.Message("c1", "x"), _ada.Message("c1", "y"));
        Commit(Filed(filed, Room), Waits(waits, WaitKey.Node(new("n")), _bob));
        Assert.Equal(new Usage(Wire(filed, Room).Length, 1), UsageOf(_ada));
        Assert.Equal(new Usage(Wire(waits, Room).Length, 1), UsageOf(_bob));
        Assert.Equal(default, UsageOf(new Author(3)));

        Commit(Ended(waits, WaitEnd.Filed), Filed(waits, Room));

        Assert.Equal(new Usage(Wire(filed, Room).Length + Wire(waits, Room).Length, 2), UsageOf(_ada));
        Assert.Equal(default, UsageOf(_bob));

        Usage UsageOf(Author author) => Load(n => n.Usage.Add(author.Person)).Usage[author.Person];
    }

    [Fact]
    public void A_change_that_waits_comes_back_as_it_was_until_it_ends()
    {
        var late = new NodeId("late");
        WaitingRow[] rows =
        [
            Row(_ada.BareUpdate(late, ("x", JsonValue.True)), WaitKey.Node(late), _ada),
            Row(_ada.Message("c1", "for a log"), WaitKey.Domain(late), _bob, Pool.Member) with { Scope = new("xnet-workspace-s") },
            Row(_ada.Message("c1", "an operation"), WaitKey.Domain(late), _bob) with { IsOperation = true },
            Row(_bob.Message("c1", "listed"), WaitKey.Node(late), _ada) with { IsListed = true },
            Row(_bob.Message("c1", "in its author's room"), WaitKey.Node(late), _ada) with { Room = RoomNames.Author(_bob.Person) },
            Row(_ada.Message("c1", "for an operation"), WaitKey.Operation(_bob.Message("c1", "named").Hash), _bob),
            Row(_ada.Message("c1", "for a person"), WaitKey.Seat(late, _ada.Person), _bob),
        ];
        Commit([.. rows.Select(static row => new Transition.Waits(row))]);

        Assert.Equal(new[] { rows[0], rows[3], rows[4] }.Select(Text), Load(n => n.Waiting.Add(WaitKey.Node(late))).Waiting[WaitKey.Node(late)].Select(Text));
        Assert.Equal(rows[1..3].Select(Text), Load(n => n.Waiting.Add(WaitKey.Domain(late))).Waiting[WaitKey.Domain(late)].Select(Text));
        Assert.All(rows[5..], row => Assert.Equal(Text(row), Text(Assert.Single(Load(n => n.Waiting.Add(row.For)).Waiting[row.For]))));
        var known = Load(n => n.Changes.UnionWith(rows.Select(static row => row.Change.Hash))).Changes;
        Assert.All(rows, row => Assert.Equal((new Place(row.Room, 0), Text(row)), (known[row.Change.Hash].Place, Text(known[row.Change.Hash].Waiting!))));
        Assert.Equal(rows.Select(static row => row.For).ToHashSet(), Store.Awaited().ToHashSet());
        Assert.Empty(Read(r => Store.Read(Room, 0, r)));

        Commit([.. rows.Select(static row => new Transition.Ended(row, WaitEnd.Refused))]);

        Assert.Empty(Load(n => n.Changes.UnionWith(rows.Select(static row => row.Change.Hash))).Changes);
        Assert.Empty(Store.Awaited());

        static string Text(WaitingRow row) =>
            $"{row.Change.Hash} {row.Room} {row.For} {row.Why} {row.Payer} {row.Pool} {row.Scope} {row.IsOperation} {row.IsListed} {row.Bytes}";
    }

    [Fact]
    public void What_waits_for_too_long_is_forgotten_and_charged_to_nobody_also_if_it_waits_for_something_else_by_now()
    {
        var rows = new[] { 5L, 6, 7 }.Select(wallMs => (Row: Row(_ada.Message("c1", $"{wallMs}"), WaitKey.Node(new("n")), _ada), wallMs)).ToArray();
        foreach (var (row, wallMs) in rows)
        {
            Store.Commit(new([], [new Transition.Waits(row)], [], WaitsForTime: false), new(wallMs, []));
        }

        var moved = rows[0].Row with { For = WaitKey.Domain(new("n")), Why = HoldReason.UnknownMember };
        Store.Commit(new([], [new Transition.Ended(rows[0].Row, WaitEnd.Moved), new Transition.Waits(moved)], [], WaitsForTime: false), new(9, []));

        Store.ForgetWaiting(7);

        Assert.Equal([rows[2].Row.Change.Hash], Load(n => n.Changes.UnionWith(rows.Select(static one => one.Row.Change.Hash))).Changes.Keys);
        Assert.Equal(new Usage(rows[2].Row.Bytes, 1), Load(n => n.Usage.Add(_ada.Person)).Usage[_ada.Person]);
    }

    [Fact]
    public void What_waits_is_counted_by_pool_room_and_payer_and_the_oldest_of_whoever_has_most_is_named()
    {
        WaitingRow Of(Author payer, int length, long lamport, Pool pool = Pool.Others, string room = Room) => Row(
            payer.Sign(payer.Fields(payer.NextId(), new("n"), null, null, ("x", JsonValue.Of(new string('x', length)))) with { Lamport = lamport }),
            WaitKey.Node(new("n")), payer, pool) with
        { Room = new(room) };
        WaitingRow[] adas = [Of(_ada, 1, 9), Of(_ada, 1, 7), Of(_ada, 1, 8)], bobs = [Of(_bob, 900, 3), Of(_bob, 900, 2)];
        WaitingRow[] members = [Of(_ada, 1, 1, Pool.Member), Of(_bob, 1, 1, Pool.Member), Of(_ada, 1, 1, Pool.Member, Other)];
        Commit([.. adas.Concat(bobs).Concat(members).Select(static row => new Transition.Waits(row))]);

        var all = Ask(new(Pool.Others, null, null, 2));
        Assert.Equal((5, adas.Concat(bobs).Sum(static row => row.Bytes)), (all.Count, all.Bytes));
        Assert.Equal(new Share(3, adas.Sum(static row => row.Bytes)), all.Payers[_ada.Person]);
        Assert.Equal(new Share(2, bobs.Sum(static row => row.Bytes)), all.Payers[_bob.Person]);
        Assert.Equal(new[] { adas[1], adas[2], bobs[1], bobs[0] }.Select(static row => row.Change.Hash), all.Oldest.Select(static row => row.Change.Hash));
        Assert.Equal((2, 1), (Ask(new(Pool.Others, null, _bob.Person, 1)).Count, Ask(new(Pool.Others, null, _bob.Person, 1)).Oldest.Count));
        Assert.Equal(1, Ask(new(Pool.Member, new(Room), _ada.Person, 0)).Count);
        Assert.Equal(0, Ask(new(Pool.Member, new("nowhere"), _ada.Person, 0)).Count);

        Crowd Ask(CrowdQuestion question) => Load(n => n.Crowds.Add(question)).Crowds[question];
    }

    [Fact]
    public void Members_and_their_logs_are_rows_that_can_be_made_from_the_operations_again()
    {
        using var story = new AccessStory();
        var channel = story.Channel(story.Ann, out var channelRoot);
        var dm = story.DirectMessage(story.Ann, story.Eve, out var dmRoot);
        Change[] space =
        [
            story.Root,
            story.Do(story.Ann, story.Space, d => d.Grant(story.Bob.Person, AccessRole.Admin)),
            story.Do(story.Ann, story.Space, d => d.Grant(story.Cat.Person, AccessRole.Member)),
        ];
        var seat = story.Do(story.Ann, channel, d => d.Grant(story.Bob.Person, AccessRole.Member));
        var end = story.Do(story.Ann, story.Space, d => d.Revoke(story.Bob.Person));
        Commit([.. new[] { space[0], channelRoot, space[1], dmRoot, space[2], seat, end }.Select(o => Filed(o, HomeRoom.Of(o)!.Value.Value, isOperation: true))]);
        Assert.False(Store.HasMembers());

        MemberRows.Rebuild(Store);

        Assert.True(Store.HasMembers());
        var spaceId = story.Space.Domain;
        Assert.Equal(
            new[] { (spaceId, (NodeId?)null, 4, 2), (channel.Domain, spaceId, 2, 1), (dm.Domain, null, 1, 2) }.OrderBy(static d => d.Item1.Value, StringComparer.Ordinal),
            Store.Domains().Select(static d => (d.Domain.Id, d.Domain.Space, d.Domain.Version, d.Members)));
        Assert.Equal(new StoredDomain(channel.Domain, spaceId, 2), Store.FindDomain(channel.Domain));
        Assert.Null(Store.FindDomain(new("sp-none")));
        Assert.Equal(new StoredMember(spaceId, story.Bob.Person, null, end.Hash), Store.FindMember(spaceId, story.Bob.Person));
        Assert.Equal(new StoredMember(channel.Domain, story.Bob.Person, null, null), Store.FindMember(channel.Domain, story.Bob.Person));
        Assert.Equal(new StoredMember(spaceId, story.Ann.Person, AccessRole.Owner, null), Store.FindMember(spaceId, story.Ann.Person));
        Assert.Null(Store.FindMember(spaceId, story.Eve.Person));
        Assert.Equal([dm.Domain], Store.MembershipsOf(story.Eve.Person).Select(static m => m.Domain));
        foreach (var ofFamily in new[] { spaceId, channel.Domain })
        {
            Assert.Equal(new[] { space[0], channelRoot, space[1], space[2], seat, end }.Select(static o => o.Hash), Store.ReadLogs(ofFamily).Select(static o => o.Hash));
            Assert.Equal(6, Load(n => n.Logs.Add(ofFamily)).Logs[ofFamily].Count);
        }

        Assert.Empty(Store.ReadLogs(new("sp-none")));
        Assert.Equal((1, 0), (Load(n => n.SpacesMade.Add(story.Ann.Person)).SpacesMade[story.Ann.Person], Load(n => n.SpacesMade.Add(story.Eve.Person)).SpacesMade[story.Eve.Person]));
        // Who wrote there, and who merely was seated.
        Assert.True(Store.IsKnownTo(story.Ann.Person, story.Cat.Person));
        Assert.False(Store.IsKnownTo(story.Cat.Person, story.Ann.Person));
        Assert.False(Store.IsKnownTo(story.Ann.Person, story.Bob.Person));
    }

    private static WaitingRow Row(Change change, WaitKey key, Author payer, Pool pool = Pool.Others) =>
        new(change, new(Room), key, key.Kind == WaitKind.Node ? HoldReason.UnknownNode : HoldReason.UnknownMember, payer.Person, pool, IsOperation: false);

    private static Transition.Filed Filed(Change change, string room, bool isOperation = false) => new(new(change, null, null, Way.Live), new(room), isOperation);

    private static Transition.Listed Listed(Change change, string room, string home) => new(new(change, null, null, Way.Live), new(room), new(home));

    private static Transition.NodeSet Made(Change change, string home) => new(null, new(change.Node, new(home), RootOf(change)), change);

    private static Transition.Waits Waits(Change change, WaitKey key, Author payer) => new(Row(change, key, payer));

    private static Transition.Ended Ended(Change change, WaitEnd end) => new(Row(change, WaitKey.Node(new("n")), new Author(2)), end);

    private IReadOnlyList<Place> Commit(params Transition[] transitions) => Store.Commit(new([], transitions, [], WaitsForTime: false), new(7, []));

    private Known Load(Action<Needs> ask)
    {
        var needs = new Needs();
        ask(needs);
        var known = Store.Load(needs);
        Store.Release();
        return known;
    }
}
