using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Hub;

/// <summary>What every store of a hub does, whatever it is made of. Here: what is served, and the lists.</summary>
public abstract partial class HubStoreContract : IDisposable
{
    private const string Room = "xnet-channel-c1";
    private const string Other = "did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqH";

    private readonly Author _ada = new(1);
    private readonly Author _bob = new(2);

    private protected abstract IHubStore Store { get; }

    public abstract void Dispose();

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
        Commit(Filed(small, Room), Filed(big, Other), Waits(_ada.Message("c1", "z"), WaitKey.Node(new("n")), _ada));
        var (ofBig, ofSmall) = (Wire(big, Other).Length, Wire(small, Room).Length);

        var totals = Store.AuthorTotals(10);
        Assert.Equal([(_ada.Did, 1L, 1L), (_bob.Did, 0, 1)], totals.Select(static t => (t.Did, t.Usage.Held, t.Usage.Changes)));
        Assert.True(totals[0].Usage.Bytes > ofBig && totals[1].Usage.Bytes == ofSmall);
        Assert.Equal([new(Other, 1, ofBig), new(Room, 1, ofSmall)], Store.RoomTotals(10));
        Assert.Equal([new(Other, 1, ofBig)], Store.RoomTotals(1));
    }

    [Fact]
    public void A_change_listed_in_a_second_room_is_served_in_both()
    {
        var message = _ada.Message("c1", "in two rooms");
        Commit(Filed(message, Room), Listed(message, Other, Room));

        Assert.Equal([(1L, message.Lamport, Wire(message, Room))], Read(r => Store.Read(Room, 0, r)));
        Assert.Equal([(1L, message.Lamport, Wire(message, Room))], Read(r => Store.Read(Other, 0, r)));
        Assert.Equal(new Place(new(Room), 1), Load(n => n.Changes.Add(message.Hash)).Changes[message.Hash].Place);
    }

    [Fact]
    public void Pages_by_sequence_start_behind_the_cursor_and_stop_when_the_reader_says()
    {
        Commit([.. Enumerable.Range(1, 9).Select(i => Filed(_ada.Message("c1", $"{i}"), Room))]);

        Assert.Equal([4L, 5, 6], Read(r => Assert.False(Store.Read(Room, 3, r)), 3).Select(static r => r.Seq));
        Assert.Equal([8L, 9], Read(r => Assert.True(Store.Read(Room, 7, r)), 3).Select(static r => r.Seq));
        Assert.Empty(Read(r => Assert.True(Store.Read(Room, 9, r))));
        Assert.Empty(Read(r => Assert.True(Store.Read("nowhere", 0, r))));
    }

    [Fact]
    public void Pages_by_lamport_are_ordered_by_it_and_then_by_author()
    {
        var authors = new[] { _ada, _bob }.OrderBy(static a => a.Did, StringComparer.Ordinal).ToArray();
        Commit(Filed(At(authors[1], 5), Room), Filed(At(authors[0], 5), Room), Filed(At(authors[0], 2), Room), Filed(At(authors[1], 9), Room));

        Assert.Equal([3L, 2, 1, 4], Read(r => Store.ReadByLamport(Room, 0, r)).Select(static r => r.Seq));
        Assert.Equal([2L, 1, 4], Read(r => Store.ReadByLamport(Room, 2, r)).Select(static r => r.Seq));
        Assert.Equal([2L, 1, 4], Read(r => Store.ReadByLamport(Room, 4.5, r)).Select(static r => r.Seq));
        Assert.Equal([3L, 2, 1, 4], Read(r => Store.ReadByLamport(Room, -1.5, r)).Select(static r => r.Seq));
        Assert.Equal(9, Store.MaxLamport(Room));
        Assert.Equal(0, Store.MaxLamport("nowhere"));
    }

    [Fact]
    public void Operations_are_served_and_found_in_the_order_of_filing()
    {
        var (first, chat, second, late) = (_ada.Message("c1", "op 1"), _ada.Message("c1", "no op"), _bob.Message("c2", "op 2"), _bob.Message("c1", "op 3"));
        Commit(Filed(first, Room, isOperation: true), Filed(chat, Room), Filed(second, Other, isOperation: true));
        Commit(Filed(late, Room, isOperation: true));

        Assert.Equal([first.Hash, second.Hash, late.Hash], Store.Operations().Select(static o => o.Hash));
        Assert.Equal([1L, 3], Read(r => Assert.True(Store.ReadOperations(Room, 0, r))).Select(static r => r.Seq));
        Assert.Equal([Wire(late, Room)], Read(r => Store.ReadOperations(Room, 1, r)).Select(static r => r.Wire));
    }

    [Fact]
    public void A_node_is_found_with_the_change_that_made_it()
    {
        var message = _ada.Message("c1", "hello");
        Commit(Filed(message, Room), Made(message, Room));

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
        Commit(Filed(message, Room), Filed(elsewhere, Other), Listed(message, Other, Room));

        Assert.Equal(1, Store.Clear(Room));
        Assert.Equal(0, Store.Clear("nowhere"));

        Assert.Empty(Read(r => Store.Read(Room, 0, r)));
        Assert.Equal([1L], Read(r => Store.Read(Other, 0, r)).Select(static r => r.Seq));
        Assert.Empty(Load(n => n.Changes.Add(message.Hash)).Changes);
        Assert.Equal([new Place(new(Room), 2)], Commit(Filed(message, Room)));
        Assert.Equal([2L], Read(r => Store.Read(Room, 0, r)).Select(static r => r.Seq));
    }

    [Fact]
    public void Odd_names_and_large_bytes_come_back_as_they_went_in()
    {
        var rooms = new[] { "xnet-channel-ä😀", "xnet-channel-a\u0000b", "xnet-channel-" + new string('x', 300), "xnet-channel-'\"--" };
        var large = _ada.Message("c1", new string('é', 200_000));
        Commit([.. rooms.Select(room => Filed(_ada.Message("c1", room), room)), Filed(large, Room)]);

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
            Commit(Filed(_ada.Message("c1", $"{seq}"), Room));
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

    private static List<(long Seq, long Lamport, string Wire)> Read(Action<IPageReader> read, int max = 100)
    {
        var reader = new Collector(max);
        read(reader);
        return reader.Rows;
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
