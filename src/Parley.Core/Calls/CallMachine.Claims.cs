namespace Parley.Calls;

/// <content>
/// Seats and the camera are claimed from all who sit; each consents only where what it already consented to leaves room, so that any one
/// common member keeps two claims from taking the last place. Of two claims in each other's way the larger session's gives way.
/// </content>
internal sealed partial class CallMachine
{
    private long _claim;
    private long _settled;
    private bool _isClaiming;
    private long _askedMs;
    private long _helloMs;
    private long _retryMs = long.MaxValue;
    private long? _overfullMs;

    private CallMedia Claimable => _phase == CallPhase.Asking ? _wanted : _media with { Video = true };

    private bool Ask(CallMedia media, long nowMs)
    {
        (_phase, _wanted, _askedMs) = (CallPhase.Asking, media, nowMs);
        return StartClaim(nowMs);
    }

    private bool AskOtherwise(CallMedia media, long nowMs)
    {
        var isOtherClaim = media.Video != _wanted.Video;
        _wanted = media;
        return !isOtherClaim || StartClaim(nowMs);
    }

    private bool Change(CallMedia media, long nowMs)
    {
        _wanted = media;
        _refusal = null;
        var isCameraNew = media.Video && !_media.Video;
        if (!media.Video && _isClaiming)
        {
            Withdraw(nowMs);
        }

        Send(media with { Video = media.Video && _media.Video });
        if (isCameraNew && !_isClaiming && _retryMs == long.MaxValue)
        {
            StartClaim(nowMs);
        }

        return true;
    }

    private void Send(CallMedia media)
    {
        if (media == _media)
        {
            return;
        }

        _media = media;
        _output.Do(new SendMedia(media));
        _output.Send(new MediaSignal(_self, media, ++_seq, _settled));
    }

    private bool StartClaim(long nowMs)
    {
        (_claim, _isClaiming, _helloMs) = (_claim + 1, true, nowMs);
        SayHello(HelloAsk.Seat);
        return TakeSeatIfFree(nowMs);
    }

    private void SayHello(HelloAsk ask) => _output.Send(new HelloSignal(_self, null, _output.Did, Claimable, ask, _claim));

    private void Withdraw(long nowMs)
    {
        (_isClaiming, _claim, _retryMs) = (false, _claim + 1, long.MaxValue);
        _settled = _phase == CallPhase.Seated ? _claim : _settled;
        _helloMs = nowMs;
        SayHello(HelloAsk.Release);
    }

    private void GiveWayFor(long nowMs)
    {
        Withdraw(nowMs);
        _retryMs = nowMs + CallLimits.RetryMs;
    }

    /// <summary>The own claim, as time passes: said again, made again, decided, or given up.</summary>
    private bool Claim(long nowMs)
    {
        if (!_isClaiming && _retryMs <= nowMs)
        {
            _retryMs = long.MaxValue;
            if (_phase == CallPhase.Asking || (_wanted.Video && !_media.Video))
            {
                StartClaim(nowMs);
            }
        }
        else if (_isClaiming && nowMs - _helloMs >= CallLimits.HelloMs)
        {
            _helloMs = nowMs;
            SayHello(HelloAsk.Seat);
        }

        TakeSeatIfFree(nowMs);
        return _phase != CallPhase.Asking || !_output.IsSignaling || nowMs - _askedMs < CallLimits.AskMsMax || Over(EndReason.NoAnswer, nowMs);
    }

    private bool TakeSeatIfFree(long nowMs)
    {
        if (!_isClaiming || !_output.IsSignaling)
        {
            return true;
        }

        var voters = _members.Values.Where(member => member.IsCounted && !member.IsReference).ToList();
        if (!HasRoomForSelf())
        {
            return _phase switch
            {
                CallPhase.Seated => Refuse(RejectReason.CameraFull, nowMs),

                // Members say no themselves; reference peers never would.
                CallPhase.Asking => voters.Count > 0 || nowMs - _askedMs < CallLimits.EntryMs || Over(EndReason.Full, nowMs),
                CallPhase.New or CallPhase.Ended => true,
            };
        }

        var isFirst = voters.Count == 0 && (_phase == CallPhase.Seated
            || (nowMs - _askedMs >= CallLimits.EntryMs && !_members.Values.Any(other => IsBefore(other, nowMs))));
        if (isFirst || (voters.Count > 0 && voters.TrueForAll(member => IsConsenting(member, nowMs))))
        {
            Settle(nowMs);
        }

        return true;
    }

    private bool IsBefore(CallMember other, long nowMs) =>
        other.IsClaiming && nowMs - other.ClaimMs < CallLimits.EntryMs && other.Session.CompareTo(_self) < 0;

    private bool IsConsenting(CallMember member, long nowMs) =>
        member.Standing == Standing.Seated && member.ConsentClaim == _claim && nowMs - member.ConsentMs < CallLimits.GrantMs;

    private void Settle(long nowMs)
    {
        (_isClaiming, _settled, _retryMs) = (false, _claim, long.MaxValue);
        if (_phase == CallPhase.Seated)
        {
            Send(_media with { Video = true });
            return;
        }

        (_phase, _media) = (CallPhase.Seated, _wanted);
        _story ??= new(_self, _joinedAtMs, []);
        _output.Do(new SendMedia(_media));
        _output.Send(new AnnounceSignal(_self, _output.Did, _media, _settled));
        _isLeaseDue = true;
        Sit(nowMs);
    }

    private bool Claimed(CallMember member, HelloSignal said, long nowMs)
    {
        if (said.Claim < member.Claim || said.Claim <= member.SettledClaim)
        {
            return false;
        }

        var isNew = said.Claim > member.Claim;
        (member.Claim, member.IsReference, member.IsVideoClaimed, member.ClaimMs) = (said.Claim, false, said.Media.Video, nowMs);
        if (said.Ask != HelloAsk.Seat)
        {
            member.Settle(said.Claim);
            return TakeSeatIfFree(nowMs);
        }

        member.IsClaiming = true;
        member.IsGranted &= !isNew;
        return _phase switch
        {
            CallPhase.Seated => Judge(member, nowMs),
            CallPhase.New or CallPhase.Asking or CallPhase.Ended => false,
        };
    }

    private bool Judge(CallMember member, long nowMs)
    {
        // Asked again of one that has our consent already: somebody may have come back with a seat in between.
        if (!HasRoom(member, member.IsVideoClaimed, withGrants: false))
        {
            var isCamera = member.Standing == Standing.Seated || (member.IsVideoClaimed && HasRoom(member, isVideo: false, withGrants: false));
            member.Drop();
            _output.Send(new RejectSignal(_self, member.Session, member.Claim, isCamera ? RejectReason.CameraFull : RejectReason.Full));
            return false;
        }

        if (!member.IsGranted && !HasRoom(member, member.IsVideoClaimed, withGrants: true))
        {
            var isOwnInWay = _isClaiming;
            var rivals = _members.Values.Where(other => other.IsGranted && other != member).Select(other => other.Session);
            var rival = (isOwnInWay ? rivals.Append(_self) : rivals).Min();
            _output.Send(new RejectSignal(_self, member.Session, member.Claim, RejectReason.Busy, rival));
            if (isOwnInWay && member.Session.CompareTo(_self) < 0)
            {
                GiveWayFor(nowMs);
            }

            return false;
        }

        member.IsGranted = true;
        _output.Send(new WelcomeSignal(_self, member.Session, _output.Did, _media, member.Claim, Roster(), Told()));
        return true;
    }

    private bool Rejected(RejectSignal said, long nowMs)
    {
        if (!_isClaiming || said.Claim != _claim)
        {
            return false;
        }

        return said.Why switch
        {
            RejectReason.Full => _phase == CallPhase.Asking ? Over(EndReason.Full, nowMs) : Refuse(RejectReason.CameraFull, nowMs),
            RejectReason.CameraFull => _phase == CallPhase.Asking ? Over(EndReason.CameraFull, nowMs) : Refuse(RejectReason.CameraFull, nowMs),
            RejectReason.Busy => said.Rival is not { } rival || rival.CompareTo(_self) > 0 || Yield(nowMs),
        };
    }

    private bool Yield(long nowMs)
    {
        GiveWayFor(nowMs);
        return true;
    }

    private bool Refuse(RejectReason why, long nowMs)
    {
        Withdraw(nowMs);
        (_refusal, _wanted) = (why, _wanted with { Video = false });
        return true;
    }

    private bool HasRoomForSelf()
    {
        var others = _members.Values.Where(member => member.IsCounted).ToList();
        return others.Count + 1 <= CallLimits.SeatsMax(Claimable.Video || others.Exists(member => member.Media.Video));
    }

    /// <summary>Whether everybody who sits, and with grants everybody who may, leaves room for <paramref name="member"/>.</summary>
    private bool HasRoom(CallMember member, bool isVideo, bool withGrants)
    {
        var count = 2;
        isVideo |= _media.Video || (withGrants && _isClaiming) || (member.Standing == Standing.Seated && member.Media.Video);
        foreach (var other in _members.Values)
        {
            var isKept = withGrants && other.IsGranted;
            if (other != member && (other.IsCounted || isKept))
            {
                count++;
                isVideo |= (other.IsCounted && other.Media.Video) || (isKept && other.IsVideoClaimed);
            }
        }

        return count <= CallLimits.SeatsMax(isVideo);
    }

    /// <summary>After a split network came together there may be more than the seats: cameras give way first, then the largest sessions.</summary>
    private bool GiveWay(long nowMs)
    {
        var others = Seated.ToList();
        if (others.Count + 1 <= CallLimits.SeatsMax(_media.Video || others.Exists(member => member.Media.Video)))
        {
            _overfullMs = null;
            return true;
        }

        _overfullMs ??= nowMs;
        if (nowMs - _overfullMs < CallLimits.OverfullMs)
        {
            return true;
        }

        if (others.Count + 1 <= CallLimits.AudioSeatsMax)
        {
            if (_media.Video)
            {
                _refusal = RejectReason.CameraFull;
                _wanted = _wanted with { Video = false };
                Send(_media with { Video = false });
            }

            return true;
        }

        var rank = others.Count(member => member.Session.CompareTo(_self) < 0);
        return rank < CallLimits.AudioSeatsMax || Over(EndReason.Full, nowMs);
    }
}
