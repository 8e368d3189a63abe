using Parley.Json;

namespace Parley.Calls;

/// <summary>Where the descriptions of one connection stand.</summary>
internal enum LinkPhase
{
    /// <summary>The engine makes our offer.</summary>
    MakingOffer,
    /// <summary>Our offer is on its way.</summary>
    AwaitingAnswer,
    /// <summary>The other is to offer.</summary>
    AwaitingOffer,
    /// <summary>The engine makes our answer.</summary>
    MakingAnswer,
    /// <summary>Both descriptions of the round are in.</summary>
    Stable,
    /// <summary>Given up.</summary>
    GivenUp,
}

/// <summary>
/// The negotiation of one connection. Inputs: descriptions and candidates of the other, descriptions and candidates and health from the
/// engine, what was measured, wishes (negotiate, restart), time. Only the smaller session offers, so that two offers never cross; the larger asks for one.
/// </summary>
internal sealed class CallLink
{
    private readonly SessionId _self;
    private readonly CallMember _peer;
    private readonly CallOutput _output;
    private readonly Func<long> _nextRound;
    private readonly List<(JsonValue Candidate, long? Round)> _early = [];
    private LinkFlow _flow = new();

    private string? _localSdp;
    private long _phaseMs;
    private long _saidMs;
    private long _healthMs;
    private long _describedRound;
    private long _freshRound;
    private HelloAsk? _again;
    private bool _isFresh;
    private bool _isOpen;
    private bool _hasTurned;
    private int _attempts;

    public CallLink(SessionId self, CallMember peer, CallOutput output, Func<long> nextRound, long nowMs)
    {
        (_self, _peer, _output, _nextRound) = (self, peer, output, nextRound);
        _healthMs = nowMs;
        Enter(LinkPhase.AwaitingOffer, nowMs);
        if (IsOfferer)
        {
            Offer(HelloAsk.Fresh, nowMs);
        }
    }

    public LinkPhase Phase { get; private set; }

    public LinkHealth Health { get; private set; }

    private bool IsOfferer => _self.CompareTo(_peer.Session) < 0;

    private SessionId To => _peer.Session;

    /// <summary>How long an interrupted connection has: by itself at first, then with fresh ICE.</summary>
    private long WayBackMs => _attempts == 0 ? CallLimits.InterruptedMs : CallLimits.ConnectMs;

    public void OfferMade(long round, string sdp, long nowMs)
    {
        if (Phase == LinkPhase.MakingOffer && round == _peer.Round)
        {
            _localSdp = sdp;
            Enter(LinkPhase.AwaitingAnswer, nowMs);
            SayDescription(nowMs);
        }
    }

    public void AnswerMade(long round, string sdp, long nowMs)
    {
        if (Phase == LinkPhase.MakingAnswer && round == _peer.Round)
        {
            _localSdp = sdp;
            Enter(LinkPhase.Stable, nowMs);
            SayDescription(nowMs);
        }
    }

    public void CandidateFound(long round, JsonValue candidate)
    {
        if (_isOpen && round >= _freshRound)
        {
            _output.Send(new IceSignal(_self, To, candidate, _peer.IsReference ? null : round));
        }
    }

    /// <summary>An offer of the other. One whose turn it is not, is not heard; one heard already is answered again with the same words.</summary>
    public void OfferHeard(OfferSignal offer, long nowMs)
    {
        if (IsOfferer && !_peer.IsReference)
        {
            return;
        }

        var round = offer.Round ?? _peer.Round + 1;
        if (round < _peer.Round)
        {
            return;
        }

        if (round == _peer.Round)
        {
            if (Phase == LinkPhase.Stable && _isOpen)
            {
                SayDescription(nowMs);
            }

            return;
        }

        _peer.Round = round;
        var isFresh = offer.Round is null ? !_isOpen : offer.IsFresh;
        if (!isFresh && !_isOpen)
        {
            Ask(HelloAsk.Fresh, nowMs);
            return;
        }

        if (isFresh)
        {
            Open(round, isOfferer: false);
        }

        _output.Do(new TakeOffer(To, round, offer.Sdp));
        Enter(LinkPhase.MakingAnswer, nowMs);
        Described(round);
    }

    public void AnswerHeard(AnswerSignal answer, long nowMs)
    {
        if (Phase == LinkPhase.AwaitingAnswer && (answer.Round ?? _peer.Round) == _peer.Round)
        {
            _output.Do(new TakeAnswer(To, _peer.Round, answer.Sdp));
            Enter(LinkPhase.Stable, nowMs);
            Described(_peer.Round);
            if (_again is { } again)
            {
                Offer(again, nowMs);
            }
        }
    }

    /// <summary>A candidate waits until the description of its round is in; one of a connection that is gone is dropped.</summary>
    public void IceHeard(IceSignal ice)
    {
        var round = ice.Round ?? Math.Max(_describedRound, _freshRound);
        if (_describedRound > 0 && round <= _describedRound && round >= _freshRound)
        {
            _output.Do(new AddCandidate(To, ice.Candidate));
        }
        else if ((round > _describedRound || _describedRound == 0) && round >= _freshRound && _early.Count < CallLimits.CandidatesMax)
        {
            _early.Add((ice.Candidate, ice.Round));
        }
    }

    /// <summary>The other asks for an offer. What it asks for after a round that is over already, was answered.</summary>
    public void Asked(HelloAsk ask, long roundHeard, long nowMs)
    {
        if (!IsOfferer)
        {
            return;
        }

        if (Phase == LinkPhase.AwaitingAnswer && roundHeard < _peer.Round)
        {
            SayDescription(nowMs);
        }
        else if (roundHeard >= _peer.Round)
        {
            Wish(ask, nowMs);
        }
    }

    /// <summary>Wants a negotiation: the tracks changed (offer), the network did (restart), the connection is beyond repair (fresh).</summary>
    public void Wish(HelloAsk ask, long nowMs)
    {
        _ = Phase switch
        {
            LinkPhase.MakingOffer or LinkPhase.AwaitingAnswer => Later(ask),
            LinkPhase.AwaitingOffer or LinkPhase.MakingAnswer => IsOfferer ? Later(ask) : Said(ask, nowMs),
            LinkPhase.Stable => Turn(ask, nowMs),
            LinkPhase.GivenUp => Revive(nowMs),
        };
    }

    /// <summary>Connecting is said again with every step of the way: a busy device takes long for each, and is not to begin anew while it gets on.</summary>
    public void HealthHeard(LinkHealth health, long nowMs)
    {
        if (!_isOpen || Phase == LinkPhase.GivenUp || (health == Health && health != LinkHealth.Connecting))
        {
            return;
        }

        (Health, _healthMs) = (health, nowMs);
        _ = health switch
        {
            LinkHealth.Connecting or LinkHealth.Interrupted => false,
            LinkHealth.Connected => Settled(),
            LinkHealth.Failed => Again(nowMs),
        };
    }

    public void NetworkChanged(long nowMs)
    {
        _attempts = 0;
        Wish(HelloAsk.Restart, nowMs);
    }

    /// <summary>
    /// So much came in so far. What flowed and stopped, though the engine says that the connection stands, gets fresh ICE once: that mends a
    /// way that is gone and disturbs nothing where the other merely says nothing, so it is no attempt.
    /// </summary>
    public void Measured(long receivedBytes, long nowMs)
    {
        if (_flow.FellSilent(receivedBytes, nowMs) && Phase == LinkPhase.Stable && Health == LinkHealth.Connected && !_peer.IsReference)
        {
            Wish(HelloAsk.Restart, nowMs);
        }
    }

    public void Tick(long nowMs)
    {
        var isLate = nowMs - _phaseMs >= CallLimits.ConnectMs;
        var isDue = nowMs - _saidMs >= CallLimits.ResendMs;
        _ = Phase switch
        {
            LinkPhase.GivenUp => false,
            LinkPhase.Stable => TickStable(nowMs),
            LinkPhase.MakingOffer or LinkPhase.MakingAnswer => isLate && Again(nowMs),
            LinkPhase.AwaitingAnswer => isLate ? Again(nowMs) : isDue && !_peer.IsReference && SayDescription(nowMs),
            LinkPhase.AwaitingOffer => isLate ? Again(nowMs) : isDue && nowMs - _phaseMs >= CallLimits.ResendMs && Said(HelloAsk.Fresh, nowMs),
        };
    }

    public void Close()
    {
        if (_isOpen)
        {
            _output.Do(new CloseLink(To));
        }

        _isOpen = false;
    }

    private bool TickStable(long nowMs) => Health switch
    {
        LinkHealth.Connected => false,
        LinkHealth.Connecting => nowMs - Math.Max(_phaseMs, _healthMs) >= CallLimits.ConnectMs && Again(nowMs),
        LinkHealth.Interrupted =>
            nowMs - Math.Max(_phaseMs, _healthMs) >= WayBackMs && nowMs - _saidMs >= CallLimits.InterruptedMs && Restart(nowMs),
        LinkHealth.Failed => nowMs - _saidMs >= CallLimits.ConnectMs && Again(nowMs),
    };

    private bool Settled()
    {
        _attempts = 0;
        return true;
    }

    /// <summary>First a way back for the same connection, then new connections, then no more.</summary>
    private bool Restart(long nowMs) => _attempts == 0 ? Attempt(HelloAsk.Restart, nowMs) : Again(nowMs);

    private bool Again(long nowMs) => Attempt(HelloAsk.Fresh, nowMs);

    private bool Attempt(HelloAsk ask, long nowMs)
    {
        if (_attempts++ >= CallLimits.AttemptsMax)
        {
            Close();
            Health = LinkHealth.Failed;
            Enter(LinkPhase.GivenUp, nowMs);
        }
        else if (IsOfferer)
        {
            Offer(ask, nowMs);
        }
        else
        {
            if (Phase != LinkPhase.Stable)
            {
                Enter(LinkPhase.AwaitingOffer, nowMs);
            }

            (_healthMs, _again) = (nowMs, null);
            Ask(ask, nowMs);
        }

        return true;
    }

    private bool Revive(long nowMs)
    {
        _attempts = 0;
        Enter(LinkPhase.AwaitingOffer, nowMs);
        return Again(nowMs);
    }

    private bool Later(HelloAsk ask)
    {
        _again = _again is { } other && other > ask ? other : ask;
        return true;
    }

    // A reference peer never renegotiates, so one offer of the larger session towards it cannot cross another.
    private bool Turn(HelloAsk ask, long nowMs)
    {
        if (!IsOfferer && !(_peer.IsReference && !_hasTurned))
        {
            return Said(ask, nowMs);
        }

        _hasTurned |= !IsOfferer;
        Offer(ask, nowMs);
        return true;
    }

    private bool Said(HelloAsk ask, long nowMs)
    {
        Ask(ask, nowMs);
        return true;
    }

    private void Ask(HelloAsk ask, long nowMs)
    {
        _saidMs = nowMs;
        if (!_peer.IsReference)
        {
            _output.Send(new HelloSignal(_self, To, _output.Did, default, ask, _peer.Round));
        }
    }

    private void Offer(HelloAsk ask, long nowMs)
    {
        _peer.Round = _nextRound();
        _again = null;
        _isFresh = ask == HelloAsk.Fresh || !_isOpen;
        if (_isFresh)
        {
            Open(_peer.Round, isOfferer: true);
            _healthMs = nowMs;
        }

        _output.Do(new MakeOffer(To, _peer.Round, ask == HelloAsk.Restart && !_isFresh));
        Enter(LinkPhase.MakingOffer, nowMs);
    }

    private void Open(long round, bool isOfferer)
    {
        Close();
        _output.Do(new OpenLink(To, isOfferer));
        (_isOpen, _freshRound, _describedRound, Health, _flow) = (true, round, 0, LinkHealth.Connecting, new());
        _early.RemoveAll(early => early.Round < round);
    }

    private void Described(long round)
    {
        _describedRound = round;
        foreach (var early in _early.Where(early => (early.Round ?? round) <= round))
        {
            _output.Do(new AddCandidate(To, early.Candidate));
        }

        _early.RemoveAll(early => (early.Round ?? round) <= round);
    }

    private bool SayDescription(long nowMs)
    {
        _saidMs = nowMs;
        long? round = _peer.IsReference ? null : _peer.Round;
        _output.Send(Phase == LinkPhase.AwaitingAnswer
            ? new OfferSignal(_self, To, _localSdp!, round, _isFresh)
            : new AnswerSignal(_self, To, _localSdp!, round));
        return true;
    }

    private void Enter(LinkPhase phase, long nowMs) => (Phase, _phaseMs) = (phase, nowMs);
}
