using Parley.Connection;
using Parley.Ids;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Presence;
using Parley.Testing;
using Parley.Testing.Hubs;
using Xunit;

namespace Parley.Scenarios.Tabs;

public sealed class TabsTests : TwoPeople<FakeParleyHub>
{
    private readonly FakeBrowser _browser = new(SqliteStore.InMemory());
    private readonly List<ParleyClient> _clients = [];

    public override async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await base.DisposeAsync();
        await _browser.DisposeAsync();
    }

    [Fact]
    public async Task A_second_tab_writes_and_sees_what_the_first_one_does()
    {
        var (first, _) = await OpenAsync();
        var (second, _) = await OpenAsync();
        var general = await second.Channels.EnsureGeneralAsync();
        using var newest = second.Nodes.Watch(second.Channels.Open(general).Newest(10));
        await first.Channels.Open(general).SendAsync("from the first tab");
        await second.Channels.Open(general).SendAsync("from the second tab");
        await Eventually.SeesAsync(() => newest.Value.Select(m => m.Text("content")).ToList(), texts => texts is ["from the second tab", "from the first tab"]);
        await Eventually.SeesAsync(newest, messages => messages.All(m => m.Delivery == Delivery.Stored));
        await Eventually.SeesAsync(second.Connection, status => status is { Phase: ConnectionPhase.Online, Unsent: 0 });
        Assert.Equal(1, Hub.SubscribersOf(RoomNames.Channel(general).Value));
    }

    [Fact]
    public async Task A_command_that_is_refused_says_why_in_the_tab_that_gave_it()
    {
        await OpenAsync();
        var (second, _) = await OpenAsync();
        var failure = await Assert.ThrowsAsync<ParleyException>(() => second.Channels.CreateAsync(new string('x', 500)));
        Assert.Equal(ParleyErrorCode.Invalid, failure.Code);
        Assert.Contains("name", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_tab_sees_who_is_in_and_changes_it()
    {
        var (first, _) = await OpenAsync();
        var (second, _) = await OpenAsync();
        var space = await first.Spaces.CreateAsync("The workshop");
        await Eventually.SeesAsync(second.Spaces.All, spaces => spaces.SequenceEqual([space]));
        Assert.Equal(Parley.Access.AccessRole.Owner, second.Spaces.Open(space).State.Value.Role);
        await second.Channels.Open(RoomNames.ThreadOf(space)).SendAsync("written in the second tab");

        await second.Spaces.Open(space).SetPolicyAsync(new() { Post = Parley.Access.AccessRole.Admin });
        await Eventually.SeesAsync(() => first.Spaces.Open(space).State.Value.Policy.Post, post => post == Parley.Access.AccessRole.Admin);
        var bob = new Person("Bob");
        await second.Spaces.Open(space).GrantAsync(bob.Id);
        var secret = await second.Channels.CreatePrivateAsync(space, "plans", [bob.Id], "what comes next");
        Assert.Equal("what comes next", (await first.Nodes.FindAsync(secret))!.Text("topic"));
        var (third, _) = await OpenAsync();
        Assert.Equal([space], third.Spaces.All.Value);
        var conversation = await second.Channels.OpenDirectAsync([bob.Id]);
        Assert.Equal(conversation, await first.Channels.OpenDirectAsync([bob.Id]));
        await second.Spaces.Open(space).RevokeAsync(bob.Id);
        await Eventually.SeesAsync(() => second.Spaces.Open(secret).State.Value.Members.Count, count => count == 1);

        // The secret of the link never leaves the tab that made it.
        var invite = await second.Spaces.Open(space).InviteAsync(TimeProvider.System.GetUtcNow().AddDays(1), uses: 5);

        // Until the removal is at the hub too, Bob finds himself a member there.
        await first.SettleAsync();
        await OpenAsync(bob);
        await bob.Client.JoinAsync(invite);
        await Eventually.SeesAsync(() => second.Spaces.Open(space).State.Value.Members.Count, count => count == 2);
        var open = await Eventually.SeesAsync(() => second.Spaces.Open(space).State.Value.Invites, invites => invites.Count == 1);
        await second.Spaces.Open(space).RevokeInviteAsync(open[0].Operation);
        var failure = await Assert.ThrowsAsync<ParleyException>(() => second.Spaces.Open(space).RevokeAsync(new Person("Nobody").Id));
        Assert.Equal((ParleyErrorCode.Forbidden, Reason.NotOutranked), (failure.Code, failure.Reason));
        await second.Spaces.Open(space).LeaveAsync();
        await Eventually.SeesAsync(first.Spaces.All, spaces => spaces.Count == 0);
        await bob.DisposeAsync();
    }

    [Fact]
    public async Task When_the_leading_tab_dies_another_takes_over_with_the_same_objects()
    {
        var (first, tab) = await OpenAsync();
        var (second, _) = await OpenAsync();
        var (third, _) = await OpenAsync();
        var general = await first.Channels.EnsureGeneralAsync();
        var chat = third.Channels.Open(general);
        using var newest = third.Nodes.Watch(chat.Newest(10));
        await chat.SendAsync("before");
        tab.Crash();

        await chat.SendAsync("after");
        await second.Channels.Open(general).SendAsync("after that");
        await Eventually.SeesAsync(() => newest.Value.Select(m => m.Text("content")).ToList(), texts => texts is ["after that", "after", "before"]);
        await Eventually.SeesAsync(() => Hub.CountOf(RoomNames.Channel(general).Value), count => count == 3);
        await Eventually.SeesAsync(third.Connection, status => status is { Phase: ConnectionPhase.Online, Unsent: 0 });
    }

    [Fact]
    public async Task A_command_whose_answer_died_with_the_leader_is_done_once()
    {
        var (first, tab) = await OpenAsync();
        var (second, _) = await OpenAsync();
        var general = await first.Channels.EnsureGeneralAsync();
        var chat = second.Channels.Open(general);
        await chat.SendAsync("warm");

        // The leader writes and dies before its answer is heard.
        _browser.Loses = json => json.Contains("\"parley\":\"done\"", StringComparison.Ordinal);
        var sending = chat.SendAsync("once");
        await Eventually.SeesAsync(() => first.Nodes.CountAsync(NodeQuery.Of(Schemas.ChatMessage)), count => count == 2);
        Assert.False(sending.IsCompleted);
        tab.Crash();
        _browser.Loses = null;
        var id = await sending;
        Assert.Equal("once", (await second.Nodes.FindAsync(id))!.Text("content"));
        Assert.Equal(2, await second.Nodes.CountAsync(NodeQuery.Of(Schemas.ChatMessage)));
    }

    [Fact]
    public async Task Each_tab_is_a_client_of_its_own_in_the_presence_of_a_room()
    {
        var (first, tab) = await OpenAsync();
        var (second, _) = await OpenAsync();
        await using var bob = new Person("Bob");
        await OpenAsync(bob);
        var node = new NodeId("somewhere");
        using var atBob = bob.Client.Presence.Join(node);
        using var atFirst = first.Presence.Join(node);
        using var atSecond = second.Presence.Join(node);
        atSecond.Show(state => state with { Status = PresenceStatus.Dnd });
        var seen = await Eventually.SeesAsync(atBob.Peers, peers => peers.Count == 2 && peers.Any(p => p.State.Status == PresenceStatus.Dnd));
        Assert.All(seen, peer => Assert.Equal(Alice.Id.Value, peer.Did));
        await Eventually.SeesAsync(atSecond.Peers, peers => peers.Count == 2 && peers.Any(p => p.Did == bob.Id.Value));
        await Eventually.SeesAsync(atFirst.Peers, peers => peers.Count == 2);

        // The other tab goes on being seen when the one with the link is gone.
        tab.Crash();
        await Eventually.SeesAsync(second.Connection, status => status.Phase == ConnectionPhase.Online);
        atSecond.Show(state => state with { Viewing = node });
        await Eventually.SeesAsync(atBob.Peers, peers => peers.Any(p => p.State.Viewing == node));
    }

    [Fact]
    public async Task Closing_a_leading_tab_properly_hands_over_too()
    {
        var (first, tab) = await OpenAsync();
        var (second, _) = await OpenAsync();
        var general = await second.Channels.EnsureGeneralAsync();
        await first.DisposeAsync();
        await tab.DisposeAsync();
        await second.Channels.Open(general).SendAsync("alone now");
        await Eventually.SeesAsync(() => Hub.CountOf(RoomNames.Channel(general).Value), count => count == 1);
    }

    private async Task<(ParleyClient Client, FakeBrowser.FakeTab Tab)> OpenAsync()
    {
        var tab = _browser.Open();
        var client = await ParleyClient.OpenAsync(Alice.Options(_browser.StoreOf(tab), Address, Hub) with { Tabs = tab });
        _clients.Add(client);
        return (client, tab);
    }
}
