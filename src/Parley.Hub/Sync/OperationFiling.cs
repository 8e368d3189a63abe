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
internal sealed class OperationFiling(IHubStore store, HubOptions options, Memberships memberships, HubClock clock, ChangeFiling filing)
{
    private const string Full = "The membership log is full for now.";

    // Of a domain without a log: as many as a log itself holds.
    private static readonly MembershipLogLimits Outside = new();

    /// <summary>Decides on an operation as it comes.</summary>
    public void Decide(FilingRun run, in Candidate candidate)
    {
        var (offer, change) = (candidate.Offer, candidate.Change);
        if (offer.OperationOf is not { } domain || AccessDomains.KindOf(domain) is null || offer.OwnHome != RoomNames.OfMessages(domain).Value)
        {
            offer.Refuse(Refusal.Malformed, OpRefusal.Malformed.Code());
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
        else if (op is not null && memberships.TransportOf(op, candidate.Sender, filing.MayHold(op.Author), clock.WallMs, options.Limits) is not OpTransport.Fine and var transport)
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
            Take(run, candidate, domain);
        }
    }

    private void Take(FilingRun run, in Candidate candidate, NodeId domain)
    {
        var hadLog = memberships.Has(domain);
        if (memberships.Offer(candidate.Change) is not { } arrivals)
        {
            KeepOutside(run, candidate, domain);
            return;
        }

        if (candidate.Waited is not null)
        {
            memberships.ReleasedOutside();
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

        Spread(run, domain, arrivals, hadLog);
    }

    /// <summary>Whoever waited for this domain's log is asked again.</summary>
    private void Spread(FilingRun run, NodeId domain, Arrivals arrivals, bool hadLog)
    {
        if (!hadLog)
        {
            TakeOutsiders(run, domain);
        }

        if (!arrivals.Reports.Any(static report => report is { IsDuplicate: false, Verdict.Status: OpStatus.Valid }))
        {
            return;
        }

        foreach (var reached in memberships.Reach(domain))
        {
            if (!run.Touched.TryGetValue(reached, out var people))
            {
                run.Touched[reached] = people = [];
            }

            people.UnionWith(arrivals.Touched);
            if (reached != domain && !memberships.Has(reached))
            {
                TakeOutsiders(run, reached);
            }

            filing.Wake(run, AccessWait.For(reached));
        }
    }

    private void TakeOutsiders(FilingRun run, NodeId domain)
    {
        if (!run.Facts.Held.TryGetValue(AccessWait.For(domain), out var waiting))
        {
            return;
        }

        foreach (var held in waiting.Where(static h => h.IsOperation).ToList())
        {
            if (waiting.Contains(held) && memberships.VerdictOf(domain, held.Hash) is null)
            {
                waiting.Remove(held);
                Take(run, ChangeFiling.CandidateOf(held), domain);
            }
        }
    }

    private void KeepOutside(FilingRun run, in Candidate candidate, NodeId domain)
    {
        var key = AccessWait.For(domain);
        if (candidate.Waited is null)
        {
            var (all, ofAuthor) = filing.WaitingFor(run, key, candidate.Change.Author.Value);
            if (all >= Outside.HeldMax || ofAuthor >= Outside.HeldPerAuthorMax || memberships.HeldCount >= options.Limits.HeldOperationsMax)
            {
                candidate.Offer.Refuse(Refusal.Quota, Full);
                return;
            }
        }

        if (filing.Hold(run, candidate, key, isOperation: true) && candidate.Waited is null)
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
                filing.Hold(run, candidate, AccessWait.For(domain), isOperation: true);
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
        filing.Release(run, candidate);
        if (candidate.Waited is { } held && run.Facts.Held.TryGetValue(held.WaitsFor, out var waiting))
        {
            waiting.Remove(held);
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
        if (held is not null && run.Facts.Held.TryGetValue(held.WaitsFor, out var waiting))
        {
            waiting.RemoveAll(h => h.Hash == hash);
        }

        return held is null ? null : ChangeFiling.CandidateOf(held);
    }

    private static void Refuse(Offer offer, OpRefusal refusal) =>
        offer.Refuse(refusal == OpRefusal.Malformed ? Refusal.Malformed : Refusal.Forbidden, refusal.Code());
}
