using Parley.Chat;
using Parley.Connection;
using Parley.Nodes;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Chat;

public sealed class ConversationTests
{
    [Fact]
    public async Task Messages_pass_both_ways_through_a_hub()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var alice = new Person("Alice");
        await using var bob = new Person("Bob");
        await alice.OpenAsync(hub: hub.Socket);
        await bob.OpenAsync(hub: hub.Socket);
        var general = await alice.Client.Channels.EnsureGeneralAsync();
        var fromAlice = alice.Client.Channels.Open(general);
        var fromBob = bob.Client.Channels.Open(await bob.Client.Channels.EnsureGeneralAsync());

        await fromAlice.SendAsync("Good morning");
        await Eventually.SeesAsync(() => TextsAsync(bob, fromBob), texts => texts is ["Good morning"]);
        await fromBob.SendAsync("Good morning, Alice");
        await Eventually.SeesAsync(() => TextsAsync(alice, fromAlice), texts => texts is ["Good morning", "Good morning, Alice"]);
        var sent = await Eventually.SeesAsync(() => alice.Client.Nodes.FindAsync(fromAlice.Newest(5)), rows => rows.All(r => r.Delivery == Delivery.Stored));
        Assert.Equal(2, sent.Count);
    }

    [Fact]
    public async Task A_name_is_known_or_not_whatever_it_looks_like()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var alice = new Person("Alice");
        await using var bob = new Person("Bob");
        await alice.OpenAsync(hub: hub.Socket);
        await bob.OpenAsync(hub: hub.Socket);
        Assert.Null(bob.Client.Profiles.Find(alice.Id));
        Assert.Equal(alice.Id.Value[8..14] + "…", bob.Client.Profiles.NameOf(alice.Id));

        await alice.Client.Profiles.SetNameAsync("To be continued…");
        await Eventually.SeesAsync(() => bob.Client.Profiles.Find(alice.Id), name => name == "To be continued…");
    }

    [Fact]
    [Trait("weak-spot", "W12")]
    public async Task A_channel_made_by_one_appears_for_the_other_with_the_maker_s_name()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var alice = new Person("Alice");
        await using var bob = new Person("Bob");
        await alice.OpenAsync(hub: hub.Socket);
        await bob.OpenAsync(hub: hub.Socket);
        await alice.Client.Profiles.SetNameAsync("Alice Example");
        var channel = await alice.Client.Channels.CreateAsync("plans", "what comes next");

        var seen = await Eventually.SeesAsync(() => bob.Client.Nodes.FindAsync(bob.Client.Channels.List), rows => rows.Count == 1);
        Assert.Equal((channel, "plans", alice.Id), (seen[0].Id, seen[0].Text("name"), seen[0].CreatedBy));
        await Eventually.SeesAsync(() => bob.Client.Profiles.NameOf(alice.Id), name => name == "Alice Example");
    }

    [Fact]
    public async Task What_both_wrote_while_apart_is_the_same_in_the_same_order_after_they_meet()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var alice = new Person("Alice");
        await using var bob = new Person("Bob");
        var aliceLinks = new PartitionableLinks(WebSocketLinks.Instance);
        var bobLinks = new PartitionableLinks(WebSocketLinks.Instance);
        await alice.OpenAsync(hub: hub.Socket, links: aliceLinks);
        await bob.OpenAsync(hub: hub.Socket, links: bobLinks);
        var atAlice = alice.Client.Channels.Open(await alice.Client.Channels.EnsureGeneralAsync());
        var atBob = bob.Client.Channels.Open(await bob.Client.Channels.EnsureGeneralAsync());
        await atAlice.SendAsync("together");
        await Eventually.SeesAsync(() => TextsAsync(bob, atBob), texts => texts.Count == 1);

        aliceLinks.Cut();
        bobLinks.Cut();
        for (var i = 0; i < 20; i++)
        {
            await atAlice.SendAsync($"Alice alone {i}");
            await atBob.SendAsync($"Bob alone {i}");
        }

        aliceLinks.Heal();
        bobLinks.Heal();
        alice.Client.Reconnect();
        bob.Client.Reconnect();
        var seenByAlice = await Eventually.SeesAsync(() => TextsAsync(alice, atAlice), texts => texts.Count == 41);
        var seenByBob = await Eventually.SeesAsync(() => TextsAsync(bob, atBob), texts => texts.Count == 41);
        Assert.Equal(seenByAlice, seenByBob);
        Assert.Equal("together", seenByAlice[0]);
    }

    private static async Task<List<string?>> TextsAsync(Person person, RoomChat chat)
    {
        var newest = await person.Client.Nodes.FindAsync(chat.Newest(500));
        return [.. newest.Reverse().Select(node => node.Text("content"))];
    }
}
