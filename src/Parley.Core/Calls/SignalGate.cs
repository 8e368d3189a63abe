using Parley.Identity;
using Parley.Ids;
using Parley.Json;

namespace Parley.Calls;

/// <summary>What became of a received signal.</summary>
internal enum SignalVerdict
{
    /// <summary>Signed by the person of its session, new, and in time.</summary>
    Accepted,
    /// <summary>Without a signature, from a peer that never signed: a reference peer, believed as the hub believes it.</summary>
    AcceptedUnsigned,
    /// <summary>Of an unknown kind or shape.</summary>
    Unknown,
    /// <summary>The session is not one of a person who could have signed, or <c>did</c> names somebody else.</summary>
    Foreign,
    /// <summary>The signature is malformed or does not hold; also a description without a fingerprint.</summary>
    Forged,
    /// <summary>Heard before.</summary>
    Replayed,
    /// <summary>Signed too long ago or in the future.</summary>
    Stale,
    /// <summary>Without a signature, where one is required: the person signs, or the kind is an addition.</summary>
    Unsigned,
}

/// <summary>A received signal that waits for its signature to be checked.</summary>
/// <param name="Verdict">What is known before the check; <see cref="SignalVerdict.Accepted"/> only once <see cref="Check"/> holds.</param>
/// <param name="Signal">The signal, where it could be read.</param>
/// <param name="Signature">Its signature, where it has one.</param>
/// <param name="Check">What to verify, or null where nothing is.</param>
internal readonly record struct SignalPlan(SignalVerdict Verdict, CallSignal? Signal, SignalSignature? Signature, SignatureCheck? Check);

/// <summary>
/// Lets signals of one call's topic in (W7): <see cref="Plan"/> reads and says what to verify, the platform verifies,
/// <see cref="Apply"/> decides and remembers. A person who signed once is never believed unsigned again.
/// </summary>
/// <remarks>Sans-I/O. Not safe for several threads.</remarks>
internal sealed class SignalGate(RoomId topic)
{
    /// <summary>How far the signer's clock may be from ours.</summary>
    public const long ClockDifferenceMsMax = 300_000;

    /// <summary>The most sessions whose counters are remembered; beyond, signals of further sessions are refused as stale.</summary>
    public const int SessionsMax = 4_096;

    private readonly Dictionary<SessionId, ReplayWindow> _heard = [];
    private readonly HashSet<PersonId> _signers = [];

    /// <summary>Reads a signal and says what is to be verified.</summary>
    /// <param name="data">The <c>data</c> of the <c>publish</c> frame.</param>
    /// <param name="nowMs">Own wall clock, Unix ms.</param>
    public SignalPlan Plan(JsonValue data, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!CallSignalReader.TryRead(data, out var signal))
        {
            return new(SignalVerdict.Unknown, null, null, null);
        }

        if (!SignalSignature.IsIn(data))
        {
            return new(IfUnsigned(signal), signal, null, null);
        }

        if (!signal.From.TryPerson(out var person) || (data["did"] is { } did && !string.Equals(did.Text, person.Value, StringComparison.Ordinal)))
        {
            return new(SignalVerdict.Foreign, signal, null, null);
        }

        if (!SignalSignature.TryRead(data, out var signature) || (data["sdp"]?.Text is { } sdp && SdpFingerprints.Of(sdp).Count == 0))
        {
            return new(SignalVerdict.Forged, signal, null, null);
        }

        var verdict = Math.Abs(nowMs - signature.TimeMs) > ClockDifferenceMsMax ? SignalVerdict.Stale : IfHeard(signal.From, signature.Counter);
        return new(verdict, signal, signature, verdict == SignalVerdict.Accepted ? signature.Check(person, topic, data) : null);
    }

    /// <summary>The verdict, after the check of <see cref="SignalPlan.Check"/> answered <paramref name="isSignatureValid"/> (any value where there was none).</summary>
    public SignalVerdict Apply(in SignalPlan plan, bool isSignatureValid)
    {
        if (plan is not { Verdict: SignalVerdict.Accepted, Signal: { } signal, Signature: { } signature })
        {
            // A signature may have come in between.
            return plan is { Verdict: SignalVerdict.AcceptedUnsigned, Signal: { } unsigned } ? IfUnsigned(unsigned) : plan.Verdict;
        }

        if (!isSignatureValid)
        {
            return SignalVerdict.Forged;
        }

        // Asked again: the same signal may have been planned twice before either check came back.
        var verdict = IfHeard(signal.From, signature.Counter);
        if (verdict == SignalVerdict.Accepted && signal.From.TryPerson(out var person))
        {
            var window = _heard.GetValueOrDefault(signal.From);
            window.Add(signature.Counter);
            _heard[signal.From] = window;
            _signers.Add(person);
        }

        return verdict;
    }

    /// <summary>
    /// A leave without a signature is let through even for those who sign: a hub says it for a socket that dropped. It carries no
    /// <c>seq</c>, so that the machine only shortens the lease: a forged one cannot remove anybody who is there.
    /// </summary>
    private SignalVerdict IfUnsigned(CallSignal signal) => signal switch
    {
        LeaveSignal { Seq: null } => SignalVerdict.AcceptedUnsigned,
        LeaveSignal or DeclineSignal or HelloSignal or RejectSignal or MediaSignal or LeaseSignal => SignalVerdict.Unsigned,
        _ => signal.From.TryPerson(out var person) && _signers.Contains(person) ? SignalVerdict.Unsigned : SignalVerdict.AcceptedUnsigned,
    };

    private SignalVerdict IfHeard(SessionId session, long counter) =>
        _heard.TryGetValue(session, out var window)
            ? window.Holds(counter) ? SignalVerdict.Replayed : SignalVerdict.Accepted
            : _heard.Count < SessionsMax ? SignalVerdict.Accepted : SignalVerdict.Stale;
}
