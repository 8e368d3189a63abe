using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Xunit;

namespace Parley.Calls;

/// <summary>W7: who speaks in a call is who they say, now, once, with the keys of their own media.</summary>
public sealed class SignalGateTests : IDisposable
{
    private const long NowMs = 1_780_000_000_000;
    private const string Sdp = "v=0\r\na=fingerprint:sha-256 AA:BB\r\n";

    private static readonly RoomId Topic = new("call:general");

    private readonly SodiumSigner _ann = new(Enumerable.Repeat((byte)1, 32).ToArray());
    private readonly SodiumSigner _bob = new(Enumerable.Repeat((byte)2, 32).ToArray());
    private readonly SignalGate _gate = new(Topic);

    private SessionId Ann => SessionId.Of(_ann.Person, "one");

    private SessionId Bob => SessionId.Of(_bob.Person, "one");

    [Fact]
    public void A_leave_that_somebody_else_signed_is_forged() =>
        Assert.Equal(SignalVerdict.Forged, Arrive(Signed(_bob, new LeaveSignal(Ann, 1))));

    [Fact]
    public void A_signal_for_another_call_is_forged() =>
        Assert.Equal(SignalVerdict.Forged, Arrive(Signed(_ann, new LeaveSignal(Ann, 1), topic: new("call:other"))));

    [Fact]
    public void A_swapped_fingerprint_is_forged()
    {
        var offer = Signed(_ann, new OfferSignal(Ann, Bob, Sdp, 1));

        Assert.Equal(SignalVerdict.Forged, Arrive(offer.With("sdp", JsonValue.Of(Sdp.Replace("AA", "CC", StringComparison.Ordinal)))));
        Assert.Equal(SignalVerdict.Accepted, Arrive(offer));
    }

    [Fact]
    public void A_description_without_a_fingerprint_is_forged_though_signed() =>
        Assert.Equal(SignalVerdict.Forged, Arrive(Signed(_ann, new OfferSignal(Ann, Bob, "v=0\r\n", 1))));

    [Fact]
    public void A_replayed_offer_is_refused_also_when_newer_ones_came_in_between()
    {
        var offer = Signed(_ann, new OfferSignal(Ann, Bob, Sdp, 1), counter: 1);
        Assert.Equal(SignalVerdict.Accepted, Arrive(offer));
        Assert.Equal(SignalVerdict.Accepted, Arrive(Signed(_ann, new LeaveSignal(Ann, 1), counter: 100)));

        Assert.Equal(SignalVerdict.Replayed, Arrive(offer));
    }

    [Fact]
    public void Signals_that_overtake_each_other_are_all_let_in_once()
    {
        long[] order = [3, 1, 2, 64, 60, 1, 3, 60];

        Assert.Equal(
            [SignalVerdict.Accepted, SignalVerdict.Accepted, SignalVerdict.Accepted, SignalVerdict.Accepted, SignalVerdict.Accepted,
                SignalVerdict.Replayed, SignalVerdict.Replayed, SignalVerdict.Replayed],
            order.Select(counter => Arrive(Signed(_ann, new MediaSignal(Ann, default, counter, 0), counter))));
    }

    [Fact]
    public void A_signal_planned_twice_before_its_check_came_back_is_let_in_once()
    {
        var signal = Signed(_ann, new LeaveSignal(Ann, 1));
        var (first, second) = (_gate.Plan(signal, NowMs), _gate.Plan(signal, NowMs));

        Assert.Equal(SignalVerdict.Accepted, _gate.Apply(first, isSignatureValid: true));
        Assert.Equal(SignalVerdict.Replayed, _gate.Apply(second, isSignatureValid: true));
    }

    [Fact]
    public void A_signal_of_another_hour_is_stale() =>
        Assert.Equal(SignalVerdict.Stale, Arrive(Signed(_ann, new LeaveSignal(Ann, 1), timeMs: NowMs - SignalGate.ClockDifferenceMsMax - 1)));

    [Fact]
    public void A_did_that_is_not_the_sessions_is_foreign() =>
        Assert.Equal(SignalVerdict.Foreign, Arrive(Signed(_ann, new AnnounceSignal(Ann, _bob.Person.Value, default))));

    [Fact]
    public void A_reference_peer_is_believed_unsigned_and_one_who_signed_never_again()
    {
        var announce = new AnnounceSignal(Ann, _ann.Person.Value, default);

        Assert.Equal(SignalVerdict.AcceptedUnsigned, Arrive(CallSignalWriter.Write(announce)));
        Assert.Equal(SignalVerdict.Accepted, Arrive(Signed(_ann, announce)));
        Assert.Equal(SignalVerdict.Unsigned, Arrive(CallSignalWriter.Write(announce)));
        Assert.Equal(SignalVerdict.Unsigned, Arrive(CallSignalWriter.Write(announce with { From = SessionId.Of(_ann.Person, "two") })));
    }

    [Fact]
    public void Additions_are_never_believed_unsigned()
    {
        Assert.Equal(SignalVerdict.Unsigned, Arrive(CallSignalWriter.Write(new LeaseSignal(Ann, _ann.Person.Value, default, 1, 0, []))));
        Assert.Equal(SignalVerdict.Unsigned, Arrive(CallSignalWriter.Write(new LeaveSignal(Ann, 1))));
    }

    [Fact]
    public void Unknown_kinds_are_unknown_and_unknown_members_ignored()
    {
        var leave = CallSignalWriter.Write(new LeaveSignal(Ann));

        Assert.Equal(SignalVerdict.AcceptedUnsigned, Arrive(leave.With("mood", JsonValue.Of("fine"))));
        Assert.Equal(SignalVerdict.Unknown, Arrive(leave.With("kind", JsonValue.Of("wave"))));
    }

    public void Dispose()
    {
        _ann.Dispose();
        _bob.Dispose();
    }

    private SignalVerdict Arrive(JsonValue data)
    {
        var plan = _gate.Plan(data, NowMs);
        return _gate.Apply(plan, plan.Check is { } check && SodiumSignatures.Verify(check));
    }

    private static JsonValue Signed(SodiumSigner signer, CallSignal signal, long counter = 1, long timeMs = NowMs, RoomId? topic = null)
    {
        var data = CallSignalWriter.Write(signal);
        ReadOnlyMemory<byte>[] messages = [SignalSignature.BytesToSign(topic ?? Topic, data, counter, timeMs)];
        var signing = signer.SignAsync(messages, TestContext.Current.CancellationToken).AsTask();
        Assert.True(signing.IsCompletedSuccessfully);
        return new SignalSignature(counter, timeMs, signing.GetAwaiter().GetResult()[0]).AddTo(data);
    }
}
