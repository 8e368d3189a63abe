using Parley.Access;
using Parley.Hub.Access;
using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Hub.Sync;

/// <summary>
/// Takes membership operations to their logs and files the valid ones (docs/access.md, arrival): what a log holds is kept on disk too, and
/// what it takes in wakes other operations and ordinary changes that waited for it. The writer's.
/// </summary>
internal sealed class OperationFiling(
    IHubStore store, HubOptions options, Memberships memberships, HubClock clock, WaitingRoom waiting, ChangeFiling filing)
{
    private bool _isSpreading;

    /// <summary>Decides on an operation as it comes.</summary>
    public void Decide(FilingRun run, in Candidate candidate)
    {
        var (offer, change) = (candidate.Offer, candidate.Change);
        if (offer.OperationOf is not { } domain || AccessDomains.KindOf(domain) is null || offer.OwnHome != RoomNames.OfMessages(domain).Value)
        {
            offer.Refuse(Refusal.Malformed, Reason.Malformed.ToCode());
            return;
        }

        if (!candidate.IsOfferedAt(offer.OwnHome))
        {
            offer.Refuse(Refusal.Room, "The change does not belong in this room.");
            return;
        }

        if (MembershipOpReader.Read(change, domain, out var op).Refusal is { } bad)
        {
            Refuse(offer, bad);
        }
        else if (IsBarred(candidate, domain, op))
        {
            offer.Refuse(Refusal.Forbidden, Reason.Removed.ToCode());
        }
        else if (op is not null && memberships.TransportOf(op, candidate.Sender, clock.WallMs, options.Limits) is not OpTransport.Fine and var transport)
        {
            var (refusal, why) = transport.Answer();
            offer.Refuse(refusal, why);
        }
        else if (op is CreateOp create && !DomainRoot.Proves(create))
        {
            Refuse(offer, OpRefusal.NotCreator);
        }
        else if (op is CreateOp { Kind: AccessDomainKind.Space } made && !memberships.Has(domain) && memberships.SpacesMadeBy(made.Author) >= options.Limits.SpacesPerPersonMax)
        {
            offer.Refuse(Refusal.Quota, "This person has made as many spaces as this hub keeps for one.");
        }
        else if (op is CreateOp root && memberships.IsOutsideSpace(root))
        {
            Refuse(offer, OpRefusal.NotInSpace);
        }
        else
        {
            Take(run, candidate, domain, op);
        }
    }

    // What can be decided proves itself, whoever brings it: so a member fills an empty hub with a log that does not have them yet.
    private bool IsBarred(in Candidate candidate, NodeId domain, MembershipOp? op)
    {
        var isOwnWay = op is LeaveOp or AdmitOp or CreateOp { Kind: AccessDomainKind.DirectMessage } && op.Author == candidate.Sender && !memberships.MustWait(domain, op);
        return !isOwnWay && memberships.StandingOf(domain, candidate.Sender) == SenderStanding.Removed;
    }

    private void Take(FilingRun run, in Candidate candidate, NodeId domain, MembershipOp? op)
    {
        if (memberships.MustWait(domain, op) && memberships.StandingOf(domain, candidate.Sender) == SenderStanding.Outsider)
        {
            KeepOutside(run, candidate, domain);
            return;
        }

        if (memberships.Offer(candidate.Change) is not { } arrivals)
        {
            KeepOutside(run, candidate, domain);
            return;
        }

        if (candidate.Waited is not null)
        {
            memberships.ReleasedOutside(candidate.Change);
        }

        foreach (var report in arrivals.Reports)
        {
            if (report.Op == candidate.Change.Hash)
            {
                Report(run, candidate, domain, report.Verdict);
            }
            else if (Waiting(run, report) is { } waited)
            {
                Report(run, waited, report.Domain, report.IsEvicted ? null : report.Verdict);
            }
        }

        Spread(run, domain, arrivals);
    }

    /// <summary>Whoever waited for what the domain's log says is asked again: operations first, then once all that rests on them.</summary>
    private void Spread(FilingRun run, NodeId domain, Arrivals arrivals)
    {
        if (!arrivals.Reports.Any(static report => report is { IsDuplicate: false, Verdict.Status: OpStatus.Valid }))
        {
            return;
        }

        var reached = memberships.Reach(domain);
        foreach (var one in reached)
        {
            if (!run.Touched.TryGetValue(one, out var people))
            {
                run.Touched[one] = people = [];
            }

            people.UnionWith(arrivals.Touched);
        }

        if (_isSpreading)
        {
            return;
        }

        _isSpreading = true;
        try
        {
            TakeOutsiders(run, reached);
        }
        finally
        {
            _isSpreading = false;
        }

        foreach (var one in reached)
        {
            filing.Wake(run, AccessWait.For(one));
        }
    }

    /// <summary>Offers what waits outside the logs again. What an operation names has a lower Lamport time: in that order once is enough.</summary>
    private void TakeOutsiders(FilingRun run, IReadOnlyList<NodeId> reached)
    {
        var outside = new List<(NodeId Domain, Candidate Candidate)>();
        foreach (var domain in reached)
        {
            if (run.Facts.Held.TryGetValue(AccessWait.For(domain), out var rows))
            {
                outside.AddRange(rows
                    .Where(held => held.IsOperation && memberships.VerdictOf(domain, held.Hash) is null)
                    .Select(held => (domain, ChangeFiling.CandidateOf(held))));
            }
        }

        foreach (var (domain, candidate) in outside.OrderBy(static o => o.Candidate.Change.Lamport))
        {
            if (run.Gone.Contains(candidate.Waited!.Hash))
            {
                continue;
            }

            run.Facts.Held[AccessWait.For(domain)].Remove(candidate.Waited);
            MembershipOpReader.Read(candidate.Change, domain, out var op);
            if (IsBarred(candidate, domain, op))
            {
                memberships.ReleasedOutside(candidate.Change);
                waiting.End(run, candidate.Waited);
            }
            else
            {
                Take(run, candidate, domain, op);
            }
        }
    }

    private void KeepOutside(FilingRun run, in Candidate candidate, NodeId domain)
    {
        if (candidate.IsOfferedAgain)
        {
            candidate.Offer.Refuse(Refusal.NotInRoom, Reason.NotAMember.ToCode());
            return;
        }

        if (waiting.Hold(run, candidate, AccessWait.For(domain), SenderRule.Everybodys, isOperation: true) && candidate.Waited is null)
        {
            memberships.HeldOutside(candidate.Change);
        }
    }

    /// <summary>What became of one operation; null where its log had to let it go.</summary>
    private void Report(FilingRun run, in Candidate candidate, NodeId domain, OpVerdict? verdict)
    {
        var (offer, change) = (candidate.Offer, candidate.Change);
        switch (verdict)
        {
            case { Status: OpStatus.Valid } when run.Facts.Changes.TryGetValue(change.Hash, out var place) && place.Seq > 0:
                offer.Settle(OfferOutcome.Duplicate, place);
                break;
            case { Status: OpStatus.Valid }:
                filing.FileAt(run, candidate, offer.OwnHome!);
                run.Writes.Operations.Add(change.Hash);
                if (offer is { MayCreate: true, Proves: true } && !run.Facts.Nodes.ContainsKey(change.Node))
                {
                    filing.Root(run, change, offer.OwnHome!, proves: true);
                    filing.Wake(run, change.Node);
                }

                break;
            case { Status: OpStatus.Held }:
                waiting.Hold(run, candidate, AccessWait.For(domain), domain.Value, isOperation: true);
                break;
            case { Refusal: { } refusal }:
                Refuse(offer, refusal);
                Drop(run, candidate);
                break;
            default:
                Drop(run, candidate);
                break;
        }
    }

    private void Drop(FilingRun run, in Candidate candidate)
    {
        if (candidate.Waited is { } held)
        {
            waiting.End(run, held);
            if (run.Facts.Held.TryGetValue(held.WaitsFor, out var rows))
            {
                rows.Remove(held);
            }
        }
    }

    /// <summary>An operation that a log held until now, with its row.</summary>
    private Candidate? Waiting(FilingRun run, in OpReport report)
    {
        if (report.IsDuplicate)
        {
            return null;
        }

        var hash = report.Op;
        var held = run.Writes.Held.Find(h => h.Hash == hash) ?? (run.Writes.Released.Contains(hash) ? null : store.FindHeld(hash));
        if (held is not null && run.Facts.Held.TryGetValue(held.WaitsFor, out var rows))
        {
            rows.RemoveAll(h => h.Hash == hash);
        }

        return held is null ? null : ChangeFiling.CandidateOf(held);
    }

    private static void Refuse(Offer offer, OpRefusal refusal) =>
        offer.Refuse(refusal == OpRefusal.Malformed ? Refusal.Malformed : Refusal.Forbidden, refusal.ToReason().ToCode());
}
