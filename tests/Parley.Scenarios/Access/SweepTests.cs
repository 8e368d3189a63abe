using Parley.Access;
using Parley.Nodes;
using Parley.Rooms;
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

        // Which of the two depends on whether the invite's end has reached the hub as well.
        var refused = await Assert.ThrowsAsync<ParleyException>(() => joining);
        Assert.True(refused.Code is ParleyErrorCode.NotFound or ParleyErrorCode.Forbidden, refused.Code.ToString());
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

    // The client plans its sweep when it looks; the clock is moved on until it has.
    private Task<int> AdvanceUntilEndedAsync(Membership membership) => Eventually.SeesAsync(
        () =>
        {
            _scene.Time.Advance(LongestDelay);
            return membership.State.Value.Invites.Count;
        },
        count => count == 0);
}
