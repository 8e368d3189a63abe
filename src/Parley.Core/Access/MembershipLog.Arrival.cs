using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Access;

// Arrival (docs/access.md, arrival): read → plan the signature checks → apply: judge, integrate, wake what waited.
internal sealed partial class MembershipLog
{
    private int _revision;
    private bool _isStale;

    /// <summary>Step one: reads operations and tells which proofs to check.</summary>
    /// <param name="changes">Changes of this domain's carrier nodes whose hash and signature hold.</param>
    public ArrivalPlan Plan(IReadOnlyList<Change> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return Plan([.. changes.Select(change => new ArrivingOp(change.Hash, change.Author, MembershipOpReader.Read(change, Domain, out var op), op))]);
    }

    internal ArrivalPlan Plan(IReadOnlyList<ArrivingOp> arriving)
    {
        var invites = arriving.Select(a => a.Op).OfType<InviteOp>().DistinctBy(invite => invite.Hash).ToDictionary(invite => invite.Hash);
        var waiting = invites.Count > 0 ? _held.All : [];
        var admits = new List<ArrivingOp>();
        var checks = new List<SignatureCheck>();
        foreach (var candidate in arriving.Concat(waiting))
        {
            if (candidate is { Op: AdmitOp admit, ProofHolds: null } && VerdictOf(admit.Hash)?.Status is null or OpStatus.Held
                && (invites.GetValueOrDefault(admit.Invite) ?? FindInvite(admit.Invite)) is { } invite)
            {
                admits.Add(candidate);
                checks.Add(InviteProof.Check(admit, invite));
            }
        }

        return new(this, _revision, arriving, admits, checks);
    }

    /// <summary>Step two: judges, integrates what is valid, and judges again what waited for it.</summary>
    /// <param name="plan">The latest plan of this log.</param>
    /// <param name="proofsHold">One answer for each of the plan's checks, in order.</param>
    /// <exception cref="InvalidOperationException">The plan is another log's, or others were applied since it was made.</exception>
    public Arrivals Apply(ArrivalPlan plan, ReadOnlySpan<bool> proofsHold)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfNotEqual(proofsHold.Length, plan.Admits.Count);
        if (plan.Log != this || plan.Revision != _revision)
        {
            throw new InvalidOperationException("The plan is not of this log as it stands; plan again.");
        }

        _revision++;
        for (var i = 0; i < proofsHold.Length; i++)
        {
            plan.Admits[i].ProofHolds = proofsHold[i];
        }

        var tally = new Tally();
        foreach (var arriving in plan.Arriving)
        {
            Take(arriving, tally);
        }

        Recompute(tally);
        foreach (var channel in _channels)
        {
            channel.Follow(tally.Settled, tally);
        }

        return new(tally.Reports, tally.Touched, tally.Turned);
    }

    private void Take(ArrivingOp arriving, Tally tally)
    {
        if (VerdictOf(arriving.Hash) is { } known)
        {
            tally.Reports.Add(new(Domain, arriving.Hash, known, IsDuplicate: true));
            return;
        }

        switch (arriving.Shape)
        {
            case { Refusal: { } refusal }: Refuse(arriving, refusal, tally); break;
            case { Hold: { } hold }: Hold(arriving, hold, [], tally); break;
            default: Judge(arriving, tally); break;
        }

        Wake(tally);
    }

    // A queue, not recursion: a long chain may have waited for one operation.
    private void Wake(Tally tally)
    {
        while (tally.Unwoken.TryDequeue(out var settled))
        {
            foreach (var waiter in settled.IsRefused ? _held.Refused(settled.Op) : _held.Arrived(settled.Op))
            {
                Judge(waiter, tally);
            }
        }
    }

    private void Judge(ArrivingOp arriving, Tally tally)
    {
        var op = arriving.Op!;
        if (op.Header.Depends.Any(IsRefusedHere))
        {
            Refuse(arriving, OpRefusal.InvalidDependency, tally);
            return;
        }

        var missing = op.Header.Depends.Where(hash => !IsValidHere(hash)).ToList();
        if (missing.Count > 0)
        {
            Hold(arriving, OpHold.MissingDependencies, missing, tally);
            return;
        }

        var past = _graph.PastThrough(op.Header.Depends);
        Recompute(tally);
        if (new OpValidity(op, Kind, _graph, past, StandingOf(past)).Judge(arriving.ProofHolds) is { } refusal)
        {
            Refuse(arriving, refusal, tally);
        }
        else
        {
            Integrate(_graph.Add(op, past), tally);
        }
    }

    private void Integrate(OpEntry entry, Tally tally)
    {
        _now.Extend(entry);
        // Only what ends something can change what is older, and only what its author had not seen.
        _isStale |= (entry.CutSubject is not null || entry.EndsInvite) && !entry.Past.Own.Covers(entry.Index);
        tally.Touch(entry);
        tally.Settle(new(Domain, entry.Op.Hash, OpVerdict.Valid));
    }

    private void Refuse(ArrivingOp arriving, OpRefusal refusal, Tally tally)
    {
        _refused.Add(arriving.Hash, refusal);
        tally.Settle(new(Domain, arriving.Hash, OpVerdict.RefusedFor(refusal)));
    }

    private void Hold(ArrivingOp arriving, OpHold reason, IReadOnlyList<ChangeHash> missing, Tally tally)
    {
        var evicted = _held.Add(arriving, reason, missing);
        tally.Reports.Add(new(Domain, arriving.Hash, OpVerdict.HeldFor(reason)));
        if (evicted is var (op, waitedFor))
        {
            tally.Reports.Add(new(Domain, op.Hash, OpVerdict.HeldFor(waitedFor), IsEvicted: true));
        }
    }

    private void Recompute(Tally tally)
    {
        if (_isStale)
        {
            _isStale = false;
            foreach (var changed in _now.Recompute())
            {
                tally.Turned.Add(Domain);
                tally.Touch(_graph[changed]);
            }
        }
    }

    // The space's log took something in: what waited for it here is judged, and expulsions are only as good as what they cite.
    private void Follow(IReadOnlyList<(ChangeHash Op, bool IsRefused)> settled, Tally tally)
    {
        _isStale |= _graph.Expels.Any(expel => _now.IsVoid(expel) == Space!._now.IsEffective(_graph[expel].Citation));
        foreach (var one in settled)
        {
            tally.Unwoken.Enqueue(one);
        }

        Wake(tally);
        Recompute(tally);
    }

    private InviteOp? FindInvite(ChangeHash hash) =>
        (_graph.TryFind(hash, out var index) ? _graph[index].Op : _held.Find(hash)?.Op) as InviteOp;

    /// <summary>What one call of Apply gathers.</summary>
    private sealed class Tally
    {
        public List<OpReport> Reports { get; } = [];

        public HashSet<PersonId> Touched { get; } = [];

        public HashSet<NodeId> Turned { get; } = [];

        public Queue<(ChangeHash Op, bool IsRefused)> Unwoken { get; } = new();

        public List<(ChangeHash Op, bool IsRefused)> Settled { get; } = [];

        public void Settle(OpReport report)
        {
            Reports.Add(report);
            Unwoken.Enqueue((report.Op, report.Verdict.Status == OpStatus.Refused));
            Settled.Add((report.Op, report.Verdict.Status == OpStatus.Refused));
        }

        public void Touch(OpEntry entry)
        {
            Touched.UnionWith(entry.Seats);
            if (entry.CutSubject is { } subject)
            {
                Touched.Add(subject);
            }
        }
    }
}
