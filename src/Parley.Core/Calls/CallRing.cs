using Parley.Ids;

namespace Parley.Calls;

/// <summary>Where the ringing of a direct message's call stands for one who is not in it.</summary>
internal enum RingPhase
{
    /// <summary>Nobody calls.</summary>
    Quiet,
    /// <summary>It rings.</summary>
    Ringing,
    /// <summary>I am in the call, here or on another device.</summary>
    Answered,
    /// <summary>I declined; it stays silent until the call is over.</summary>
    Declined,
    /// <summary>It rang long enough; it stays silent until the call is over.</summary>
    TimedOut,
}

/// <summary>
/// Tells from a call's signals whether it rings. Inputs: signals (<see cref="Hear"/>), the person (<see cref="Answer"/>,
/// <see cref="Decline"/>), time (<see cref="Tick"/>).
/// </summary>
/// <remarks>Sans-I/O. Not safe for several threads. Times are of one monotone clock in ms.</remarks>
internal sealed class CallRing(PersonId me)
{
    /// <summary>It rings this long.</summary>
    public const long RingMs = 45_000;

    /// <summary>The most sessions that are followed; in a direct message more than the seats are nobody's honest doing.</summary>
    public const int SessionsMax = 64;

    private readonly Dictionary<SessionId, long> _lapse = [];
    private long _sinceMs;

    /// <summary>Where it stands.</summary>
    public RingPhase Phase { get; private set; }

    /// <summary>Who is in the call, sorted.</summary>
    public IReadOnlyList<PersonId> Callers => [.. Sessions(isMine: false).Distinct().Order()];

    /// <summary>A signal that may be believed.</summary>
    public void Hear(CallSignal signal, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(signal);
        switch (signal)
        {
            case LeaveSignal { Seq: null } when _lapse.TryGetValue(signal.From, out var lapse):
                // A hub's word for a socket that dropped.
                _lapse[signal.From] = Math.Min(lapse, nowMs + CallLimits.DroppedLeaseMs);
                break;
            case DeclineSignal when signal.From.TryPerson(out var person) && person == me:
                // On another device.
                Decline();
                break;
            case LeaveSignal:
                _lapse.Remove(signal.From);
                break;
            case AnnounceSignal or LeaseSignal or MediaSignal or WelcomeSignal when _lapse.Count < SessionsMax || _lapse.ContainsKey(signal.From):
                _lapse[signal.From] = nowMs + CallLimits.LeaseMs;
                break;
            default:
                return;
        }

        Tick(nowMs);
    }

    /// <summary>I come in here.</summary>
    public void Answer() => Phase = RingPhase.Answered;

    /// <summary>I do not want to.</summary>
    public void Decline()
    {
        if (Phase == RingPhase.Ringing)
        {
            Phase = RingPhase.Declined;
        }
    }

    /// <summary>Time passes.</summary>
    /// <param name="nowMs">Now.</param>
    /// <param name="isIn">I am in the call here.</param>
    public void Tick(long nowMs, bool isIn = false)
    {
        foreach (var lapsed in _lapse.Where(session => session.Value <= nowMs).Select(session => session.Key).ToList())
        {
            _lapse.Remove(lapsed);
        }

        var isCalled = Sessions(isMine: false).Any();
        var isAnswered = isIn || Sessions(isMine: true).Any();
        Phase = isAnswered ? RingPhase.Answered : Phase switch
        {
            RingPhase.Quiet => isCalled ? Ring(nowMs) : RingPhase.Quiet,
            RingPhase.Ringing => !isCalled ? RingPhase.Quiet : nowMs - _sinceMs >= RingMs ? RingPhase.TimedOut : RingPhase.Ringing,
            RingPhase.Answered or RingPhase.Declined or RingPhase.TimedOut => isCalled ? Phase : RingPhase.Quiet,
        };
    }

    private RingPhase Ring(long nowMs)
    {
        _sinceMs = nowMs;
        return RingPhase.Ringing;
    }

    private IEnumerable<PersonId> Sessions(bool isMine) =>
        _lapse.Keys.Select(session => session.TryPerson(out var person) ? person : (PersonId?)null).OfType<PersonId>().Where(person => person == me == isMine);
}
