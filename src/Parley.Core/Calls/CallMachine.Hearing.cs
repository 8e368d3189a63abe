namespace Parley.Calls;

/// <content>What the others say.</content>
internal sealed partial class CallMachine
{
    private bool Hear(CallSignal signal, long nowMs)
    {
        if (!_members.TryGetValue(signal.From, out var member))
        {
            if (_members.Count >= CallLimits.SessionsMax)
            {
                return false;
            }

            _members[signal.From] = member = new(signal.From) { HeardMs = nowMs };
        }

        if (member.Standing == Standing.Left)
        {
            return false;
        }

        // The kinds are closed by the reader; one more would be a new type here, too.
        return signal switch
        {
            AnnounceSignal said => Announced(member, said, nowMs),
            WelcomeSignal said => Welcomed(member, said, nowMs),
            LeaseSignal said => Sits(member, said.Media, said.Seq, said.Claim, nowMs) && Listed(said.Roster, nowMs) && Learned(said.Story) && TakeSeatIfFree(nowMs),
            MediaSignal said => Sits(member, said.Media, said.Seq, said.Claim, nowMs),
            LeaveSignal said => Left(member, said, nowMs),
            HelloSignal { To: not null } said => AskedForOffer(member, said, nowMs),
            HelloSignal said => Claimed(member, said, nowMs),
            RejectSignal said => Rejected(said, nowMs),
            DeclineSignal said => Declined(said),
            OfferSignal said => Offered(member, said, nowMs),
            AnswerSignal said => Answered(member, said, nowMs),
            IceSignal said => Found(member, said),
            _ => false,
        };
    }

    private bool Announced(CallMember member, AnnounceSignal said, long nowMs) =>
        said.Claim is { } claim ? Sits(member, said.Media, 0, claim, nowMs) : ReferenceSits(member, said.Media, isAsking: true, nowMs);

    private bool Welcomed(CallMember member, WelcomeSignal said, long nowMs)
    {
        if (said.Claim is not { } claim)
        {
            return ReferenceSits(member, said.Media, isAsking: false, nowMs);
        }

        if (claim != _claim || !_isClaiming)
        {
            return false;
        }

        (member.ConsentClaim, member.ConsentMs) = (claim, nowMs);
        return Sits(member, said.Media, 0, 0, nowMs) && Listed(said.Roster ?? [], nowMs) && Learned(said.Story) && TakeSeatIfFree(nowMs);
    }

    /// <summary>One that speaks the reference's signals only sits as soon as it says so, if there is room.</summary>
    private bool ReferenceSits(CallMember member, CallMedia media, bool isAsking, long nowMs)
    {
        if (member.Standing != Standing.Seated)
        {
            // A claim says that the session is none of the reference's, whatever this older word looks like.
            if (member.Claim > 0 || (_phase == CallPhase.Seated && !HasRoom(member, media.Video, withGrants: true)))
            {
                return false;
            }

            (member.Standing, member.IsReference, member.Media, member.HeardMs) = (Standing.Seated, true, media, nowMs);
            _isLeaseDue = true;
        }

        if (isAsking && _phase == CallPhase.Seated && member.IsReference)
        {
            _output.Send(new WelcomeSignal(_self, member.Session, _output.Did, _media));
        }

        LinkIfRoom(member, nowMs);
        return true;
    }

    private bool Sits(CallMember member, CallMedia media, long seq, long claim, long nowMs)
    {
        if (seq != 0 && seq <= member.Seq)
        {
            return true;
        }

        if (member.Standing != Standing.Seated)
        {
            (member.Standing, member.Media) = (Standing.Seated, media);
            _isLeaseDue = true;
            if (member.Session.TryPerson(out var person))
            {
                // Whoever comes after all has not declined.
                _declined.Remove(person);
            }
        }

        (member.IsReference, member.HeardMs) = (false, nowMs);
        if (seq > member.Seq)
        {
            (member.Seq, member.Media) = (seq, media);
        }

        member.Settle(claim);
        LinkIfRoom(member, nowMs);
        return true;
    }

    /// <summary>Others' rosters: whom they name counts, until it speaks itself or is named no more.</summary>
    private bool Listed(IReadOnlyList<SeatEntry> roster, long nowMs)
    {
        foreach (var seat in roster)
        {
            if (seat.Session == _self)
            {
                continue;
            }

            if (!_members.TryGetValue(seat.Session, out var member))
            {
                if (_members.Count >= CallLimits.SessionsMax)
                {
                    return true;
                }

                _members[seat.Session] = member = new(seat.Session);
            }

            var isNews = member.Standing switch
            {
                Standing.Outside or Standing.Rumoured => true,
                Standing.Seated or Standing.Lapsed or Standing.Left => false,
            };
            if (isNews)
            {
                (member.Standing, member.IsReference, member.HeardMs) = (Standing.Rumoured, seat.IsReference, nowMs);
                member.Media = member.Media with { Video = seat.Video };
            }
        }

        return true;
    }

    private bool Declined(DeclineSignal said) =>
        said.From.TryPerson(out var person) && _declined.Count < CallStory.PeopleMax && _declined.Add(person);

    private bool Learned(CallStory? story)
    {
        _story = CallStory.Earlier(_story, story);
        return true;
    }

    private bool Left(CallMember member, LeaveSignal said, long nowMs)
    {
        if (said.Seq is null && !member.IsReference)
        {
            // A hub's word for a socket that dropped: the session may be back with its next heartbeat.
            member.HeardMs = Math.Min(member.HeardMs, nowMs - CallLimits.LeaseMs + CallLimits.DroppedLeaseMs);
            return true;
        }

        Dismiss(member, nowMs);
        return TakeSeatIfFree(nowMs);
    }

    private static bool AskedForOffer(CallMember member, HelloSignal said, long nowMs)
    {
        member.Link?.Asked(said.Ask, said.Claim, nowMs);
        return true;
    }

    private bool Offered(CallMember member, OfferSignal said, long nowMs)
    {
        if (said.Round is null && member.Standing == Standing.Outside)
        {
            // An offer of a peer whose announcement was lost is one, too.
            ReferenceSits(member, new(Audio: true), isAsking: false, nowMs);
        }

        if (member.Link is { } link)
        {
            link.OfferHeard(said, nowMs);
        }
        else if (member.IsReference)
        {
            member.EarlyOffer = said;
        }

        return true;
    }

    private static bool Answered(CallMember member, AnswerSignal said, long nowMs)
    {
        member.Link?.AnswerHeard(said, nowMs);
        return true;
    }

    private static bool Found(CallMember member, IceSignal said)
    {
        if (member.Link is { } link)
        {
            link.IceHeard(said);
        }
        else if (member.EarlyCandidates.Count < CallLimits.CandidatesMax)
        {
            member.EarlyCandidates.Add(said);
        }

        return true;
    }

    private bool Lapse(long nowMs)
    {
        if (!_output.IsSignaling)
        {
            return true;
        }

        foreach (var member in _members.Values)
        {
            var isSilent = nowMs - member.HeardMs >= CallLimits.LeaseMs;
            if (member.IsClaiming && nowMs - member.ClaimMs >= CallLimits.LeaseMs)
            {
                member.Drop();
            }

            var isLapsed = isSilent && member.Standing switch
            {
                Standing.Seated => !member.IsReference && member.Link?.Health is null or LinkHealth.Connecting or LinkHealth.Interrupted or LinkHealth.Failed,
                Standing.Outside or Standing.Rumoured or Standing.Lapsed or Standing.Left => false,
            };
            if (member.Standing == Standing.Rumoured && nowMs - member.HeardMs >= CallLimits.RumourMs)
            {
                member.Standing = Standing.Outside;
            }
            else if (isLapsed)
            {
                Unlink(member);
                (member.Standing, member.HeardMs, _isLeaseDue) = (Standing.Lapsed, nowMs, true);
            }
            else if (isSilent && member.Standing == Standing.Lapsed)
            {
                // From here on a roster may name it again; its round stays, so that old descriptions stay old.
                member.Standing = Standing.Outside;
            }
        }

        if (_members.Count >= CallLimits.SessionsMax / 2)
        {
            Forget(nowMs);
        }

        return true;
    }

    private void Forget(long nowMs)
    {
        foreach (var member in _members.Values.Where(member => !member.IsCounted && !member.IsClaiming && nowMs - member.HeardMs >= 4 * CallLimits.LeaseMs))
        {
            _members.Remove(member.Session);
        }
    }
}
