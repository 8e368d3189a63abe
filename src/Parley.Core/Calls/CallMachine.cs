using Parley.Ids;
using Parley.Json;

namespace Parley.Calls;

/// <summary>
/// One session's part in a call, sans-I/O. Inputs, by origin: the person (<see cref="Join"/>, <see cref="Want"/>, <see cref="Leave"/>),
/// the others (<see cref="Receive"/>, after <see cref="SignalGate"/>), the media engine (<see cref="OfferMade"/>, <see cref="AnswerMade"/>,
/// <see cref="CandidateFound"/>, <see cref="HealthChanged"/>, <see cref="Measured"/>, <see cref="NegotiationNeeded"/>), the network
/// (<see cref="NetworkChanged"/>, <see cref="SignalingDown"/>, <see cref="SignalingUp"/>) and time (<see cref="Tick"/>). Each answers with what is to be done.
/// </summary>
/// <remarks>Not safe for several threads. Times are of one monotone clock in ms, greater than 0.</remarks>
internal sealed partial class CallMachine
{
    /// <summary>How often <see cref="Tick"/> wants to be called.</summary>
    public const long TickMs = 250;

    private readonly SessionId _self;
    private readonly CallOutput _output;
    private readonly Dictionary<SessionId, CallMember> _members = [];

    private CallPhase _phase;
    private EndReason? _end;
    private CallMedia _media;
    private CallMedia _wanted;
    private RejectReason? _refusal;
    private long _round;
    private long _seq;
    private long _leaseMs;
    private bool _isLeaseDue;
    private readonly long _joinedAtMs;
    private CallStory? _story;
    private readonly SortedSet<PersonId> _declined = [];

    /// <summary>The part of a session in a call.</summary>
    /// <param name="self">The session, which must be new: an id is never used for two joins.</param>
    /// <param name="joinedAtMs">Its wall clock now, Unix ms: when the call began, where it is the first in it.</param>
    public CallMachine(SessionId self, long joinedAtMs = 0)
    {
        (_self, _joinedAtMs) = (self, joinedAtMs);
        _output = new(self.TryPerson(out var person) ? person.Value : "");
    }

    /// <summary>Where one's own part stands.</summary>
    public CallPhase Phase => _phase;

    /// <summary>The call as it stands.</summary>
    public CallState State => new(
        _phase, _end, _media, _refusal, _output.IsSignaling,
        [.. Seated.OrderBy(member => member.Session).Select(Shown)], _story, [.. _declined]);

    private IEnumerable<CallMember> Seated => _members.Values.Where(member => member.Standing == Standing.Seated);

    /// <summary>Asks for a seat.</summary>
    public CallStep Join(CallMedia media, long nowMs) => Done(_phase switch
    {
        CallPhase.New => Ask(media, nowMs),
        CallPhase.Asking or CallPhase.Seated or CallPhase.Ended => throw new InvalidOperationException("A session joins once."),
    });

    /// <summary>Changes what is sent. The camera waits for the consent of those who sit; the rest takes effect at once.</summary>
    public CallStep Want(CallMedia media, long nowMs) => Done(_phase switch
    {
        CallPhase.New or CallPhase.Ended => false,
        CallPhase.Asking => AskOtherwise(media, nowMs),
        CallPhase.Seated => Change(media, nowMs),
    });

    /// <summary>Leaves.</summary>
    public CallStep Leave(long nowMs) => Done(_phase switch
    {
        CallPhase.New or CallPhase.Ended => false,
        CallPhase.Asking or CallPhase.Seated => Over(EndReason.Left, nowMs),
    });

    /// <summary>This person may not be in the channel, or not any more.</summary>
    public CallStep Expel(long nowMs) => Done(_phase switch
    {
        CallPhase.New or CallPhase.Ended => false,
        CallPhase.Asking or CallPhase.Seated => Over(EndReason.NotAMember, nowMs),
    });

    /// <summary>Somebody may not be in the channel any more: their sessions are out, whatever flows from them.</summary>
    public CallStep Remove(PersonId person, long nowMs)
    {
        foreach (var member in _members.Values.Where(member => member.Session.TryPerson(out var of) && of == person).ToList())
        {
            Dismiss(member, nowMs);
        }

        return Done(TakeSeatIfFree(nowMs));
    }

    /// <summary>Takes a signal that the gate let in. What is not for this session, or not expected, changes nothing.</summary>
    public CallStep Receive(CallSignal signal, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(signal);
        var isHeard = signal.From != _self && (signal.Target is not { } target || target == _self) && _output.IsSignaling;
        return Done(isHeard && _phase switch
        {
            CallPhase.New or CallPhase.Ended => false,
            CallPhase.Asking or CallPhase.Seated => Hear(signal, nowMs),
        });
    }

    /// <summary>The engine made the offer of a round.</summary>
    public CallStep OfferMade(SessionId peer, long round, string sdp, long nowMs) => OnLink(peer, link => link.OfferMade(round, sdp, nowMs));

    /// <summary>The engine made the answer of a round.</summary>
    public CallStep AnswerMade(SessionId peer, long round, string sdp, long nowMs) => OnLink(peer, link => link.AnswerMade(round, sdp, nowMs));

    /// <summary>The engine found a local candidate for the descriptions of a round.</summary>
    public CallStep CandidateFound(SessionId peer, long round, JsonValue candidate) => OnLink(peer, link => link.CandidateFound(round, candidate));

    /// <summary>The connection to a peer changed.</summary>
    public CallStep HealthChanged(SessionId peer, LinkHealth health, long nowMs) => OnLink(peer, link => link.HealthHeard(health, nowMs));

    /// <summary>So many bytes came in from a peer over its connection so far.</summary>
    public CallStep Measured(SessionId peer, long receivedBytes, long nowMs) => OnLink(peer, link => link.Measured(receivedBytes, nowMs));

    /// <summary>The engine wants the descriptions exchanged again.</summary>
    public CallStep NegotiationNeeded(SessionId peer, long nowMs) => OnLink(peer, link => link.Wish(HelloAsk.Offer, nowMs));

    /// <summary>This device has another network: every connection gathers anew; nobody is told anything else.</summary>
    public CallStep NetworkChanged(long nowMs)
    {
        foreach (var member in Seated)
        {
            member.Link?.NetworkChanged(nowMs);
        }

        return Done(true);
    }

    /// <summary>The way to the others is cut. Media go on; no lease lapses because we hear nothing.</summary>
    public CallStep SignalingDown()
    {
        _output.IsSignaling = false;
        return Done(true);
    }

    /// <summary>Signals reach the others again: the seat is said to be held still, and the others have a whole lease to say the same.</summary>
    public CallStep SignalingUp(long nowMs)
    {
        _output.IsSignaling = true;
        foreach (var member in _members.Values.Where(member => member.IsCounted || member.IsClaiming))
        {
            (member.HeardMs, member.ClaimMs) = (nowMs, member.IsClaiming ? nowMs : member.ClaimMs);
        }

        (_askedMs, _isLeaseDue) = (nowMs, true);
        return Tick(nowMs);
    }

    /// <summary>Time passes: leases, heartbeats, claims and attempts.</summary>
    public CallStep Tick(long nowMs) => Done(_phase switch
    {
        CallPhase.New or CallPhase.Ended => false,
        CallPhase.Asking => Lapse(nowMs) && Claim(nowMs),
        CallPhase.Seated => Lapse(nowMs) && Claim(nowMs) && Sit(nowMs),
    });

    private static CallPeer Shown(CallMember member) =>
        new(member.Session, member.Media, member.Link?.Health ?? LinkHealth.Connecting, member.Link?.Phase == LinkPhase.GivenUp);

    // What the step changed is in the output; the truth value only lets a switch be an expression.
    private CallStep Done(bool _) => _output.Take();

    private CallStep OnLink(SessionId peer, Action<CallLink> act)
    {
        if (_members.TryGetValue(peer, out var member) && member.Link is { } link)
        {
            act(link);
        }

        return Done(true);
    }

    private bool Over(EndReason reason, long nowMs)
    {
        if (_phase == CallPhase.Asking)
        {
            Withdraw(nowMs);
        }

        _output.Send(new LeaveSignal(_self, ++_seq));
        foreach (var member in _members.Values)
        {
            Unlink(member);
        }

        _members.Clear();
        (_phase, _end, _media) = (CallPhase.Ended, reason, default);
        return true;
    }

    private void Dismiss(CallMember member, long nowMs)
    {
        Unlink(member);
        member.Drop();
        (member.Standing, member.HeardMs) = (Standing.Left, nowMs);
        _isLeaseDue = true;
    }

    private static void Unlink(CallMember member)
    {
        member.Link?.Close();
        member.Link = null;
        member.EarlyCandidates.Clear();
        member.EarlyOffer = null;
    }

    /// <summary>Heartbeat, connections, and giving way where there are more than the seats.</summary>
    private bool Sit(long nowMs)
    {
        if (_phase != CallPhase.Seated)
        {
            return false;
        }

        if (_isLeaseDue || nowMs - _leaseMs >= CallLimits.HeartbeatMs)
        {
            (_isLeaseDue, _leaseMs) = (false, nowMs);
            _output.Send(new LeaseSignal(_self, _output.Did, _media, ++_seq, _settled, Roster(), Told()));
        }

        foreach (var member in Seated.OrderBy(member => member.Session).ToList())
        {
            LinkIfRoom(member, nowMs);
            member.Link?.Tick(nowMs);
            if (member is { IsReference: true, Link.Phase: LinkPhase.GivenUp })
            {
                // It has no lease; the connection was its only sign of life.
                Unlink(member);
                member.Standing = Standing.Left;
            }
        }

        return GiveWay(nowMs) && EndIfUnreachable(nowMs);
    }

    private bool EndIfUnreachable(long nowMs)
    {
        var links = Seated.Where(member => member.Link is not null).ToList();
        return links.Count == 0 || links.Exists(member => member.Link!.Phase != LinkPhase.GivenUp) || Over(EndReason.Unreachable, nowMs);
    }

    private void LinkIfRoom(CallMember member, long nowMs)
    {
        if (_phase != CallPhase.Seated || member.Link is not null || member.Standing != Standing.Seated)
        {
            return;
        }

        var linked = Seated.Where(other => other.Link is not null).Append(member).ToList();
        if (linked.Count + 1 > CallLimits.SeatsMax(_media.Video || linked.Exists(other => other.Media.Video)))
        {
            return;
        }

        var link = member.Link = new(_self, member, _output, () => ++_round, nowMs);
        if (member.EarlyOffer is { } offer)
        {
            link.OfferHeard(offer, nowMs);
        }

        member.EarlyCandidates.ForEach(link.IceHeard);
        member.EarlyCandidates.Clear();
        member.EarlyOffer = null;
    }

    private SeatEntry[] Roster() =>
        [.. Seated.Select(member => new SeatEntry(member.Session, member.Media.Video, member.IsReference)).Append(new(_self, _media.Video, false))
            .OrderBy(seat => seat.Session)];

    private CallStory? Told() => _story = _story?.With(Seated.Select(member => member.Session).Append(_self));
}
