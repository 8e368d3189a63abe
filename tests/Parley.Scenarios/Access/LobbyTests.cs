using Microsoft.Extensions.DependencyInjection;
using Parley.Connection;
using Parley.Hub;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Access;

/// <summary>Clients at a hub that takes people by invitation, and at one that does not take them.</summary>
public sealed class LobbyTests
{
    [Fact]
    public async Task A_link_leads_out_of_the_lobby_and_what_was_written_there_goes_out()
    {
        await using var hub = await HubFixture.StartAsync(static o => (o.Admission, o.Commons) = (AdmissionMode.InviteOnly, false));
        await using var alice = new Person("Alice");
        await using var bob = new Person("Bob");
        await OrderAsync(hub, "allow", alice);
        await alice.OpenAsync(hub: hub.Socket);
        var space = await alice.Client.Spaces.CreateAsync("Harbour");
        var invite = await alice.Client.Spaces.Open(space).InviteAsync(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1));
        await alice.Client.SettleAsync(TestContext.Current.CancellationToken);

        await bob.OpenAsync(hub: hub.Socket);
        await bob.Client.Profiles.SetNameAsync("Bob");
        await Eventually.SeesAsync(bob.Client.Connection, status => status is { Phase: ConnectionPhase.Lobby, Unsent: 1 });
        Assert.Null(await alice.Client.Nodes.FindAsync(RoomNames.ProfileNode(bob.Id)));

        await bob.Client.JoinAsync(invite, TestContext.Current.CancellationToken);
        await Eventually.SeesAsync(bob.Client.Connection, status => status is { Phase: ConnectionPhase.Online, Unsent: 0 });
        await bob.Client.Channels.Open(RoomNames.ThreadOf(space)).SendAsync("I am in");
        var said = NodeQuery.Of(Schemas.ChatMessage).Where("content", "I am in");
        await Eventually.SeesAsync(() => alice.Client.Nodes.FindAsync(said), found => found.Count == 1);
        await Eventually.SeesAsync(() => Task.FromResult(alice.Client.Profiles.NameOf(bob.Id)), name => name == "Bob");

        await alice.Client.Spaces.Open(space).RevokeAsync(bob.Id);
        await Eventually.SeesAsync(bob.Client.Connection, status => status.Phase == ConnectionPhase.Lobby);
    }

    [Fact]
    public async Task A_person_who_is_banned_is_told_so_and_what_they_wrote_stays_with_them()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var bob = new Person("Bob");
        await bob.OpenAsync(hub: hub.Socket);
        await bob.Client.SettleAsync(TestContext.Current.CancellationToken);

        await OrderAsync(hub, "ban", bob);

        var status = await Eventually.SeesAsync(bob.Client.Connection, status => status.Phase == ConnectionPhase.Refused);
        Assert.Equal(Reason.Banned, status.Reason);
        await bob.Client.Channels.Open(await bob.Client.Channels.EnsureGeneralAsync()).SendAsync("to myself");
        Assert.Equal(1, await bob.Client.Nodes.CountAsync(NodeQuery.Of(Schemas.ChatMessage)));
        await OrderAsync(hub, "unban", bob);
        bob.Client.Reconnect();
        await Eventually.SeesAsync(bob.Client.Connection, status => status is { Phase: ConnectionPhase.Online, Unsent: 0 });
    }

    private static async Task OrderAsync(HubFixture hub, string what, Person whom)
    {
        var host = hub.Services.GetRequiredService<HubHost>();
        Assert.Null((await host.Administration.AnswerAsync(JsonValue.Object(("do", JsonValue.Of(what)), ("did", JsonValue.Of(whom.Id.Value))), "the test"))["error"]);
    }
}
