using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>
/// Takes membership operations to their logs (docs/access.md, arrival): spaces first, then what stands over them. A log is offered an
/// operation only when everything that it depends on is settled; what waits, waits on disk.
/// </summary>
internal sealed class OperationPhase(LedgerTransaction transaction, Judge judge)
{
    private readonly Dictionary<NodeId, HashSet<PersonId>> _touched = [];
    private readonly Door? _door = transaction.Policy.IsHub ? new(transaction) : null;

    private Facts Facts => transaction.Facts;

    /// <summary>Takes them, and whatever waited for them.</summary>
    /// <param name="carriers">What arrives.</param>
    /// <param name="due">Access scopes whose waiting operations are tried again.</param>
    public IEnumerable<Needs> Run(List<Candidate> carriers, IReadOnlyList<NodeId> due)
    {
        var queue = new Queue<(NodeId Domain, List<Candidate> Arriving)>(
            carriers.FindAll(IsInPlace).GroupBy(carrier => carrier.Offer.Shape.OperationOf!.Value)
                .OrderBy(group => LogCache.Rank(group.Key)).Select(group => (group.Key, group.ToList()))
                .Concat(due.Where(domain => AccessDomains.KindOf(domain) is not null).Select(domain => (domain, new List<Candidate>()))));
        while (queue.TryDequeue(out var next))
        {
            foreach (var needs in Arrive(next.Domain, next.Arriving, queue))
            {
                yield return needs;
            }
        }
    }

    // Where it came is where it belongs: nobody makes a room of one space hold the operations of another.
    private bool IsInPlace(Candidate carrier)
    {
        var (offer, change) = (carrier.Offer, carrier.Change);
        if (offer.Shape.OperationOf is not { } domain || AccessDomains.KindOf(domain) is null || offer.Shape.OwnHome != RoomNames.OfMessages(domain))
        {
            transaction.Refuse(carrier, new(Refusal.Malformed, Reason.Malformed));
            return false;
        }

        if (offer.Room is { } room && room != offer.Shape.OwnHome && room != RoomNames.Author(change.Author))
        {
            transaction.Refuse(carrier, Verdict.NotInTheRoom);
            return false;
        }

        return true;
    }

    private IEnumerable<Needs> Arrive(NodeId domain, List<Candidate> arriving, Queue<(NodeId, List<Candidate>)> queue)
    {
        MembershipLog? log;
        IReadOnlyList<WaitingRow> waiting;
        while (!Facts.TryLog(domain, out log) | !Facts.TryWaiting(WaitKey.Domain(domain), out waiting))
        {
            yield return Facts.TakeNeeds();
        }

        var hashes = arriving.Select(candidate => candidate.Change.Hash).ToHashSet();
        List<Candidate> open =
        [
            .. arriving,
            .. waiting.Where(row => row.IsOperation && !hashes.Contains(row.Change.Hash) && LogCache.ScopeOf(row.Change) == domain)
                .Select(row => Candidate.Of(row, transaction.Policy.IsHub)),
        ];
        open.RemoveAll(candidate => IsPassed(candidate) || IsMalformed(domain, candidate));
        if (_door is not null)
        {
            open.ForEach(candidate => _ = Facts.TryNode(candidate.Change.Node, out _) & Facts.TryWaiting(WaitKey.Node(candidate.Change.Node), out _));
            if (Facts.HasNeeds)
            {
                yield return Facts.TakeNeeds();
            }
        }

        open.Sort((one, other) => ChangeOrder.Of(one.Change).CompareTo(ChangeOrder.Of(other.Change)));
        var isNew = log is null;
        if (isNew)
        {
            var opening = new Opening(transaction, domain, (candidate, key) => Hold(null, candidate, key));
            foreach (var needs in opening.Run(open))
            {
                yield return needs;
            }

            log = opening.Log;
        }

        if (log is null)
        {
            yield break;
        }

        List<PersonId> people = [];
        List<ChangeHash> taken = [];
        while (Ready(log, open) is { Count: > 0 } ready)
        {
            open.RemoveAll(ready.Contains);
            if (_door is not null && !_door.Admits(log, ready[0]))
            {
                continue;
            }

            var plan = log.Plan([.. ready.Select(candidate => candidate.Change)]);
            if (plan.Checks.Length > 0)
            {
                Facts.Needs.Proofs = plan.Checks;
                yield return Facts.TakeNeeds();
            }

            var proofs = plan.Checks.Length > 0 ? Facts.ProofsHold : [];
            taken.AddRange(Apply(log, plan, proofs, ready, people));
        }

        open.ForEach(candidate => Hold(log, candidate, WaitKey.Domain(domain)));
        if (taken.Count == 0 && !isNew)
        {
            yield break;
        }

        Spread(log, people, isNew, queue);
        if (_door is not null)
        {
            taken.ForEach(operation => Facts.TryWaiting(WaitKey.Operation(operation), out _));
            if (Facts.HasNeeds)
            {
                yield return Facts.TakeNeeds();
            }

            foreach (var scope in taken.SelectMany(WaitingFor).GroupBy(row => LogCache.ScopeOf(row.Change)))
            {
                queue.Enqueue((scope.Key, [.. scope.Select(row => Candidate.Of(row, isHub: true))]));
            }
        }
    }

    private IEnumerable<WaitingRow> WaitingFor(ChangeHash operation) =>
        Facts.TryWaiting(WaitKey.Operation(operation), out var rows) ? rows.Where(row => row.IsOperation) : [];

    // Taken in this transaction already, or its row has ended.
    private bool IsPassed(Candidate candidate)
    {
        if (!Facts.IsPassed(candidate, out var place))
        {
            return false;
        }

        transaction.Settle(candidate, new Verdict.Duplicate(place));
        return true;
    }

    private bool IsMalformed(NodeId domain, Candidate candidate)
    {
        if (MembershipOpReader.Read(candidate.Change, domain, out _).Refusal is not { } refusal)
        {
            return false;
        }

        transaction.Refuse(candidate, new(refusal == OpRefusal.Malformed ? Refusal.Malformed : Refusal.Forbidden, refusal.ToReason()));
        return true;
    }

    private void Hold(MembershipLog? log, Candidate candidate, WaitKey key)
    {
        // What its transport would be refused for, it is refused for before it waits.
        if (_door is not null && log is not null && candidate.Waited is null && !_door.Admits(log, candidate))
        {
            return;
        }

        if (_door?.MayWait(candidate.Offer.Sender is { } sender ? Door.StandingOf(log, sender) : SenderStanding.Member, candidate) != false)
        {
            // At a hub under the name of the operation that it misses: what strangers wait for is not looked at whenever the log moves.
            var missing = _door is not null && key.Kind == WaitKind.Domain && Facts.TryLog(key.Id, out var over) ? over?.MissingOf(candidate.Change) : null;
            transaction.Waiting.Hold(
                candidate, missing is { } operation ? WaitKey.Operation(operation) : key, HoldReason.UnknownMember, missing is null ? null : key.Id);
        }
    }

    private HashSet<ChangeHash> Apply(MembershipLog log, ArrivalPlan plan, bool[] proofs, List<Candidate> ready, List<PersonId> people)
    {
        transaction.Logs.Advance(log.Domain);
        var arrivals = log.Apply(plan, proofs);
        var byHash = ready.ToDictionary(candidate => candidate.Change.Hash);
        HashSet<ChangeHash> valid = [];
        var lamportMin = long.MaxValue;
        foreach (var report in arrivals.Reports.Where(report => byHash.ContainsKey(report.Op)))
        {
            var candidate = byHash[report.Op];
            switch (report.Verdict)
            {
                case { Status: OpStatus.Valid } when report.IsDuplicate:
                    transaction.Settle(candidate, new Verdict.Duplicate(new(RoomNames.OfMessages(log.Domain), -1)));
                    break;
                case { Status: OpStatus.Valid }:
                    valid.Add(report.Op);
                    lamportMin = Math.Min(lamportMin, candidate.Change.Lamport);
                    transaction.File(candidate, RoomNames.OfMessages(log.Domain), isOperation: true);
                    transaction.Settle(candidate, new Verdict.Accepted());
                    judge.Carried(candidate, RoomNames.OfMessages(log.Domain));
                    break;
                case { Refusal: { } refusal }:
                    transaction.Refuse(candidate, new(refusal == OpRefusal.Malformed ? Refusal.Malformed : Refusal.Forbidden, refusal.ToReason()));
                    break;
                default:
                    throw new InvalidOperationException("A log held what it was not to hold.");
            }
        }

        people.AddRange(arrivals.Touched);
        judge.Seated(log.Domain, arrivals.Touched);
        if (valid.Count > 0)
        {
            // A private channel follows its space by itself, and what turned in the space reaches into it.
            var isTurned = arrivals.Turned.Contains(log.Domain);
            Turn(log.Domain, arrivals.Touched, isTurned ? 0 : lamportMin);
            foreach (var channel in log.Kind == AccessDomainKind.Space ? transaction.Logs.ChannelsOf(log.Domain) : [])
            {
                Turn(channel.Domain, arrivals.Touched, isTurned || arrivals.Turned.Contains(channel.Domain) ? 0 : lamportMin);
            }
        }

        return valid;
    }

    // Whoever waited for this log is asked again, and so is who waited for a log over it.
    private void Spread(MembershipLog log, List<PersonId> people, bool isNew, Queue<(NodeId, List<Candidate>)> queue)
    {
        Touch(log.Domain, people);
        judge.Release(WaitKey.Domain(log.Domain));
        if (isNew)
        {
            transaction.ForgetRules(log.Domain);
            transaction.ForgetRules(RoomNames.ThreadOf(log.Domain));
            judge.Opened(log.Domain);
        }

        if (log.Kind != AccessDomainKind.Space)
        {
            return;
        }

        // At a hub what waits there has the name of an operation.
        foreach (var channel in _door is null ? transaction.Logs.ChannelsOf(log.Domain).ToList() : [])
        {
            queue.Enqueue((channel.Domain, []));
            judge.Release(WaitKey.Domain(channel.Domain));
        }

        // The roots of private channels wait under the name of their space.
        Facts.TryWaiting(WaitKey.Domain(log.Domain), out var waiting);
        foreach (var roots in waiting.Where(row => row.IsOperation && LogCache.ScopeOf(row.Change) != log.Domain).GroupBy(row => LogCache.ScopeOf(row.Change)))
        {
            queue.Enqueue((roots.Key, [.. roots.Select(row => Candidate.Of(row, transaction.Policy.IsHub))]));
        }
    }

    private void Turn(NodeId domain, IReadOnlySet<PersonId> people, long lamportMin)
    {
        Touch(domain, people);
        judge.Turned(new(domain, people, lamportMin));
    }

    private void Touch(NodeId domain, IEnumerable<PersonId> people)
    {
        if (!_touched.TryGetValue(domain, out var known))
        {
            _touched[domain] = known = [];
        }

        known.UnionWith(people);
    }

    /// <summary>Notes what became of memberships, once all is taken: who was removed and granted anew in one batch is told once.</summary>
    public void Tell()
    {
        foreach (var (domain, people) in _touched)
        {
            if (!Facts.TryLog(domain, out var log) || log is null)
            {
                continue;
            }

            transaction.Add(new Transition.DomainSet(domain, log.Space?.Domain, log.Count));
            foreach (var person in people.Where(log.EverSeated).Order())
            {
                transaction.Add(new Transition.MemberSet(domain, person, log.Now.AccessOf(person), log.EndOf(person)?.Hash));
            }
        }
    }

    // In the order of Lamport times, so that what depends on each other comes in one go; at a hub one after the other, because each is asked
    // about as the log then stands.
    private List<Candidate> Ready(MembershipLog log, List<Candidate> open)
    {
        List<Candidate> ready = [];
        var arriving = new HashSet<ChangeHash>();
        foreach (var candidate in open)
        {
            if (log.CanDecide(candidate.Change, arriving))
            {
                ready.Add(candidate);
                arriving.Add(candidate.Change.Hash);
                if (_door is not null)
                {
                    break;
                }
            }
        }

        return ready;
    }
}
