using Parley.Access;
using Parley.Ids;
using Parley.Nodes;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Access;

/// <summary>What an owner's client does by itself: invites end when they ran out or are used up.</summary>
public sealed class SweepTests : IAsyncDisposable
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private readonly AccessScene _scene = new();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task An_invite_that_ran_out_is_ended_by_the_owners_client()
    {
        var alice = await _scene.OpenAsync("Alice", time: _scene.Time);
        var space = await alice.Client.Spaces.CreateAsync("The workshop");
        var mine = alice.Client.Spaces.Open(space);
        var invite = await mine.InviteAsync(_scene.Time.GetUtcNow().AddHours(1));
        Assert.Single(mine.State.Value.Invites);
        _scene.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Single(mine.State.Value.Invites);
        await AdvanceUntilEndedAsync(mine);

        // Whoever comes too late finds the space, waits for the invite, and is told.
        var bob = await _scene.OpenAsync("Bob", time: _scene.Time);
        var joining = bob.Client.JoinAsync(invite);
        await Eventually.SeesAsync(() => bob.Client.Spaces.Open(space).State.Value.IsHere, here => here);
        await Eventually.SeesAsync(
            () =>
            {
                _scene.Time.Advance(TimeSpan.FromSeconds(5));
                return joining.IsCompleted;
            },
            over => over);

        var refused = await Assert.ThrowsAsync<ParleyException>(() => joining);
        Assert.Equal((ParleyErrorCode.Forbidden, Reason.InviteExpired), (refused.Code, refused.Reason));
        Assert.Empty(bob.Client.Spaces.All.Value);
    }

    [Fact]
    public async Task An_invite_that_is_used_up_is_ended_and_who_came_stays()
    {
        var alice = await _scene.OpenAsync("Alice", time: _scene.Time);
        var bob = await _scene.OpenAsync("Bob");
        var space = await alice.Client.Spaces.CreateAsync("The workshop");
        var mine = alice.Client.Spaces.Open(space);
        await bob.Client.JoinAsync(await mine.InviteAsync(_scene.Time.GetUtcNow().AddHours(1)));
        await AccessScene.SeesMembersAsync(alice, space, 2);
        await AdvanceUntilEndedAsync(mine);
        Assert.Equal(2, mine.State.Value.Members.Count);
        await AccessScene.GeneralOf(bob, space).SendAsync("still here");
        await AccessScene.SeesTextsAsync(alice, RoomNames.ThreadOf(space), "still here");
    }

    [Fact]
    public async Task Whom_an_invite_lets_in_no_more_is_told_why()
    {
        var alice = await _scene.OpenAsync("Alice");
        var bob = await _scene.OpenAsync("Bob");
        var carol = await _scene.OpenAsync("Carol");
        var space = await alice.Client.Spaces.CreateAsync("The workshop");
        var mine = alice.Client.Spaces.Open(space);
        var one = await mine.InviteAsync(AccessScene.Later);
        await bob.Client.JoinAsync(one);
        await AccessScene.SeesMembersAsync(alice, space, 2);
        Assert.Equal(Reason.InviteUsedUp, await WhyAsync(carol, one));

        var ended = await mine.InviteAsync(AccessScene.Later, uses: 5);
        await mine.RevokeInviteAsync(mine.State.Value.Invites.Single(open => open.Uses == 5).Operation);
        await alice.Client.SettleAsync();
        Assert.Equal(Reason.InviteClosed, await WhyAsync(carol, ended));

        // A link that is older than a removal does not bring the removed person back, and nothing of the attempt stays.
        var old = await mine.InviteAsync(AccessScene.Later, uses: 7);
        await mine.RevokeAsync(bob.Id);
        await Eventually.SeesAsync(bob.Client.Spaces.Open(space).State, state => state is { HasLeft: true, Role: null } && state.EndedBy == alice.Id);
        Assert.Equal([space], bob.Client.Spaces.Left.Value);
        await Eventually.SeesAsync(() => bob.Client.Spaces.Open(space).State.Value.Invites, open => open.Any(each => each.Uses == 7));
        Assert.Equal(Reason.Removed, await WhyAsync(bob, old));
        Assert.Equal(alice.Id, bob.Client.Spaces.Open(space).State.Value.EndedBy);
        Assert.Empty(bob.Client.Spaces.All.Value);
    }

    [Fact]
    public async Task An_invite_that_was_open_when_one_looked_last_and_is_ended_since_lets_nobody_in()
    {
        var alice = await _scene.OpenAsync("Alice");
        var bob = await _scene.OpenAsync("Bob");
        var carol = await _scene.OpenAsync("Carol");
        var space = await alice.Client.Spaces.CreateAsync("The workshop");
        var mine = alice.Client.Spaces.Open(space);
        var (one, five) = (await mine.InviteAsync(AccessScene.Later), await mine.InviteAsync(AccessScene.Later, uses: 5));
        await bob.Client.JoinAsync(one);
        await AccessScene.SeesMembersAsync(alice, space, 2);
        Assert.Equal(Reason.InviteUsedUp, await WhyAsync(carol, one));
        var hers = carol.Client.Spaces.Open(space);
        var open = await Eventually.SeesAsync(() => hers.State.Value.Invites, invites => invites.Any(invite => invite.Uses == 5));

        await mine.RevokeInviteAsync(open.Single(invite => invite.Uses == 5).Operation);
        await alice.Client.SettleAsync();
        Assert.Equal(Reason.InviteClosed, await WhyAsync(carol, five));
        Assert.Null(hers.State.Value.Role);
        Assert.Equal(2, mine.State.Value.Members.Count);
    }

    [Fact]
    public async Task Who_leaves_knows_that_they_left_and_may_come_back()
    {
        var alice = await _scene.OpenAsync("Alice");
        var bob = await _scene.OpenAsync("Bob");
        var space = await AccessScene.SpaceOfAsync(alice, bob);
        var his = bob.Client.Spaces.Open(space);
        await his.LeaveAsync();
        Assert.Equal((true, bob.Id), (his.State.Value.HasLeft, his.State.Value.EndedBy));
        Assert.Equal([space], bob.Client.Spaces.Left.Value);
        await AccessScene.SeesMembersAsync(alice, space, 1);

        await bob.Client.JoinAsync(await alice.Client.Spaces.Open(space).InviteAsync(AccessScene.Later));
        Assert.Empty(bob.Client.Spaces.Left.Value);
        Assert.Null(his.State.Value.EndedBy);
    }

    [Fact]
    public async Task An_invite_is_ended_by_hand()
    {
        var alice = await _scene.OpenAsync("Alice");
        var space = await alice.Client.Spaces.CreateAsync("The workshop");
        var mine = alice.Client.Spaces.Open(space);
        await mine.InviteAsync(AccessScene.Later, uses: 5);
        await mine.RevokeInviteAsync(Assert.Single(mine.State.Value.Invites).Operation);
        Assert.Empty(mine.State.Value.Invites);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => mine.InviteAsync(AccessScene.Later, uses: 0));
    }

    private static async Task<Reason?> WhyAsync(Person person, Invite invite)
    {
        var refused = await Assert.ThrowsAsync<ParleyException>(() => person.Client.JoinAsync(invite));
        Assert.Equal(ParleyErrorCode.Forbidden, refused.Code);
        return refused.Reason;
    }

    // The client plans its sweep when it looks; the clock is moved on until it has.
    private Task<int> AdvanceUntilEndedAsync(Membership membership) => Eventually.SeesAsync(
        () =>
        {
            _scene.Time.Advance(LongestDelay);
            return membership.State.Value.Invites.Count;
        },
        count => count == 0);
}
