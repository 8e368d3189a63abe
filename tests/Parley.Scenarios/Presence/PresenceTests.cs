using Parley.Frames;
using Parley.Ids;
using Parley.Nodes;
using Parley.Presence;
using Parley.Testing;
using Parley.Testing.Hubs;
using Xunit;

namespace Parley.Scenarios.Presence;

public sealed class PresenceTests : TwoPeople<FakeParleyHub>
{
    private static readonly NodeId Node = new("some-node");
    private static readonly string Topic = RoomNames.Presence(Node).Value;

    [Fact]
    public async Task Two_people_see_each_other_with_their_fields()
    {
        using var atAlice = await JoinAsync(Alice);
        using var atBob = await JoinAsync(Bob);
        await Bob.Client.Profiles.SetNameAsync("Bob Example");
        atBob.Show(state => state with { Viewing = Node, Status = PresenceStatus.Idle, Call = new(Node, Audio: true, Video: false, Screen: false) });
        var bob = await Eventually.SeesAsync(() => atAlice.Peers.Value.SingleOrDefault(), peer => peer?.State.Viewing == Node && peer.Name == "Bob Example");
        Assert.Equal((Bob.Id.Value, PresenceStatus.Idle), (bob!.Did, bob.State.Status));
        Assert.Equal(new CallPresence(Node, Audio: true, Video: false, Screen: false), bob.State.Call);
        await Eventually.SeesAsync(atBob.Peers, peers => peers is [{ } alice] && alice.Did == Alice.Id.Value);
    }

    [Fact]
    [Trait("weak-spot", "W29")]
    public async Task Five_joins_are_one_session_and_the_last_leave_leaves()
    {
        using var atBob = await JoinAsync(Bob);
        await OpenAsync(Alice);
        var joins = Enumerable.Range(0, 5).AsParallel().Select(_ => Alice.Client.Presence.Join(Node)).ToList();
        await Eventually.SeesAsync(() => atBob.Peers.Value.Count, count => count == 1);
        await Eventually.SeesAsync(() => Hub.SubscribersOf(Topic), count => count == 2);
        joins.Take(4).ToList().ForEach(join => join.Dispose());
        joins[0].Dispose();
        joins[4].Show(state => state with { Viewing = Node });
        await Eventually.SeesAsync(atBob.Peers, peers => peers is [{ } alice] && alice.State.Viewing == Node);

        joins[4].Dispose();
        await Eventually.SeesAsync(() => atBob.Peers.Value.Count, count => count == 0);
        await Eventually.SeesAsync(() => Hub.SubscribersOf(Topic), count => count == 1);
        Assert.Single(Hub.Received.OfType<ClientFrame.Subscribe>().Where(s => s.Topics.Contains(Topic)).Skip(1));
    }

    [Fact]
    [Trait("weak-spot", "W21")]
    public async Task A_newcomer_sees_who_is_here_without_waiting_for_a_heartbeat()
    {
        using var atAlice = await JoinAsync(Alice);
        atAlice.Show(state => state with { Viewing = Node });
        await Eventually.SeesAsync(() => Hub.Received.OfType<ClientFrame.AwarenessUpdate>().Count(), count => count >= 1);
        using var atBob = await JoinAsync(Bob);
        await Eventually.SeesAsync(atBob.Peers, peers => peers is [{ } alice] && alice.State.Viewing == Node);
    }

    [Fact]
    [Trait("weak-spot", "W21")]
    public async Task After_a_reconnect_everybody_is_announced_again()
    {
        using var atAlice = await JoinAsync(Alice);
        using var atBob = await JoinAsync(Bob);
        await Eventually.SeesAsync(() => atBob.Peers.Value.Count, count => count == 1);
        Hub.GoDown();
        Hub.ComeUp();
        var before = Hub.Received.OfType<ClientFrame.AwarenessUpdate>().Count();
        foreach (var person in new[] { Alice, Bob })
        {
            await Eventually.SeesAsync(person.Client.Connection, status => status.Phase == Parley.Connection.ConnectionPhase.Offline);
            person.Client.Reconnect();
        }

        await Eventually.SeesAsync(() => Hub.Received.OfType<ClientFrame.AwarenessUpdate>().Count(), count => count >= before + 2);
        await Eventually.SeesAsync(() => atBob.Peers.Value.Count, count => count == 1);
    }

    [Fact]
    public async Task Typing_ends_four_seconds_after_it_was_seen_whatever_the_sender_s_clock_says()
    {
        using var atAlice = await JoinAsync(Alice, Time);
        using var atBob = await JoinAsync(Bob, Time);
        await MeetAsync(atAlice);

        // Bob's clock is an hour ahead, and so is his "until".
        var until = (Time.GetUtcNow() + TimeSpan.FromHours(1)).ToUnixTimeMilliseconds();
        atBob.Show(state => state with { Typing = new(Node, until) });
        await Eventually.SeesAsync(atAlice.Peers, peers => peers is [{ State.Typing: not null }]);
        atAlice.Show(state => state); // waits its turn: what made Bob's typing seen has set the timer that ends it
        Time.Advance(TimeSpan.FromSeconds(3.9));
        Assert.NotNull(atAlice.Peers.Value.Single().State.Typing);
        Time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Null(atAlice.Peers.Value.Single().State.Typing);

        // Typing on renews it.
        atBob.Show(state => state with { Typing = new(Node, until + 1_500) });
        await Eventually.SeesAsync(atAlice.Peers, peers => peers is [{ State.Typing: not null }]);
    }

    [Fact]
    public async Task Who_goes_silent_is_gone_when_the_lease_is_over()
    {
        using var atAlice = await JoinAsync(Alice, Time);
        using var atBob = await JoinAsync(Bob, Time);
        await MeetAsync(atAlice);
        Hub.Loses = frame => frame is ClientFrame.AwarenessUpdate;
        Time.Advance(TimeSpan.FromSeconds(25));
        Assert.Single(atAlice.Peers.Value);

        // What the hub had passed on before may still arrive and count from then.
        await Eventually.SeesAsync(() => AfterSeconds(5, atAlice), count => count == 0);
    }

    // Time passes meanwhile: whoever announced a moment ago answers a newcomer a little later.
    private Task<int> MeetAsync(PresenceSession session) => Eventually.SeesAsync(() => AfterSeconds(1, session), count => count == 1);

    private int AfterSeconds(int seconds, PresenceSession session)
    {
        Time.Advance(TimeSpan.FromSeconds(seconds));
        return session.Peers.Value.Count;
    }

    private async Task<PresenceSession> JoinAsync(Person person, TimeProvider? time = null)
    {
        await OpenAsync(person, time);
        var session = person.Client.Presence.Join(Node);
        await Eventually.SeesAsync(() => Hub.Received.OfType<ClientFrame.Handshake>().Any(h => h.Did == person.Id.Value), heard => heard);
        return session;
    }
}
