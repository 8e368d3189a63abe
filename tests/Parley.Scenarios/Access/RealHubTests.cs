using Parley.Access;
using Parley.Ids;
using Parley.Native.Storage;
using Parley.Nodes;
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

    [Fact]
    public async Task Who_is_removed_from_a_private_channel_is_told()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var alice = new Person("Alice");
        await using var bob = new Person("Bob");
        await alice.OpenAsync(hub: hub.Socket);
        await bob.OpenAsync(hub: hub.Socket);
        var space = await AccessScene.SpaceOfAsync(alice, bob);
        var secret = await alice.Client.Channels.CreatePrivateAsync(space, "plans", [bob.Id]);
        await alice.Client.Channels.Open(secret).SendAsync("in the channel");
        await AccessScene.SeesTextsAsync(bob, secret, "in the channel");

        await alice.Client.Spaces.Open(secret).RevokeAsync(bob.Id);
        await Eventually.SeesAsync(() => bob.Client.Spaces.Open(secret).State.Value.HasLeft, left => left);
        Assert.Equal(alice.Id, bob.Client.Spaces.Open(secret).State.Value.EndedBy);
        Assert.Equal(AccessRole.Member, bob.Client.Spaces.Open(space).State.Value.Role);
    }

    [Fact]
    public async Task Who_was_removed_while_away_is_told_when_they_return()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var alice = new Person("Alice");
        await using var bob = new Person("Bob");
        using var folder = new TemporaryFolder();
        var store = folder["bob.db"];
        await alice.OpenAsync(hub: hub.Socket);
        await bob.OpenAsync(SqliteStore.At(store), hub: hub.Socket);
        var space = await AccessScene.SpaceOfAsync(alice, bob);
        await bob.CloseAsync();
        await alice.Client.Spaces.Open(space).RevokeAsync(bob.Id);
        await AccessScene.GeneralOf(alice, space).SendAsync("now that he is gone");
        await alice.Client.SettleAsync();

        await bob.OpenAsync(SqliteStore.At(store), hub: hub.Socket);
        await Eventually.SeesAsync(() => bob.Client.Spaces.Open(space).State.Value.HasLeft, left => left);
        Assert.Empty(await AccessScene.TextsAsync(bob, RoomNames.ThreadOf(space)));
    }

    [Fact]
    public async Task A_link_lets_in_while_everybody_else_is_offline_and_a_dead_one_lets_nobody_in()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var alice = new Person("Alice");
        await using var bob = new Person("Bob");
        await alice.OpenAsync(hub: hub.Socket);
        var space = await alice.Client.Spaces.CreateAsync("The workshop");
        await AccessScene.GeneralOf(alice, space).SendAsync("said before");
        var membership = alice.Client.Spaces.Open(space);
        var dead = await membership.InviteAsync(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1));
        var open = await membership.InviteAsync(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1));
        await membership.RevokeInviteAsync((await InviteOfAsync(alice, dead)).Operation);
        await alice.Client.SettleAsync();
        await alice.CloseAsync();

        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        await bob.OpenAsync(hub: hub.Socket, time: time);
        var refused = bob.Client.JoinAsync(dead);
        await Eventually.SeesAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return refused.IsCompleted;
            },
            done => done);
        Assert.Equal(ParleyErrorCode.Timeout, (await Assert.ThrowsAsync<ParleyException>(() => refused)).Code);
        Assert.False(bob.Client.Spaces.Open(space).State.Value.IsHere);

        // The room that is not open to him keeps nobody waiting.
        await bob.Client.SettleAsync();
        await bob.Client.JoinAsync(open);
        await AccessScene.SeesTextsAsync(bob, RoomNames.ThreadOf(space), "said before");
    }

    private static async Task<OpenInvite> InviteOfAsync(Person owner, Invite invite)
    {
        using var key = new Parley.Native.Identity.SodiumSigner(invite.Secret.Span);
        var publicKey = key.Person.PublicKey();
        var state = owner.Client.Spaces.Open(invite.Domain).State;
        return (await Eventually.SeesAsync(() => state.Value.Invites, all => all.Any(IsIt))).First(IsIt);

        bool IsIt(OpenInvite each) => each.PublicKey.Span.SequenceEqual(publicKey);
    }
}
