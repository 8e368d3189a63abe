using Parley.Ids;
using Parley.Json;
using Xunit;

namespace Parley.Calls;

/// <summary>Which call it is and who was in it; who is removed; how well a connection carries; ICE servers.</summary>
public sealed class CallStoryTests
{
    private static readonly PersonId Ann = PersonId.Parse("did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqH");
    private static readonly PersonId Bob = PersonId.Parse("did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX");
    private static readonly CallMedia Voice = new(Audio: true);

    [Fact]
    public void Everybody_knows_the_first_session_and_all_who_were_there()
    {
        var call = new SimulatedCall(3);
        var people = new List<SimulatedParticipant>();
        foreach (var (person, nonce) in new[] { (Ann, "1"), (Bob, "2"), (Ann, "3") })
        {
            people.Add(call.Join(Voice, SessionId.Of(person, nonce).Value));
            call.RunFor(3_000);
        }

        people[0].Run(machine => machine.Leave(call.NowMs));
        call.RunFor(4_000);

        Assert.All(people.Skip(1), one => Assert.Equal(new CallStory(SessionId.Of(Ann, "1"), 0, [.. new[] { Ann, Bob }.Order()]), one.State.Story));
        Assert.Empty(call.Faults);
    }

    [Fact]
    public void Of_two_calls_that_come_together_the_earlier_one_counts()
    {
        var one = new CallStory(SessionId.Of(Ann, "1"), 1_000, [Ann]);
        var other = new CallStory(SessionId.Of(Bob, "1"), 900, [Bob]);
        var both = new CallStory(other.First, 900, [.. new[] { Ann, Bob }.Order()]);

        Assert.Equal(both, CallStory.Earlier(one, other));
        Assert.Equal(both, CallStory.Earlier(other, one));
        Assert.Equal(one, CallStory.Earlier(null, one));
        Assert.Equal(both, CallStory.TryRead(both.ToJson()));
    }

    [Theory]
    [InlineData("""{"first":"a#1","at":-1,"people":[]}""")]
    [InlineData("""{"first":"","at":1,"people":[]}""")]
    [InlineData("""{"first":"a#1","at":1,"people":"x"}""")]
    [InlineData("""{"first":"a#1","at":"1","people":[]}""")]
    [InlineData("[]")]
    public void A_story_that_makes_no_sense_is_none(string json) => Assert.Null(CallStory.TryRead(JsonReader.Read(json)));

    [Fact]
    public void Whoever_is_removed_is_out_at_once_though_connected_and_stays_out()
    {
        var call = new SimulatedCall(5);
        var (ann, bob) = (call.Join(Voice, SessionId.Of(Ann, "1").Value), call.Join(Voice, SessionId.Of(Bob, "1").Value));
        call.RunFor(5_000);
        Assert.Equal(LinkHealth.Connected, ann.State.Peers.Single().Health);

        ann.Run(machine => machine.Remove(Bob, call.NowMs));
        Assert.Empty(ann.State.Peers);
        Assert.Equal(0, ann.Engine.Count);
        call.RunFor(10_000);
        Assert.Empty(ann.State.Peers);

        bob.Run(machine => machine.Expel(call.NowMs));
        Assert.Equal((CallPhase.Ended, EndReason.NotAMember), (bob.State.Phase, bob.State.End));
        Assert.Equal(0, bob.Engine.Count);
    }

    [Fact]
    public void Who_declined_is_seen_until_they_come()
    {
        var call = new SimulatedCall(9);
        var ann = call.Join(Voice, SessionId.Of(Ann, "1").Value);
        call.RunFor(3_000);
        call.Publish(new DeclineSignal(SessionId.Of(Bob, "9"), Bob.Value));
        call.RunFor(1_000);
        Assert.Equal([Bob], ann.State.Declined);

        call.Join(Voice, SessionId.Of(Bob, "1").Value);
        call.RunFor(3_000);
        Assert.Empty(ann.State.Declined);
    }

    [Theory]
    [InlineData(LinkHealth.Connecting, 0, 0, 0, CallQuality.None, QualityCause.NoConnection)]
    [InlineData(LinkHealth.Interrupted, 0, 0, 0, CallQuality.None, QualityCause.NoConnection)]
    [InlineData(LinkHealth.Connected, 0.01, 100, 20, CallQuality.Good, QualityCause.Nothing)]
    [InlineData(LinkHealth.Connected, 0.02, 100, 20, CallQuality.Fair, QualityCause.Loss)]
    [InlineData(LinkHealth.Connected, 0.01, 300, 20, CallQuality.Fair, QualityCause.Delay)]
    [InlineData(LinkHealth.Connected, 0.01, 100, 50, CallQuality.Fair, QualityCause.Delay)]
    [InlineData(LinkHealth.Connected, 0.08, 900, 20, CallQuality.Poor, QualityCause.Loss)]
    [InlineData(LinkHealth.Connected, 0.03, 700, 20, CallQuality.Poor, QualityCause.Delay)]
    [InlineData(LinkHealth.Connected, 0.03, 100, 120, CallQuality.Poor, QualityCause.Delay)]
    public void A_connection_is_as_good_as_its_worst_number(
        LinkHealth health, double loss, double roundTripMs, double jitterMs, CallQuality quality, QualityCause cause) =>
        Assert.Equal((quality, cause), new LinkStats(loss, roundTripMs, jitterMs, 0, 0).Judge(health));

    [Fact]
    public void Ice_servers_are_read_as_they_were_written_and_nothing_else_is()
    {
        var servers = new IceServers([new(["turn:h:3478?transport=udp", "turns:h:443"], "9:did", "c2VjcmV0"), new(["stun:h:3478"])], 3_600);
        var read = IceServers.TryRead(servers.ToJson())!;
        Assert.Equal(CanonicalJson.ToText(servers.ToJson()), CanonicalJson.ToText(read.ToJson()));
        foreach (var json in new[] { "{}", """{"servers":[],"lifetimeSeconds":0}""", """{"servers":[{}],"lifetimeSeconds":1}""", """{"servers":[{"urls":[1]}],"lifetimeSeconds":1}""", """{"servers":[{"urls":[]}],"lifetimeSeconds":1}""" })
        {
            Assert.Null(IceServers.TryRead(JsonReader.Read(json)));
        }
    }
}
