using Parley.Frames;
using Parley.Json;
using Parley.Nodes;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

public sealed class CatchUpTests : IDisposable
{
    private const string Room = "xnet-channel-c1";
    private readonly Author _ada = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-hub").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pages_by_sequence_give_everything_once_and_in_order(bool onDisk)
    {
        await using var hub = await HubFixture.StartAsync(o =>
        {
            o.DataFolder = onDisk ? _folder : null;
            o.Limits.PageChangesMax = 10;
        });
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        var sent = await FillAsync(ada, 25);

        var seqs = new List<int>();
        var hashes = new List<string>();
        long cursor = 0;
        JsonValue page;
        do
        {
            page = await ChangeTests.PageAsync(ada, Room, cursor);
            Assert.Equal(ada.Handshake["epoch"], page["epoch"]);
            Assert.Equal(page["changes"]!.Items.Count, page["seqs"]!.Items.Count);
            seqs.AddRange(page["seqs"]!.Items.Select(static s => (int)s.Integer!));
            hashes.AddRange(page["changes"]!.Items.Select(static c => c["hash"]!.Text!));
            cursor = page["seq"]!.Integer!.Value;
        }
        while (page["hasMore"]!.Boolean == true);

        Assert.Equal(Enumerable.Range(1, 25), seqs);
        Assert.Equal(sent, hashes);
        var end = await ChangeTests.PageAsync(ada, Room, cursor);
        Assert.Empty(end["changes"]!.Items);
        Assert.Equal(25, end["seq"]!.Integer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_references_cursor_in_a_share_room_is_the_sequence_too(bool onDisk)
    {
        await using var hub = await HubFixture.StartAsync(o =>
        {
            o.DataFolder = onDisk ? _folder : null;
            o.Limits.PageChangesMax = 10;
        });
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await FillAsync(ada, 13);

        await ada.SendAsync(ClientFrames.SyncRequest(new(Room), 0, null, null));
        var first = await ada.ReadAsync("node-sync-response");
        await ada.SendAsync(ClientFrames.SyncRequest(new(Room), 10, null, null));
        var second = await ada.ReadAsync("node-sync-response");

        Assert.Equal((10, 10, true), (first["changes"]!.Items.Count, (int)first["highWaterMark"]!.Integer!, first["hasMore"]!.Boolean!.Value));
        Assert.Equal((3, 13, false), (second["changes"]!.Items.Count, (int)second["highWaterMark"]!.Integer!, second["hasMore"]!.Boolean!.Value));
        Assert.Null(first["seqs"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_references_cursor_elsewhere_is_the_lamport_time_and_never_splits_one(bool onDisk)
    {
        await using var hub = await HubFixture.StartAsync(o =>
        {
            o.DataFolder = onDisk ? _folder : null;
            o.Limits.PageChangesMax = 5;
        });
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        long[] lamports = [7, 3, 3, 9, 1, 9, 9, 9];
        foreach (var lamport in lamports)
        {
            var id = _ada.NextId();
            var note = _ada.Fields(id, NodeProof.IdFor(_ada.Person, id), "xnet://xnet.fyi/Note@1.0.0", null) with { Lamport = lamport };
            await ada.SendAsync(Author.Frame(_ada.Sign(note), _ada.Did));
        }

        await ChangeTests.AcksAsync(ada, lamports.Length);
        var pages = new List<(string Lamports, long Mark, bool More)>();
        long since = 0;
        do
        {
            await ada.SendAsync(ClientFrames.SyncRequest(new(_ada.Did), since, null, null));
            var page = await ada.ReadAsync("node-sync-response");
            since = page["highWaterMark"]!.Integer!.Value;
            pages.Add((string.Join(' ', page["changes"]!.Items.Select(static c => c["lamportTime"]!.Integer)), since, page["hasMore"]!.Boolean!.Value));
        }
        while (pages[^1].More);

        Assert.Equal([("1 3 3 7", 7, true), ("9 9 9 9", 9, false)], pages);
    }

    /// <summary>W35: a cursor of a database that is gone must not hide everything in the new one.</summary>
    [Trait("weak-spot", "W35")]
    [Fact]
    public async Task A_cursor_of_another_epoch_is_answered_from_the_start()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await FillAsync(ada, 3);

        await ada.SendAsync(ClientFrames.SyncRequest(new(Room), 0, 1_000_000, "of another hub"));

        Assert.Equal(3, (await ada.ReadAsync("node-sync-response"))["changes"]!.Items.Count);
    }

    [Fact]
    public async Task A_page_ends_early_where_its_changes_are_large()
    {
        await using var hub = await HubFixture.StartAsync(o => o.Limits.PageBytesMax = 2_000);
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await FillAsync(ada, 12);

        var page = await ChangeTests.PageAsync(ada, Room);

        Assert.InRange(page["changes"]!.Items.Count, 2, 5);
        Assert.True(page["hasMore"]!.Boolean);
    }

    [Fact]
    public async Task After_a_restart_epoch_sequence_routing_and_held_changes_are_there_again()
    {
        string epoch;
        var message = _ada.Message("c1", "before");
        var waits = _ada.Message("c1", "comes late");
        var early = _ada.BareUpdate(waits.Node, ("content", JsonValue.Of("came early")));
        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = _folder))
        {
            await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
            epoch = ada.Handshake["epoch"]!.Text!;
            await ada.SendAsync(Author.Frame(message));
            await ada.SendAsync(Author.Frame(early, Room));
            await ChangeTests.AcksAsync(ada, 2);
        }

        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = _folder))
        {
            await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
            Assert.Equal(epoch, ada.Handshake["epoch"]!.Text);
            await ada.SendAsync(Author.Frame(message));
            var edit = _ada.BareUpdate(message.Node, ("content", JsonValue.Of("after")));
            await ada.SendAsync(Author.Frame(edit, _ada.Did));
            await ada.SendAsync(Author.Frame(waits));

            Assert.Equal(
                [(message.Hash.ToString(), 1), (edit.Hash.ToString(), 2), (waits.Hash.ToString(), 3)],
                await ChangeTests.AcksAsync(ada, 3));
            Assert.Equal(
                [message.Hash.ToString(), edit.Hash.ToString(), waits.Hash.ToString(), early.Hash.ToString()],
                (await ChangeTests.PageAsync(ada, Room))["changes"]!.Items.Select(static c => c["hash"]!.Text));
        }
    }

    private async Task<List<string>> FillAsync(HubClient client, int count)
    {
        var changes = Enumerable.Range(0, count).Select(i => _ada.Message("c1", $"message {i}")).ToArray();
        await client.SendAsync(Author.Batch(Room, changes));
        await ChangeTests.AcksAsync(client, count);
        return [.. changes.Select(static c => c.Hash.ToString())];
    }
}
