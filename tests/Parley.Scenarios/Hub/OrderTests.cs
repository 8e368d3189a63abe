using Parley.Frames;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

/// <summary>W30: the frames of one socket are handled one after another, and answered in that order.</summary>
[Trait("weak-spot", "W30")]
public sealed class OrderTests
{
    private const string Room = "xnet-channel-c1";
    private readonly Author _ada = new(1);

    [Fact]
    public async Task A_page_asked_for_right_behind_changes_has_them_all()
    {
        var folder = Directory.CreateTempSubdirectory("parley-hub").FullName;
        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = folder))
        {
            await using var client = await HubClient.JoinAsync(hub, _ada.Did);
            for (var round = 1; round <= 10; round++)
            {
                var changes = Enumerable.Range(0, 20).Select(i => _ada.Message("c1", $"{round} {i}")).ToArray();
                await client.SendAsync(Author.Batch(Room, changes));
                await client.SendAsync(ClientFrames.SyncRequest(new(Room), 0, 0, client.Handshake["epoch"]!.Text));
                Assert.Equal(20 * round, (await client.ReadAsync("node-sync-response"))["changes"]!.Items.Count);
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Answers_come_in_the_order_of_the_questions()
    {
        await using var hub = await HubFixture.StartAsync(o => o.Limits.FramesPerSecondMax = int.MaxValue);
        await using var client = await HubClient.JoinAsync(hub, _ada.Did);
        var expected = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            var elsewhere = _ada.Message("c2", $"{i}");
            await client.SendAsync(Author.Batch(Room, [.. Enumerable.Range(0, 5).Select(_ => _ada.Message("c1", "good"))]));
            await client.SendAsync(Author.Frame(elsewhere, Room));
            await client.SendAsync("""{"type":"ping"}""");
            expected.Add(elsewhere.Hash.ToString());
            expected.Add("pong");
        }

        var answers = new List<string>();
        while (answers.Count < expected.Count)
        {
            var frame = (await client.ReadAsync())!;
            if (frame["type"]!.Text != "node-ack")
            {
                answers.Add(frame["hash"]?.Text ?? frame["type"]!.Text!);
            }
        }

        Assert.Equal(expected, answers);
    }

    [Fact]
    public async Task Many_writers_at_once_see_one_order_without_gaps()
    {
        const int Writers = 8, Each = 40;
        var folder = Directory.CreateTempSubdirectory("parley-hub").FullName;
        await using (var hub = await HubFixture.StartAsync(o =>
        {
            o.DataFolder = folder;
            o.Limits.FramesPerSecondMax = int.MaxValue;
        }))
        {
            await using var reader = await HubClient.JoinAsync(hub, new Author(99).Did, Room);
            var writers = Enumerable.Range(1, Writers).Select(static i => new Author((byte)i)).ToList();
            await Task.WhenAll(writers.Select(async writer =>
            {
                await using var client = await HubClient.JoinAsync(hub, writer.Did);
                for (var i = 0; i < Each; i++)
                {
                    await client.SendAsync(Author.Frame(writer.Message("c1", $"{i}")));
                }

                await ChangeTests.AcksAsync(client, Each);
            }));

            var live = new List<(long Seq, string Hash)>();
            while (live.Count < Writers * Each)
            {
                var data = (await reader.ReadAsync("publish"))["data"]!;
                live.Add((data["seq"]!.Integer!.Value, data["change"]!["hash"]!.Text!));
            }

            Assert.Equal(Enumerable.Range(1, Writers * Each).Select(static i => (long)i), live.Select(static l => l.Seq));
            var stored = (await ChangeTests.PageAsync(reader, Room))["changes"]!.Items.Select(static c => c["hash"]!.Text!);
            Assert.Equal(live.Select(static l => l.Hash), stored);
        }

        Directory.Delete(folder, recursive: true);
    }
}
