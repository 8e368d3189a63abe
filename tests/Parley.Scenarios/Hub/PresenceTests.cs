using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Presence;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

public sealed class PresenceTests
{
    private const string Room = "xnet-doc-presence-main";
    private readonly Author _ada = new(1);
    private readonly Author _bob = new(2);

    [Fact]
    public async Task Presence_is_relayed_as_received_to_everybody_else()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Room);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var frame = Show(1, 1, _ada);

        await ada.SendAsync(frame);

        Assert.Equal(JsonReader.Read(System.Text.Encoding.UTF8.GetString(frame)), await bob.ReadAsync());
        Assert.Empty(await ada.ReadUntilPongAsync());
    }

    [Fact]
    public async Task A_newcomer_is_told_who_is_here_in_both_languages()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Room);
        await ada.SendAsync(Show(7, 3, _ada));
        await ada.ReadUntilPongAsync();

        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var told = await bob.ReadUntilPongAsync();

        var user = told[0]["data"]!["users"]!.Items.Single();
        Assert.Equal("awareness-snapshot", told[0]["data"]!["type"]!.Text);
        Assert.Equal(_ada.Did, user["did"]!.Text);
        Assert.Equal("ada", user["state"]!["user"]!["name"]!.Text);
        Assert.False(user["isStale"]!.Boolean);
        var entry = Entries(told[1]).Single();
        Assert.Equal((7ul, 3ul), (entry.Client, entry.Clock));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_leaves_or_drops_is_taken_out_for_the_others(bool politely)
    {
        await using var hub = await HubFixture.StartAsync();
        var ada = await HubClient.JoinAsync(hub, _ada.Did, Room);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        await ada.SendAsync(Show(7, 3, _ada));
        await bob.ReadAsync("publish");

        if (politely)
        {
            await ada.SendAsync(ClientFrames.Unsubscribe([new(Room)]));
        }
        else
        {
            ada.Abort();
        }

        var removal = Entries(await bob.ReadAsync("publish")).Single();
        Assert.Equal((7ul, 3ul), (removal.Client, removal.Clock));
        Assert.Null(removal.State);
        await ada.DisposeAsync();
    }

    /// <summary>W23: anybody could show anything for anybody, and evict them.</summary>
    [Trait("weak-spot", "W23")]
    [Fact]
    public async Task A_client_id_belongs_to_the_socket_that_introduced_it()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Room);
        await using var eve = await HubClient.JoinAsync(hub, _bob.Did, Room);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        await ada.SendAsync(Show(7, 3, _ada));
        await bob.ReadAsync("publish");

        await eve.SendAsync(Update(new AwarenessEntry(7, 4, null)));
        await eve.SendAsync(Update(new AwarenessEntry(7, 9, State(_bob)), new AwarenessEntry(8, 1, State(_bob))));
        await eve.ReadUntilPongAsync();

        var relayed = await bob.ReadUntilPongAsync();
        Assert.Equal([8ul], relayed.SelectMany(Entries).Select(static e => e.Client));
    }

    [Fact]
    public async Task The_same_person_on_a_new_socket_takes_over_at_once()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var lost = await HubClient.JoinAsync(hub, _ada.Did, Room);
        await lost.SendAsync(Show(7, 3, _ada));
        await lost.ReadUntilPongAsync();
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        await bob.ReadUntilPongAsync();

        await using var again = await HubClient.JoinAsync(hub, _ada.Did, Room);
        await again.SendAsync(Show(7, 4, _ada));

        Assert.Equal(4ul, Entries(await bob.ReadAsync("publish")).Single().Clock);
        lost.Abort();
        await Eventually.SeesAsync(hub.ConnectionsAsync, static sockets => sockets == 2);
        Assert.Empty(await bob.ReadUntilPongAsync());
    }

    [Fact]
    public async Task A_lease_ends_when_nothing_is_heard_for_thirty_seconds()
    {
        var time = new ManualTime();
        await using var hub = await HubFixture.StartAsync(time: time);
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Room);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        await ada.SendAsync(Show(7, 3, _ada));
        await bob.ReadAsync("publish");

        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(await bob.ReadUntilPongAsync());
        time.Advance(TimeSpan.FromSeconds(3));

        var removal = Entries(await bob.ReadAsync("publish")).Single();
        Assert.Equal((7ul, 3ul), (removal.Client, removal.Clock));
        Assert.Null(removal.State);
    }

    [Fact]
    public async Task Only_who_is_in_a_room_speaks_in_it()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room, "call:c1");

        await ada.SendAsync(Show(7, 1, _ada));
        await ada.SendAsync("""{"type":"publish","topic":"call:c1","data":{"kind":"leave","from":"forged"}}""");

        Assert.Equal(["error", "error"], (await ada.ReadUntilPongAsync()).Select(static f => f["type"]!.Text));
        Assert.Empty(await bob.ReadUntilPongAsync());

        await ada.SubscribeAsync("call:c1");
        var signal = $$"""{"kind":"announce","from":"{{_ada.Did}}#1"}""";
        await ada.SendAsync($$"""{"type":"publish","topic":"call:c1","data":{{signal}},"extra":1}""");
        Assert.Equal(JsonReader.Read($$"""{"type":"publish","topic":"call:c1","data":{{signal}}}"""), await bob.ReadAsync());
    }

    [Fact]
    public async Task Bytes_that_are_no_presence_are_dropped()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Room);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);

        foreach (var update in new[] { "AQcC", "//////////8=", Convert.ToBase64String(new byte[70_000]), "§", "" })
        {
            await ada.SendAsync($$$"""{"type":"publish","topic":"{{{Room}}}","data":{"type":"awareness","from":"x","update":"{{{update}}}"}}""");
        }

        await ada.ReadUntilPongAsync();
        Assert.Empty(await bob.ReadUntilPongAsync());
    }

    [Fact]
    public async Task Presence_faster_than_its_limit_is_dropped_silently()
    {
        var time = new ManualTime();
        await using var hub = await HubFixture.StartAsync(o => o.Limits.AwarenessPerSecondMax = 5, time: time);
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Room);
        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);

        for (var clock = 1u; clock <= 9; clock++)
        {
            await ada.SendAsync(Show(7, clock, _ada));
        }

        Assert.Empty(await ada.ReadUntilPongAsync());
        Assert.Equal(5, (await bob.ReadUntilPongAsync()).Count);
        time.Advance(TimeSpan.FromSeconds(1));
        await ada.SendAsync(Show(7, 10, _ada));
        Assert.Equal(10ul, Entries(await bob.ReadAsync("publish")).Single().Clock);
    }

    [Fact]
    public async Task One_socket_cannot_fill_a_room_with_clients()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Room);
        await ada.SendAsync(Update([.. Enumerable.Range(1, 400).Select(i => new AwarenessEntry((ulong)i, 1, State(_ada)))]));
        await ada.ReadUntilPongAsync();

        await using var bob = await HubClient.JoinAsync(hub, _bob.Did, Room);
        var told = await bob.ReadUntilPongAsync();

        Assert.Equal(256, told.Skip(1).SelectMany(Entries).Count());
    }

    [Fact]
    public async Task Nothing_of_presence_reaches_the_disk()
    {
        var folder = Directory.CreateTempSubdirectory("parley-hub").FullName;
        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = folder))
        {
            await using var ada = await HubClient.JoinAsync(hub, _ada.Did, Room);
            await ada.SendAsync(Update(new AwarenessEntry(7, 1, JsonReader.Read("""{"status":"where-is-this-kept"}"""))));
            await ada.ReadUntilPongAsync();
        }

        foreach (var file in Directory.EnumerateFiles(folder))
        {
            Assert.DoesNotContain("where-is-this-kept", System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static byte[] Show(ulong client, ulong clock, Author author) => Update(new AwarenessEntry(client, clock, State(author)));

    private static byte[] Update(params AwarenessEntry[] entries) => ClientFrames.Awareness(new RoomId(Room), "peer", AwarenessCodec.Encode(entries));

    private static JsonValue State(Author author) =>
        JsonReader.Read($$"""{"user":{"did":"{{author.Did}}","name":"ada"},"status":"active"}""");

    private static IReadOnlyList<AwarenessEntry> Entries(JsonValue publish)
    {
        Assert.True(AwarenessCodec.TryDecode(Convert.FromBase64String(publish["data"]!["update"]!.Text!), out var entries));
        return entries;
    }
}
