using Parley.Hub.Storage;
using Parley.Ledger;
using Parley.Ids;
using Parley.Nodes;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

/// <summary>An acknowledgement follows the durable commit, and stopping loses nothing.</summary>
public sealed class DurabilityTests
{
    private const string Room = "xnet-channel-c1";
    private readonly Author _ada = new(1);
    private readonly Author _bob = new(2);

    [Fact]
    public async Task Nothing_is_acknowledged_or_relayed_before_its_commit_returned()
    {
        using var store = new GatedStore();
        await using var hub = await HubFixture.StartAsync(o => o.OpenStore = () => store);
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var change = _ada.Message("c1", "durable first");

        await ada.SendAsync(Author.Frame(change));
        await store.CommitBegan.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await bob.ReadUntilPongAsync());
        store.Proceed.Set();

        Assert.Equal([(change.Hash.ToString(), 1)], await ChangeTests.AcksAsync(ada, 1));
        Assert.Equal("publish", (await bob.ReadAsync())!["type"]!.Text);
        Assert.Equal(["commit began", "commit returned"], store.Steps);
    }

    [Fact]
    public async Task A_change_that_could_not_be_stored_is_said_to_be_not_stored()
    {
        using var store = new GatedStore { Fails = true };
        store.Proceed.Set();
        var hub = await HubFixture.StartAsync(o => o.OpenStore = () => store);
        await using (var ada = await HubClient.JoinAsync(hub, _ada.Did))
        await using (var bob = await HubClient.JoinAsync(hub, _bob.Did, Room))
        {
            var change = _ada.Message("c1", "no room on the disk");
            await ada.SendAsync(Author.Frame(change));
            var error = await ada.ReadAsync("node-error");
            Assert.Equal(("STORAGE_FULL", change.Hash.ToString()), (error["code"]!.Text, error["hash"]!.Text));
            Assert.Empty(await bob.ReadUntilPongAsync());

            store.Fails = false;
            await ada.SendAsync(Author.Frame(change));
            Assert.Equal([(change.Hash.ToString(), 1)], await ChangeTests.AcksAsync(ada, 1));
        }

        Assert.Single(hub.Errors);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await hub.DisposeAsync());
    }

    [Fact]
    public async Task A_membership_that_could_not_be_stored_is_not_believed()
    {
        using var story = new AccessStory();
        using var store = new GatedStore { Fails = true };
        store.Proceed.Set();
        var hub = await HubFixture.StartAsync(o => o.OpenStore = () => store);
        await using (var ann = await HubClient.JoinAsync(hub, story.Ann.Did))
        {
            await ann.SendAsync(Author.Frame(story.Root));
            Assert.Equal("STORAGE_FULL", (await AccessStory.AnswerAsync(ann, story.Root.Hash)).Code);
            Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(ann, story.SpaceRoom));

            store.Fails = false;
            await AccessStory.StoreAsync(ann, story.Root);
            Assert.Equal([story.Root.Hash.ToString()], await AccessStory.PageAsync(ann, story.SpaceRoom));
        }

        Assert.Single(hub.Errors);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await hub.DisposeAsync());
    }

    [Fact]
    public async Task A_hub_that_stops_answers_what_it_took_and_says_goodbye()
    {
        var folder = Directory.CreateTempSubdirectory("parley-hub").FullName;
        var changes = Enumerable.Range(0, 300).Select(i => _ada.Message("c1", $"{i}")).ToArray();
        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = folder))
        {
            await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
            foreach (var part in changes.Chunk(10))
            {
                await ada.SendAsync(Author.Batch(Room, part));
            }

            await ada.SendAsync("""{"type":"ping"}""");
            await ada.ReadAsync("pong");
            var stopping = hub.StopAsync();
            Assert.Null(await ada.ReadAsync());
            Assert.Equal((1001, "Server shutting down"), ada.Closed);
            await ada.DisposeAsync();
            await stopping;
        }

        await using (var again = await HubFixture.StartAsync(o => o.DataFolder = folder))
        {
            await using var ada = await HubClient.JoinAsync(again, _ada.Did);
            Assert.Equal(
                changes.Select(static c => c.Hash.ToString()),
                (await ChangeTests.PageAsync(ada, Room))["changes"]!.Items.Select(static c => c["hash"]!.Text));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_peer_that_ignores_the_goodbye_does_not_hold_the_hub_up()
    {
        var hub = await HubFixture.StartAsync();
        await using var raw = await RawSocket.ConnectAsync(hub);
        var since = TimeProvider.System.GetTimestamp();

        await hub.DisposeAsync();

        Assert.InRange(TimeProvider.System.GetElapsedTime(since).TotalSeconds, 0, 8);
    }

    /// <summary>A store in memory whose commits wait for the test, or fail.</summary>
    private sealed class GatedStore() : AlteredStore("gated")
    {
        private readonly List<string> _steps = [];

        public TaskCompletionSource CommitBegan { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Proceed { get; } = new();

        public bool Fails { get; set; }

        public IReadOnlyList<string> Steps => _steps;

        public override IReadOnlyList<Place> Commit(Decision decision, in Alongside alongside)
        {
            Wait();
            var places = base.Commit(decision, alongside);
            _steps.Add("commit returned");
            return places;
        }

        private void Wait()
        {
            _steps.Add("commit began");
            CommitBegan.TrySetResult();
            Proceed.Wait(TestContext.Current.CancellationToken);
            if (Fails)
            {
                throw new ParleyException(ParleyErrorCode.Storage, "The disk is full.");
            }
        }

        public override void Dispose()
        {
            Proceed.Dispose();
            base.Dispose();
        }
    }
}
