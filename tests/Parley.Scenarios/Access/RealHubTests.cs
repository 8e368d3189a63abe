using Parley.Access;
using Parley.Nodes;
using Parley.Rooms;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Access;

/// <summary>The same over a real hub and real sockets.</summary>
public sealed class RealHubTests
{
    [Fact]
    public async Task A_space_a_private_channel_and_a_conversation_pass_through_a_hub()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var alice = new Person("Alice");
        await using var bob = new Person("Bob");
        await alice.OpenAsync(hub: hub.Socket);
        await bob.OpenAsync(hub: hub.Socket);
        var space = await AccessScene.SpaceOfAsync(alice, bob);
        await AccessScene.GeneralOf(bob, space).SendAsync("in the space");
        await AccessScene.SeesTextsAsync(alice, RoomNames.ThreadOf(space), "in the space");

        var secret = await alice.Client.Channels.CreatePrivateAsync(space, "plans", [bob.Id]);
        await alice.Client.Channels.Open(secret).SendAsync("in the channel");
        await AccessScene.SeesTextsAsync(bob, secret, "in the channel");

        var conversation = await bob.Client.Channels.OpenDirectAsync([alice.Id]);
        await bob.Client.Channels.Open(conversation).SendAsync("between us");
        await AccessScene.SeesTextsAsync(alice, conversation, "between us");

        await alice.Client.Spaces.Open(space).RevokeAsync(bob.Id);
        await Eventually.SeesAsync(() => bob.Client.Spaces.Open(space).State.Value.HasLeft, left => left);
        await Eventually.SeesAsync(() => bob.Client.Spaces.Open(secret).State.Value.Role, role => role is null);
        Assert.Equal(2, bob.Client.Spaces.Open(conversation).State.Value.Members.Count);
        await alice.Client.SettleAsync();
        Assert.Empty(await alice.Client.Nodes.FindAsync(NodeQuery.Of(Schemas.ChatMessage).Where("content", MembershipOpReader.CarrierContent)));
    }
}
