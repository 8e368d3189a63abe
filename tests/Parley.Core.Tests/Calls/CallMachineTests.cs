using Xunit;

namespace Parley.Calls;

/// <summary>W24 and the seats of a call, in sentences.</summary>
public sealed class CallMachineTests
{
    private static readonly CallMedia Voice = new(Audio: true);
    private static readonly CallMedia Camera = new(Audio: true, Video: true);

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    public void All_who_fit_are_in_and_connected(int people)
    {
        var call = Joined(people, Voice);

        Assert.Equal(people, call.Seated.Count());
        Assert.All(call.Seated, person => Assert.Equal(people - 1, person.State.Peers.Count(peer => peer.Health == LinkHealth.Connected)));
        Assert.Empty(call.Faults);
    }

    [Theory]
    [InlineData(8, false, EndReason.Full)]
    [InlineData(4, true, EndReason.Full)]
    public void One_too_many_is_told_that_the_call_is_full_and_nobody_else_is(int people, bool isVideo, EndReason why)
    {
        var call = Joined(people, isVideo ? Camera : Voice);
        var late = call.Join(Voice);
        call.RunFor(3_000);

        Assert.Equal((CallPhase.Ended, why), (late.Machine.Phase, late.State.End));
        Assert.Equal(people, call.Seated.Count());
        Assert.All(call.Seated, person => Assert.Null(person.State.CameraRefusal));
    }

    [Fact]
    public void One_with_a_camera_is_told_that_there_is_room_for_a_voice()
    {
        var call = Joined(4, Voice);
        var late = call.Join(Camera);
        call.RunFor(3_000);

        Assert.Equal(EndReason.CameraFull, late.State.End);
    }

    [Fact]
    public void Nine_at_once_over_a_bad_line_fill_exactly_eight_seats()
    {
        var call = new SimulatedCall(7) { Loss = 0.1, DelayMsMax = 150 };
        for (var i = 0; i < 9; i++)
        {
            call.Join(Voice);
        }

        call.RunFor(20_000);

        Assert.Equal(8, call.Seated.Count());
        Assert.Equal(EndReason.Full, Assert.Single(call.People, person => person.Machine.Phase == CallPhase.Ended).State.End);
    }

    [Fact]
    public void A_camera_turned_on_among_six_voices_is_refused_to_that_person_only()
    {
        var call = Joined(6, Voice);
        var person = call.People[3];
        person.Run(machine => machine.Want(Camera, call.NowMs));
        call.RunFor(2_000);

        Assert.Equal((CallPhase.Seated, false, RejectReason.CameraFull), (person.Machine.Phase, person.State.Media.Video, person.State.CameraRefusal));
        Assert.All(call.Seated.Where(other => other != person), other => Assert.Null(other.State.CameraRefusal));
        Assert.Equal(6, call.Seated.Count());
    }

    [Fact]
    public void A_shared_screen_is_no_camera_and_everybody_hears_of_it()
    {
        var call = Joined(6, Voice);
        call.People[0].Run(machine => machine.Want(Voice with { Screen = true, Hand = true }, call.NowMs));
        call.RunFor(500);

        Assert.All(call.People.Skip(1), person =>
            Assert.Equal(Voice with { Screen = true, Hand = true }, person.State.Peers.Single(peer => peer.Session == call.People[0].Session).Media));
    }

    [Fact]
    public void Four_may_turn_their_cameras_on_at_once()
    {
        var call = Joined(4, Voice);
        foreach (var person in call.People)
        {
            person.Run(machine => machine.Want(Camera, call.NowMs));
        }

        call.RunFor(3_000);

        Assert.All(call.Seated, person => Assert.True(person.State.Media.Video));
    }

    [Fact]
    public void A_seat_of_one_who_crashed_is_free_within_fifteen_seconds()
    {
        var call = Joined(3, Voice);
        call.People[1].IsAlive = false;
        call.RunFor(15_000);

        Assert.All(call.Seated, person => Assert.Single(person.State.Peers));
    }

    [Fact]
    public void A_leave_that_a_hub_says_removes_nobody_who_is_there()
    {
        var call = Joined(3, Voice);
        call.Publish(new LeaveSignal(call.People[0].Session));
        call.RunFor(20_000);

        Assert.All(call.Seated, person => Assert.Equal(2, person.State.Peers.Count));
    }

    [Fact]
    public void Media_go_on_while_signaling_is_down_for_everybody()
    {
        var call = Joined(4, Voice);
        foreach (var person in call.People)
        {
            person.Run(machine => machine.SignalingDown());
        }

        call.RunFor(60_000);
        Assert.All(call.Seated, person => Assert.Equal(3, person.State.Peers.Count(peer => peer.Health == LinkHealth.Connected)));
    }

    [Fact]
    public void Both_may_want_to_negotiate_at_once_and_only_the_smaller_session_offers()
    {
        var call = new SimulatedCall(3);
        var (small, large) = (call.Join(Voice, "a#1"), call.Join(Voice, "b#1"));
        call.RunFor(5_000);
        small.Run(machine => machine.NegotiationNeeded(large.Session, call.NowMs));
        var asked = large.Machine.NegotiationNeeded(small.Session, call.NowMs);

        Assert.Empty(asked.Commands);
        Assert.Equal(HelloAsk.Offer, Assert.IsType<HelloSignal>(Assert.Single(asked.Signals)).Ask);
        call.RunFor(5_000);
        Assert.Empty(call.Faults);
        Assert.All(call.Seated, person => Assert.Equal(LinkHealth.Connected, person.State.Peers[0].Health));
    }

    [Fact]
    public void Towards_reference_peers_only_the_reference_signals_matter()
    {
        var (ours, first, last) = (new CallMachine(SessionId.Parse("m#1")), SessionId.Parse("a#1"), SessionId.Parse("z#1"));
        ours.Join(Voice, 1);
        for (var nowMs = 250; nowMs <= 1_250; nowMs += 250)
        {
            ours.Tick(nowMs);
        }

        Assert.Equal(CallPhase.Seated, ours.Phase);
        var welcomed = ours.Receive(new AnnounceSignal(last, "z", Voice), 1_300);
        Assert.Contains(welcomed.Signals, signal => signal is WelcomeSignal { Claim: null } welcome && welcome.To == last);
        Assert.Contains(new MakeOffer(last, 1, IsIceRestart: false), welcomed.Commands);

        var offered = ours.OfferMade(last, 1, "offer", 1_310);
        Assert.Equal(new OfferSignal(ours.State.Peers[0].Session, last, "offer") with { From = SessionId.Parse("m#1") }, Assert.Single(offered.Signals));
        var candidate = new IceSignal(last, SessionId.Parse("m#1"), Parley.Json.JsonValue.EmptyObject);
        Assert.Empty(ours.Receive(candidate, 1_320).Commands);
        Assert.Equal(
            [new TakeAnswer(last, 1, "answer"), new AddCandidate(last, candidate.Candidate)],
            ours.Receive(new AnswerSignal(last, SessionId.Parse("m#1"), "answer"), 1_330).Commands);

        var answered = ours.Receive(new OfferSignal(first, SessionId.Parse("m#1"), "theirs"), 1_340);
        Assert.Equal([new OpenLink(first, IsOfferer: false), new TakeOffer(first, 1, "theirs")], answered.Commands);
        Assert.Equal(new AnswerSignal(SessionId.Parse("m#1"), first, "mine"), Assert.Single(ours.AnswerMade(first, 1, "mine", 1_350).Signals));

        // A picture towards one that offered a voice alone: it never offers again, so we do, smaller session or not, and once.
        Assert.Equal([new MakeOffer(first, 2, IsIceRestart: false)], ours.NegotiationNeeded(first, 1_360).Commands);
        Assert.Equal(new OfferSignal(SessionId.Parse("m#1"), first, "more", IsFresh: false), Assert.Single(ours.OfferMade(first, 2, "more", 1_370).Signals));
        Assert.Equal([new TakeAnswer(first, 2, "yes")], ours.Receive(new AnswerSignal(first, SessionId.Parse("m#1"), "yes"), 1_380).Commands);
        Assert.Empty(ours.NegotiationNeeded(first, 1_390).Commands);
    }

    [Fact]
    public void What_flowed_and_stopped_gets_fresh_ice_once_before_the_engine_says_anything()
    {
        var call = new SimulatedCall(3);
        var (small, large) = (call.Join(Voice, "a#1"), call.Join(Voice, "b#1"));
        call.RunFor(5_000);
        var bytes = 0L;

        // Nothing ever came in: nothing is missed.
        Assert.Empty(Measure(small, large.Session, 10, risesEvery: 0));

        // Where only reports come in, now and then, no pause means anything.
        Assert.Empty(Measure(small, large.Session, 60, risesEvery: 2));
        Assert.Empty(Measure(small, large.Session, 60, risesEvery: 4));

        // It flowed, and stopped: once, when the pause is two seconds long.
        Assert.Empty(Measure(small, large.Session, 10, risesEvery: 1));
        Assert.Equal([2], Measure(small, large.Session, 60, risesEvery: 0));
        Assert.Empty(Measure(small, large.Session, 2, risesEvery: 1));
        Assert.Empty(Measure(small, large.Session, 10, risesEvery: 0));
        Assert.Empty(Measure(small, large.Session, 10, risesEvery: 1));
        Assert.Equal([2], Measure(small, large.Session, 10, risesEvery: 0));

        // The larger session asks for it.
        Assert.Empty(Measure(large, small.Session, 10, risesEvery: 1));
        Assert.Equal([2], Measure(large, small.Session, 10, risesEvery: 0));
        Assert.Empty(call.Faults);
        Assert.All(call.Seated, person => Assert.Equal(LinkHealth.Connected, person.State.Peers[0].Health));

        // At which of so many seconds a restart is wanted.
        List<int> Measure(SimulatedParticipant person, SessionId of, int seconds, int risesEvery)
        {
            var restarts = new List<int>();
            for (var second = 1; second <= seconds; second++)
            {
                bytes += risesEvery > 0 && second % risesEvery == 0 ? 5_000 : 0;
                person.Run(machine =>
                {
                    var step = machine.Measured(of, bytes, call.NowMs);
                    if (step.Commands.Any(command => command is MakeOffer { IsIceRestart: true }) || step.Signals.Any(signal => signal is HelloSignal { Ask: HelloAsk.Restart }))
                    {
                        restarts.Add(second);
                    }

                    return step;
                });
                call.RunFor(1_000);
            }

            return restarts;
        }
    }

    [Fact]
    public void A_connection_that_gets_on_is_not_begun_anew_however_long_it_takes()
    {
        var (ours, other) = (new CallMachine(SessionId.Parse("m#1")), SessionId.Parse("z#1"));
        ours.Join(Voice, 1);
        ours.Tick(1_100);
        ours.Receive(new AnnounceSignal(other, "z", Voice), 1_300);
        ours.OfferMade(other, 1, "offer", 1_400);
        ours.Receive(new AnswerSignal(other, SessionId.Parse("m#1"), "answer"), 1_500);

        Assert.Empty(BegunAnew(fromMs: 1_500, toMs: 40_000, getsOn: true));
        Assert.Equal([36_000 + CallLimits.ConnectMs], BegunAnew(fromMs: 40_000, toMs: 50_000, getsOn: false));

        // When it was.
        List<long> BegunAnew(long fromMs, long toMs, bool getsOn)
        {
            var anew = new List<long>();
            for (var nowMs = fromMs; nowMs < toMs; nowMs += CallMachine.TickMs)
            {
                ours.Receive(new AnnounceSignal(other, "z", Voice), nowMs);
                if (getsOn && nowMs % 6_000 == 0)
                {
                    ours.HealthChanged(other, LinkHealth.Connecting, nowMs);
                }

                if (ours.Tick(nowMs).Commands.Any(command => command is OpenLink))
                {
                    anew.Add(nowMs);
                }
            }

            return anew;
        }
    }

    [Fact]
    public void A_call_in_which_nobody_can_be_reached_ends_and_says_so()
    {
        var ours = new CallMachine(SessionId.Parse("m#1"));
        ours.Join(Voice, 1);
        ours.Tick(1_100);
        for (long nowMs = 1_200; nowMs < 120_000; nowMs += CallMachine.TickMs)
        {
            ours.Receive(new LeaseSignal(SessionId.Parse("z#1"), "z", Voice, nowMs, 1, []), nowMs);
            ours.Tick(nowMs);
        }

        Assert.Equal((CallPhase.Ended, EndReason.Unreachable), (ours.Phase, ours.State.End));
    }

    private static SimulatedCall Joined(int people, CallMedia media)
    {
        var call = new SimulatedCall(people);
        for (var i = 0; i < people; i++)
        {
            call.Join(media);
            call.RunFor(1_500);
        }

        call.RunFor(3_000);
        return call;
    }
}
