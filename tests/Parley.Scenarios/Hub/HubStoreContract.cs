using Parley.Hub.Storage;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Scenarios.Hub;

/// <summary>What every store of a hub does, whatever it is made of.</summary>
public abstract class HubStoreContract : IDisposable
{
    private const string Room = "xnet-channel-c1";
    private const string Other = "did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqH";

    private readonly Author _ada = new(1);
    private readonly Author _bob = new(2);

    private protected abstract IHubStore Store { get; }

    public abstract void Dispose();

    [Fact]
    public void What_was_committed_is_found_by_hash_and_by_node()
    {
        var message = _ada.Message("c1", "hello");
        Commit(w => File(w, message, Room, 1));

        var facts = Store.Look([message.Hash, _ada.Message("c1", "not stored").Hash], [message.Node, new("unknown")]);

        Assert.Equal(new StoredPlace(Room, 1), facts.Changes[message.Hash]);
        Assert.Single(facts.Changes);
        var node = Assert.Single(facts.Nodes).Value;
        Assert.Equal(new StoredNode(message.Node, Room, RootOf(message)), node);
    }

    [Fact]
    public void A_root_can_be_replaced_by_a_better_one()
    {
        var first = _ada.CreateUnproven("n", Schemas.Page);
        var better = _bob.CreateUnproven("n", Schemas.Page);
        Commit(w => File(w, first, Room, 1));
        Commit(w => File(w, better, Other, 1));

        var node = Store.Look([], [new("n")]).Nodes[new("n")];

        Assert.Equal((Other, better.Hash), (node.Home, node.Root.Hash));
    }

    [Fact]
    public void What_was_revoked_is_known_once()
    {
        Assert.Empty(Store.Revoked());

        Store.Revoke("token", 1);
        Store.Revoke(Other, 2);
        Store.Revoke("token", 3);

        Assert.Equal([new("token", 1), new(Other, 2)], Store.Revoked());
        Store.Unrevoke("token");
        Store.Unrevoke("never");
        Assert.Equal([new(Other, 2)], Store.Revoked());
    }

    [Fact]
    public void What_the_hub_remembers_about_itself_is_kept_and_forgotten()
    {
        Assert.Null(Store.Setting("owner"));

        Store.Set("owner", Other);
        Store.Set("owner", _ada.Did);
        Store.Set("mode", "open");
        Store.Set("mode", null);

        Assert.Equal(_ada.Did, Store.Setting("owner"));
        Assert.Null(Store.Setting("mode"));
    }

    [Fact]
    public void The_last_word_about_a_person_counts()
    {
        Store.SetStanding(_ada.Did, Standing.Allowed, 1);
        Store.SetStanding(_bob.Did, Standing.Banned, 2);
        Store.SetStanding(_ada.Did, Standing.Banned, 3);

        Assert.Equal([new(_bob.Did, Standing.Banned, 2), new(_ada.Did, Standing.Banned, 3)], Store.Standings());
        Store.SetStanding(_bob.Did, null, 4);
        Assert.Equal([new(_ada.Did, Standing.Banned, 3)], Store.Standings());
    }

    [Fact]
    public void Totals_are_those_of_what_is_kept_the_most_first()
    {
        var (big, small) = (_ada.Message("c1", new string('x', 500)), _bob.Message("c2", "y"));
        Commit(w =>
        {
            File(w, small, Room, 1);
            File(w, big, Other, 1);
            w.Usage[_ada.Did] = new(900, 1, 1);
            w.Usage[_bob.Did] = new(400, 0, 1);
        });

        Assert.Equal([new(_ada.Did, new(900, 1, 1)), new(_bob.Did, new(400, 0, 1))], Store.AuthorTotals(10));
        Assert.Equal([(Other, 1), (Room, 1)], Store.RoomTotals(10).Select(static r => (r.Room, r.Changes)));
        Assert.True(Store.RoomTotals(1) is [{ Room: Other, Bytes: > 500 }]);
    }

    [Fact]
    public void A_rooms_sequence_goes_on_and_starts_at_one()
    {
        Assert.Equal(1, Store.NextSeq(Room));
        Commit(w =>
        {
            File(w, _ada.Message("c1", "one"), Room, 1);
            w.NextSeqs[Room] = 2;
        });

        Assert.Equal(2, Store.NextSeq(Room));
        Assert.Equal(1, Store.NextSeq(Other));
    }

    [Fact]
    public void Usage_is_kept_for_each_author()
    {
        Commit(w =>
        {
            w.Usage[_ada.Did] = new(1_000, 2);
            w.Usage[_bob.Did] = new(3, 0);
            File(w, _ada.Message("c1", "x"), Room, 1);
        });

        Assert.Equal(new AuthorUsage(1_000, 2), Store.Usage(_ada.Did));
        Assert.Equal(default, Store.Usage("somebody else"));
    }

    [Fact]
    public void A_change_listed_in_a_second_room_is_served_in_both()
    {
        var message = _ada.Message("c1", "in two rooms");
        Commit(w =>
        {
            File(w, message, Room, 1);
            w.Listed.Add(new(Other, 7, message.Hash, message.Lamport));
        });

        Assert.Equal([(1L, message.Lamport, Wire(message, Room))], Read(r => Store.Read(Room, 0, r)));
        Assert.Equal([(7L, message.Lamport, Wire(message, Room))], Read(r => Store.Read(Other, 0, r)));
        Assert.Equal(new StoredPlace(Room, 1), Store.Look([message.Hash], []).Changes[message.Hash]);
    }

    [Fact]
    public void Pages_by_sequence_start_behind_the_cursor_and_stop_when_the_reader_says()
    {
        Commit(w =>
        {
            for (var i = 1; i <= 9; i++)
            {
                File(w, _ada.Message("c1", $"{i}"), Room, i);
            }
        });

        Assert.Equal([4L, 5, 6], Read(r => Assert.False(Store.Read(Room, 3, r)), 3).Select(static r => r.Seq));
        Assert.Equal([8L, 9], Read(r => Assert.True(Store.Read(Room, 7, r)), 3).Select(static r => r.Seq));
        Assert.Empty(Read(r => Assert.True(Store.Read(Room, 9, r))));
        Assert.Empty(Read(r => Assert.True(Store.Read("nowhere", 0, r))));
    }

    [Fact]
    public void Pages_by_lamport_are_ordered_by_it_and_then_by_author()
    {
        var authors = new[] { _ada, _bob }.OrderBy(static a => a.Did, StringComparer.Ordinal).ToArray();
        Commit(w =>
        {
            File(w, At(authors[1], 5), Room, 1);
            File(w, At(authors[0], 5), Room, 2);
            File(w, At(authors[0], 2), Room, 3);
            File(w, At(authors[1], 9), Room, 4);
        });

        Assert.Equal([3L, 2, 1, 4], Read(r => Store.ReadByLamport(Room, 0, r)).Select(static r => r.Seq));
        Assert.Equal([2L, 1, 4], Read(r => Store.ReadByLamport(Room, 2, r)).Select(static r => r.Seq));
        Assert.Equal([2L, 1, 4], Read(r => Store.ReadByLamport(Room, 4.5, r)).Select(static r => r.Seq));
        Assert.Equal([3L, 2, 1, 4], Read(r => Store.ReadByLamport(Room, -1.5, r)).Select(static r => r.Seq));
        Assert.Equal(9, Store.MaxLamport(Room));
        Assert.Equal(0, Store.MaxLamport("nowhere"));
    }

    [Fact]
    public void A_held_change_is_known_without_a_place_until_it_is_released()
    {
        var update = _ada.BareUpdate(new("late"), ("x", JsonValue.True));
        var held = new HeldChange(update.Hash, new("late"), _ada.Did, "a scope", 7, Room, Room, ChangeWire.ToBytes(update, new(Room)));
        Commit(w => w.Held.Add(held));

        var facts = Store.Look([update.Hash], [new("late")]);
        Assert.Equal(new StoredPlace(Room, 0), facts.Changes[update.Hash]);
        var found = Assert.Single(facts.Held[new("late")]);
        Assert.Equal(held with { Wire = found.Wire }, found);
        Assert.Equal(held.Wire, found.Wire);
        Assert.Empty(Read(r => Store.Read(Room, 0, r)));

        Commit(w =>
        {
            w.Released.Add(update.Hash);
            File(w, update, Room, 1);
        });
        facts = Store.Look([update.Hash], [new("late")]);
        Assert.Equal(new StoredPlace(Room, 1), facts.Changes[update.Hash]);
        Assert.Empty(facts.Held);
    }

    [Fact]
    public void Operations_are_found_in_the_order_of_filing_and_those_that_wait_in_the_order_of_arrival()
    {
        var (first, chat, second, late) = (_ada.Message("c1", "op 1"), _ada.Message("c1", "no op"), _bob.Message("c2", "op 2"), _bob.Message("c1", "op 3"));
        HeldChange Waits(Change change, bool isOperation) =>
            new(change.Hash, new("log"), change.Author.Value, "log", 0, Room, Room, ChangeWire.ToBytes(change, new(Room)), isOperation);
        var (held, other) = (Waits(_bob.Message("c1", "op 4"), true), Waits(_ada.Message("c1", "no op either"), false));
        Commit(w =>
        {
            File(w, first, Room, 1);
            File(w, chat, Room, 2);
            File(w, second, Other, 1);
            w.Operations.AddRange([first.Hash, second.Hash]);
            w.Held.AddRange([other, held]);
        });
        Commit(w =>
        {
            File(w, late, Room, 3);
            w.Operations.Add(late.Hash);
        });

        var (filed, waiting) = Store.Operations();

        Assert.Equal([Wire(first, Room), Wire(second, Other), Wire(late, Room)], filed.Select(System.Text.Encoding.UTF8.GetString));
        Assert.Equal(held.Hash, Assert.Single(waiting).Hash);
        Assert.Equal([1L, 3], Read(r => Assert.True(Store.ReadOperations(Room, 0, r))).Select(static r => r.Seq));
        Assert.Equal([Wire(late, Room)], Read(r => Store.ReadOperations(Room, 1, r)).Select(static r => r.Wire));
        Assert.True(Store.FindHeld(held.Hash)!.IsOperation);
        Assert.False(Store.FindHeld(other.Hash)!.IsOperation);
        Assert.Null(Store.FindHeld(first.Hash));
        WaitingRow Row(HeldChange of) => new(of.Hash, of.Payer, of.Wire.Length);
        Assert.Equal([Row(other), Row(held)], Store.Waiting("log", null));
        // A person's operations are their log's to count.
        Assert.Equal([Row(other)], Store.Waiting("log", _ada.Did));
        Assert.Empty(Store.Waiting("log", _bob.Did));
        Assert.Empty(Store.Waiting("", null));
    }

    [Fact]
    public void What_waits_for_too_long_is_forgotten_and_charged_to_nobody()
    {
        HeldChange Waits(Author payer, long wallMs) => new(payer.Message("c1", "x").Hash, new("late"), payer.Did, "", wallMs, Room, Room, new byte[10]);
        HeldChange[] held = [Waits(_ada, 6), Waits(_ada, 7), Waits(_ada, 5), Waits(_bob, 6)];
        Commit(w =>
        {
            w.Held.AddRange(held);
            w.Usage[_ada.Did] = new(130, 3, 4);
            w.Usage[_bob.Did] = new(10, 1, 0);
        });

        Store.ForgetWaiting(7);

        Assert.Equal([held[1].Hash], Store.Waiting("", null).Select(static row => row.Hash));
        Assert.Equal([held[1].Hash], Store.Look([.. held.Select(static h => h.Hash)], []).Changes.Keys);
        Assert.Equal((new AuthorUsage(110, 1, 4), new AuthorUsage(0, 0, 0)), (Store.Usage(_ada.Did), Store.Usage(_bob.Did)));
    }

    [Fact]
    public void A_node_is_found_with_the_change_that_made_it()
    {
        var message = _ada.Message("c1", "hello");
        Commit(w => File(w, message, Room, 1));

        var known = Store.Find(message.Node)!;

        Assert.Equal(new StoredNode(message.Node, Room, RootOf(message)), known.Node);
        Assert.Equal(Wire(message, Room), System.Text.Encoding.UTF8.GetString(known.RootWire));
        Assert.Null(Store.Find(new("unknown")));
    }

    [Fact]
    public void A_wiped_room_is_empty_its_sequence_goes_on_and_its_changes_may_come_again()
    {
        var message = _ada.Message("c1", "wiped");
        var elsewhere = _ada.Message("c2", "stays");
        Commit(w =>
        {
            File(w, message, Room, 1);
            File(w, elsewhere, Other, 1);
            w.Listed.Add(new(Other, 2, message.Hash, message.Lamport));
            w.NextSeqs[Room] = 2;
        });

        Assert.Equal(1, Store.Clear(Room));
        Assert.Equal(0, Store.Clear("nowhere"));

        Assert.Equal(2, Store.NextSeq(Room));
        Assert.Empty(Read(r => Store.Read(Room, 0, r)));
        Assert.Equal([1L], Read(r => Store.Read(Other, 0, r)).Select(static r => r.Seq));
        Assert.Empty(Store.Look([message.Hash], []).Changes);
        Commit(w => File(w, message, Room, 2));
        Assert.Equal([2L], Read(r => Store.Read(Room, 0, r)).Select(static r => r.Seq));
    }

    [Fact]
    public void Odd_names_and_large_bytes_come_back_as_they_went_in()
    {
        var rooms = new[] { "xnet-channel-ä😀", "xnet-channel-a\u0000b", "xnet-channel-" + new string('x', 300), "xnet-channel-'\"--" };
        var large = _ada.Message("c1", new string('é', 200_000));
        Commit(w =>
        {
            foreach (var room in rooms)
            {
                File(w, _ada.Message("c1", room), room, 1);
            }

            File(w, large, Room, 1);
        });

        foreach (var room in rooms)
        {
            Assert.Single(Read(r => Store.Read(room, 0, r)));
        }

        Assert.Equal(Wire(large, Room), Read(r => Store.Read(Room, 0, r)).Single().Wire);
    }

    [Fact]
    public async Task Pages_are_read_beside_the_writer()
    {
        var stop = false;
        var reading = Task.Run(
            () =>
            {
                while (!Volatile.Read(ref stop))
                {
                    var seqs = Read(r => Store.Read(Room, 0, r), int.MaxValue).Select(static r => r.Seq).ToList();
                    Assert.Equal(Enumerable.Range(1, seqs.Count).Select(static i => (long)i), seqs);
                }
            },
            TestContext.Current.CancellationToken);
        for (var seq = 1; seq <= 200; seq++)
        {
            Commit(w => File(w, _ada.Message("c1", $"{seq}"), Room, seq));
        }

        Volatile.Write(ref stop, true);
        await reading;
        Assert.Equal(200, Read(r => Store.Read(Room, 0, r), int.MaxValue).Count);
    }

    private static string Wire(Change change, string room) => System.Text.Encoding.UTF8.GetString(ChangeWire.ToBytes(change, new(room)));

    private static Change At(Author author, long lamport)
    {
        var id = author.NextId();
        return author.Sign(author.Fields(id, NodeProof.IdFor(author.Person, id), Schemas.Page, null) with { Lamport = lamport });
    }

    private static NodeRoot RootOf(Change change) =>
        new(change.Hash, change.Author, change.WallTime, change.Lamport, change.SchemaId!, NodeProof.Proves(change));

    private static void File(StoreWrites writes, Change change, string room, long seq)
    {
        writes.Filed.Add(new(change, room, seq, ChangeWire.ToBytes(change, new(room))));
        if (change.SchemaId is not null)
        {
            writes.Nodes[change.Node] = new(change.Node, room, RootOf(change));
        }
    }

    private static List<(long Seq, long Lamport, string Wire)> Read(Action<IPageReader> read, int max = 100)
    {
        var reader = new Collector(max);
        read(reader);
        return reader.Rows;
    }

    private void Commit(Action<StoreWrites> fill)
    {
        var writes = new StoreWrites();
        fill(writes);
        Store.Commit(writes);
    }

    private sealed class Collector(int max) : IPageReader
    {
        public List<(long Seq, long Lamport, string Wire)> Rows { get; } = [];

        public bool Take(long seq, long lamport, ReadOnlySpan<byte> wire)
        {
            if (Rows.Count == max)
            {
                return false;
            }

            Rows.Add((seq, lamport, System.Text.Encoding.UTF8.GetString(wire)));
            return true;
        }
    }
}

public sealed class MemoryHubStoreTests : HubStoreContract
{
    private protected override IHubStore Store { get; } = new MemoryHubStore("epoch");

    public override void Dispose() => Store.Dispose();
}
