using Parley.Ids;
using Xunit;

namespace Parley.Calls;

/// <summary>When a direct message rings.</summary>
public sealed class CallRingTests
{
    private static readonly PersonId Me = PersonId.Parse("did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX");
    private static readonly PersonId Ann = PersonId.Parse("did:key:z6Mkv1o2GEgtXjFdEMfLtupcKhGRydM8V7VHzii7Uh4aHoqH");
    private readonly CallRing _ring = new(Me);

    [Fact]
    public void It_rings_for_so_long_and_is_silent_until_the_call_is_over()
    {
        Hear(0);
        Assert.Equal((RingPhase.Ringing, Ann), (_ring.Phase, Assert.Single(_ring.Callers)));
        for (var now = 0L; now < CallRing.RingMs; now += 3_000)
        {
            Hear(now);
            Assert.Equal(RingPhase.Ringing, _ring.Phase);
        }

        Hear(CallRing.RingMs);
        Assert.Equal(RingPhase.TimedOut, _ring.Phase);
        Hear(CallRing.RingMs + 60_000);
        Assert.Equal(RingPhase.TimedOut, _ring.Phase);
        _ring.Hear(new LeaveSignal(Session(Ann), 9), CallRing.RingMs + 60_001);
        Assert.Equal(RingPhase.Quiet, _ring.Phase);
        Hear(CallRing.RingMs + 61_000);
        Assert.Equal(RingPhase.Ringing, _ring.Phase);
    }

    [Fact]
    public void A_caller_who_vanishes_rings_no_longer_than_the_lease()
    {
        Hear(0);
        _ring.Tick(CallLimits.LeaseMs - 1);
        Assert.Equal(RingPhase.Ringing, _ring.Phase);
        _ring.Tick(CallLimits.LeaseMs);
        Assert.Equal(RingPhase.Quiet, _ring.Phase);

        Hear(20_000);
        _ring.Hear(new LeaveSignal(Session(Ann)), 20_100);
        Assert.Equal(RingPhase.Ringing, _ring.Phase);
        _ring.Tick(20_100 + CallLimits.DroppedLeaseMs);
        Assert.Equal(RingPhase.Quiet, _ring.Phase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_taken_here_or_on_another_device_or_declined_stays_silent(bool isDeclined)
    {
        Hear(0);
        if (isDeclined)
        {
            _ring.Decline();
        }
        else
        {
            _ring.Hear(new AnnounceSignal(Session(Me), Me.Value, default), 1_000);
            _ring.Hear(new LeaveSignal(Session(Me), 2), 2_000);
        }

        Hear(3_000);
        Assert.Equal(isDeclined ? RingPhase.Declined : RingPhase.Answered, _ring.Phase);
        _ring.Tick(3_000 + CallLimits.LeaseMs);
        Assert.Equal(RingPhase.Quiet, _ring.Phase);

        // To decline what does not ring changes nothing.
        _ring.Decline();
        Assert.Equal(RingPhase.Quiet, _ring.Phase);
    }

    [Fact]
    public void What_another_device_declined_is_silent_here()
    {
        Hear(0);
        _ring.Hear(new DeclineSignal(SessionId.Of(Ann, "2"), Ann.Value), 100);
        Assert.Equal(RingPhase.Ringing, _ring.Phase);
        _ring.Hear(new DeclineSignal(SessionId.Of(Me, "2"), Me.Value), 200);
        Assert.Equal(RingPhase.Declined, _ring.Phase);
        Hear(3_000);
        Assert.Equal(RingPhase.Declined, _ring.Phase);
    }

    [Fact]
    public void Descriptions_claims_and_floods_ring_nothing()
    {
        _ring.Hear(new OfferSignal(Session(Ann), Session(Me), "v=0"), 0);
        _ring.Hear(new HelloSignal(Session(Ann), null, Ann.Value, default, HelloAsk.Seat, 1), 0);
        Assert.Equal(RingPhase.Quiet, _ring.Phase);

        for (var i = 0; i < 2 * CallRing.SessionsMax; i++)
        {
            _ring.Hear(new AnnounceSignal(SessionId.Of(Ann, $"n{i}"), Ann.Value, default), 0);
        }

        Assert.Equal(RingPhase.Ringing, _ring.Phase);
        Assert.Single(_ring.Callers);
    }

    private static SessionId Session(PersonId person) => SessionId.Of(person, "1");

    private void Hear(long nowMs) => _ring.Hear(new LeaseSignal(Session(Ann), Ann.Value, default, 1, 1, []), nowMs);
}
