using Parley.Access;
using Parley.Calls;
using Parley.Ids;

namespace Parley.Scenarios.Calls;

/// <summary>Calls in direct messages and private places: they ring, are missed, and end for whoever is removed.</summary>
public sealed class DirectCallTests
{
    private static readonly CallMedia Voice = new(Audio: true);

    [Fact]
    public async Task It_rings_until_it_is_accepted()
    {
        await using var scene = await CallScene.OpenAsync();
        var (ann, bob, direct) = await DirectAsync(scene);
        await ann.JoinAsync(Voice, direct);
        await scene.UntilAsync(() => bob.Client.Calls.Ringing.Value.Count == 1, "it rings at Bob's");
        Assert.Equal(new IncomingCall(direct, [ann.Id]), bob.Client.Calls.Ringing.Value[0]);
        Assert.Empty(ann.Client.Calls.Ringing.Value);

        await bob.JoinAsync(Voice, direct);
        await scene.UntilAsync(() => bob.Client.Calls.Ringing.Value.Count == 0, "it rings no more");
        Assert.True(ann.IsConnectedWith(1));

        // Once taken, it does not ring again while it goes on.
        await bob.Client.Calls.LeaveAsync();
        await scene.PassAsync(TimeSpan.FromSeconds(8));
        Assert.Empty(bob.Client.Calls.Ringing.Value);
    }

    [Fact]
    public async Task A_declined_call_stays_silent_and_the_next_one_rings()
    {
        await using var scene = await CallScene.OpenAsync();
        var (ann, bob, direct) = await DirectAsync(scene);
        await ann.JoinAsync(Voice, direct);
        await scene.UntilAsync(() => bob.Client.Calls.Ringing.Value.Count == 1, "it rings");
        bob.Client.Calls.Decline(direct);
        await scene.UntilAsync(() => bob.Client.Calls.Ringing.Value.Count == 0, "it is silent");
        await scene.UntilAsync(() => ann.View.Declined.Contains(bob.Id), "Ann sees it");
        await scene.PassAsync(TimeSpan.FromSeconds(8));
        Assert.Empty(bob.Client.Calls.Ringing.Value);

        // Bob changes his mind.
        await bob.JoinAsync(Voice, direct);
        await scene.UntilAsync(() => ann.View.Declined.Count == 0, "he is in");
        await bob.Client.Calls.LeaveAsync();
        await ann.Client.Calls.LeaveAsync();
        await scene.PassAsync(TimeSpan.FromSeconds(2));
        await ann.JoinAsync(Voice, direct);
        await scene.UntilAsync(() => bob.Client.Calls.Ringing.Value.Count == 1, "it rings again");
    }

    [Fact]
    [Trait("weak-spot", "W27")]
    public async Task A_call_of_somebody_blocked_does_not_ring()
    {
        await using var scene = await CallScene.OpenAsync();
        var (ann, bob, direct) = await DirectAsync(scene);
        await bob.Client.Requests.BlockAsync(ann.Id);
        await scene.UntilAsync(() => bob.Client.Requests.Blocked.Value.Count == 1, "Ann is blocked");
        await ann.JoinAsync(Voice, direct);
        await scene.PassAsync(TimeSpan.FromSeconds(8));
        Assert.Empty(bob.Client.Calls.Ringing.Value);

        // The same call, once she is not.
        await bob.Client.Requests.UnblockAsync(ann.Id);
        await scene.UntilAsync(() => bob.Client.Calls.Ringing.Value.Count == 1, "it rings");
    }

    [Fact]
    public async Task A_call_that_nobody_takes_stops_ringing_and_is_in_the_history_as_missed()
    {
        await using var scene = await CallScene.OpenAsync();
        var (ann, bob, direct) = await DirectAsync(scene);
        await ann.JoinAsync(Voice, direct);
        await scene.UntilAsync(() => bob.Client.Calls.Ringing.Value.Count == 1, "it rings");
        await scene.WithinAsync(TimeSpan.FromMilliseconds(CallRing.RingMs + 3_000), () => bob.Client.Calls.Ringing.Value.Count == 0, "it stops");
        Assert.Equal(CallPhase.Seated, ann.View.Phase);

        await ann.Client.Calls.LeaveAsync();
        bob.Client.Channels.Open(direct);
        var nodes = await scene.UntilAsync(() => bob.Client.Nodes.FindAsync(CallRecord.In(direct)), static found => found.Count == 1);
        var record = Assert.Single(CallRecord.Of(nodes));
        Assert.Equal([ann.Id], record.People);
        Assert.True(record.IsMissedBy(bob.Id));
        Assert.False(record.IsMissedBy(ann.Id));
    }

    [Fact]
    public async Task Whoever_is_removed_is_out_of_the_call_on_every_screen_whatever_still_flows()
    {
        await using var scene = await CallScene.OpenAsync();
        var (ann, bob, cat) = (await scene.AddAsync("Ann"), await scene.AddAsync("Bob"), await scene.AddAsync("Cat"));
        var space = await ann.Client.Spaces.CreateAsync("Space");
        var channel = await ann.Client.Channels.CreateAsync(space, "plaza");
        foreach (var other in new[] { bob, cat })
        {
            await ann.Client.Spaces.Open(space).GrantAsync(other.Id);
            await scene.UntilAsync(() => ann.Client.Requests.All.Value.Count == 0 && ann.Client.Connection.Value.Unsent == 0, "granted");
            await scene.UntilAsync(() => other.Client.Requests.All.Value.Count == 1, "the knock is there");
            await other.Client.Requests.AcceptAsync(other.Client.Requests.All.Value[0]);
            await scene.UntilAsync(() => other.Client.Nodes.FindAsync(channel), static node => node is not null);
        }

        foreach (var one in scene.People)
        {
            await one.JoinAsync(Voice, channel);
        }

        // Bob's program does not listen to anybody any more.
        bob.Links.LosesReceived = static _ => true;
        await ann.Client.Spaces.Open(space).RevokeAsync(bob.Id);

        await scene.WithinAsync(TimeSpan.FromSeconds(5), () => ann.IsConnectedWith(1) && cat.IsConnectedWith(1), "Bob is out");
        Assert.Equal([cat.Id], ann.View.Others.Select(other => other.Person!.Value));

        bob.Links.LosesReceived = null;
        bob.Links.Cut();
        bob.Links.Heal();
        await scene.UntilAsync(() => bob.View.Phase == CallPhase.Ended, "Bob learns it");
        Assert.Equal(EndReason.NotAMember, bob.View.End);
        await bob.Session!.Ended;
        Assert.True(bob.Media.IsClosed);
    }

    private static async Task<(Caller Ann, Caller Bob, NodeId Direct)> DirectAsync(CallScene scene)
    {
        var (ann, bob) = (await scene.AddAsync("Ann"), await scene.AddAsync("Bob"));
        var direct = await ann.Client.Channels.OpenDirectAsync([bob.Id]);
        await scene.UntilAsync(() => bob.Client.Requests.All.Value.Count == 1, "Bob is asked");
        await bob.Client.Requests.AcceptAsync(bob.Client.Requests.All.Value[0]);
        await scene.UntilAsync(() => bob.Client.Nodes.FindAsync(direct), static node => node is not null);
        return (ann, bob, direct);
    }
}
