using Parley.Connection;
using Parley.Ids;
using Parley.Nodes;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Client;

public sealed class SettleTests
{
    private const int Messages = 50;

    [Fact]
    public async Task A_newcomer_who_has_settled_has_the_channels_that_it_only_just_learned_of()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var alice = new Person("Alice");
        await alice.OpenAsync(hub: hub.Socket);
        var channel = await alice.Client.Channels.CreateAsync("plans");
        var chat = alice.Client.Channels.Open(channel);
        for (var i = 0; i < Messages; i++)
        {
            await chat.SendAsync($"Line {i}");
        }

        await alice.Client.SettleAsync();

        await using var bob = new Person("Bob");
        await bob.OpenAsync(hub: hub.Socket);
        await bob.Client.SettleAsync();
        Assert.Equal(Messages, await bob.Client.Nodes.CountAsync(NodeQuery.Of(Schemas.ChatMessage).Where("channel", channel.Value)));
    }

    [Fact]
    public async Task A_room_opened_a_moment_ago_is_waited_for()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var alice = new Person("Alice");
        await using var bob = new Person("Bob");
        await alice.OpenAsync(hub: hub.Socket);
        await bob.OpenAsync(hub: hub.Socket);
        await bob.Client.SettleAsync();

        // Nothing but its id tells Bob of this channel.
        var channel = new NodeId("a-channel-without-a-node");
        await alice.Client.Channels.Open(channel).SendAsync("Anybody here?");
        await alice.Client.SettleAsync();
        bob.Client.Channels.Open(channel);
        await bob.Client.SettleAsync();
        Assert.Equal(1, await bob.Client.Nodes.CountAsync(NodeQuery.Of(Schemas.ChatMessage).Where("channel", channel.Value)));
    }

    [Theory]
    [InlineData("\"subscribe\"")]
    [InlineData("\"node-sync-request\"")]
    public async Task What_the_hub_dropped_for_its_rate_is_asked_again(string frame)
    {
        await using var hub = await HubFixture.StartAsync();
        await using var alice = new Person("Alice");
        await using var bob = new Person("Bob");
        await alice.OpenAsync(hub: hub.Socket);
        var channel = await alice.Client.Channels.CreateAsync("plans");
        await alice.Client.Channels.Open(channel).SendAsync("Anybody here?");
        await alice.Client.SettleAsync();

        // The frame comes broken, and the hub says that it took no notice of one, but not of which.
        var drops = 1;
        var links = new PartitionableLinks(new WebSocketLinks())
        {
            Alters = text => text.Contains(frame, StringComparison.Ordinal) && Interlocked.Exchange(ref drops, 0) == 1 ? "{" : text,
        };
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        await bob.OpenAsync(hub: hub.Socket, links: links, time: time);
        var hasGivenUp = false;
        await Eventually.SeesAsync(
            async () =>
            {
                // While the hub may still answer time goes no faster than the wall's, the only one that its sockets know.
                var phase = bob.Client.Connection.Value.Phase;
                hasGivenUp |= Volatile.Read(ref drops) == 0 && phase == ConnectionPhase.Offline;
                var isHopeless = phase == ConnectionPhase.Offline || (phase == ConnectionPhase.Syncing && Volatile.Read(ref drops) == 0 && !hasGivenUp);
                time.Advance(isHopeless ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(10));

                return (await bob.Client.Nodes.CountAsync(NodeQuery.Of(Schemas.ChatMessage).Where("channel", channel.Value)), bob.Client.Connection.Value, hasGivenUp, drops);
            },
            seen => seen.Item1 == 1);
        Assert.Equal(0, drops);
    }
}
