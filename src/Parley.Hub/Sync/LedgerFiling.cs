using Parley.Hub.Access;
using Parley.Hub.Admission;
using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Identity;
using Parley.Ids;
using Parley.Ledger;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Hub.Sync;

/// <summary>
/// The hub's host of the ledger: answers what it asks, commits what it decides, and only then tells anybody. The writer's.
/// </summary>
internal sealed class LedgerFiling : IFiling
{
    private readonly IHubStore _store;
    private readonly HubClock _clock;
    private readonly RoomReading _reading;
    private readonly SubscriptionGuard _guard;
    private readonly LedgerEngine _ledger;
    private IReadOnlyCollection<WaitKey> _awaited = [];
    private IReadOnlyList<WaitingRow> _rest = [];

    public LedgerFiling(IHubStore store, HubOptions options, HubClock clock, RoomReading reading, SubscriptionGuard guard)
    {
        _store = store;
        _clock = clock;
        _reading = reading;
        _guard = guard;
        _ledger = new(
            LedgerPolicy.Hub(options.Commons) with { SinceMs = store.SinceMs, Limits = LimitsOf(options.Limits) },
            knocks: new KnockBudget(options.Limits, clock, store.IsKnownTo));
        foreach (var (domain, _) in store.Domains())
        {
            _ledger.Know(domain.Id);
        }

        // What they wait for may be here, if the hub ended in between.
        _awaited = store.Awaited();
    }

    /// <inheritdoc/>
    public GroupOutcome File(IReadOnlyList<ChangeSubmission> group)
    {
        try
        {
            return FileGroup(group);
        }
        finally
        {
            _store.Release();
        }
    }

    /// <inheritdoc/>
    public GroupOutcome? Continue()
    {
        try
        {
            return _awaited.Count + _rest.Count > 0 ? FileRest() : null;
        }
        finally
        {
            _store.Release();
        }
    }

    private GroupOutcome FileGroup(IReadOnlyList<ChangeSubmission> group)
    {
        using var turn = _ledger.Draft(_clock.WallMs);
        var batch = new List<Offered>();
        foreach (var submission in group)
        {
            // Within a batch operations come first. What was handed in before them is judged before them.
            var isTurn = submission.Offers.Any(static offer => offer is { Outcome: OfferOutcome.Open, Offer.Shape.IsOperation: true });
            if (isTurn)
            {
                Judge(turn, batch);
            }

            batch.AddRange(submission.Offers.Where(static offer => offer.Outcome == OfferOutcome.Open).Select(static offer => Offered.Of(offer.Offer!)));
            if (isTurn)
            {
                Judge(turn, batch);
            }
        }

        Judge(turn, batch);
        turn.Close();
        Answer(turn);
        var commit = Commit(turn);
        _rest = [.. _rest, .. turn.Decision.Rest];
        var next = 0;
        foreach (var submission in group)
        {
            foreach (var offer in submission.Offers)
            {
                if (offer.Outcome == OfferOutcome.Open)
                {
                    commit.Settle(submission, offer, turn.Decision.Verdicts[next++]);
                }
            }
        }

        return commit.Outcome();
    }

    private GroupOutcome FileRest()
    {
        using var turn = _ledger.Continue(_awaited, _rest, [], _clock.WallMs);
        Answer(turn);
        var commit = Commit(turn);
        (_awaited, _rest) = ([], turn.Decision.Rest);
        return commit.Outcome();
    }

    /// <inheritdoc/>
    public long Clear(string room) => _store.Clear(room);

    private void Judge(LedgerTransaction turn, List<Offered> batch)
    {
        if (batch.Count > 0)
        {
            turn.Append(batch);
            Answer(turn);
            batch.Clear();
        }
    }

    private void Answer(LedgerTransaction turn)
    {
        while (turn.Next() is { } needs)
        {
            var known = _store.Load(needs);
            if (needs.Proofs.Length > 0)
            {
                known.ProofsHold = Verified(needs.Proofs.Span);
            }

            turn.Learn(known);
        }
    }

    private GroupCommit Commit(LedgerTransaction turn)
    {
        var decision = turn.Decision;
        List<Revocation> revoked = [.. decision.Transitions.OfType<Transition.Filed>().Select(SignOut).OfType<Revocation>()];
        var places = decision.Transitions.Count > 0 ? _store.Commit(decision, new(turn.NowMs, revoked)) : [];
        turn.Committed();
        Follow(decision);
        return new(decision, places, revoked);
    }

    private void Follow(Decision decision)
    {
        var touched = new Dictionary<NodeId, HashSet<PersonId>>();
        foreach (var member in decision.Transitions.OfType<Transition.MemberSet>())
        {
            if (!touched.TryGetValue(member.Domain, out var people))
            {
                touched[member.Domain] = people = [];
            }

            people.Add(member.Person);
        }

        _guard.Follow([.. _reading.Follow(decision)], touched);
    }

    private static Revocation? SignOut(Transition.Filed filed) =>
        DeviceSignOut.Read(filed.Offer.Change) is { } signOut && filed.Home == RoomNames.Author(filed.Offer.Change.Author)
            ? new(Revocations.NameOf(signOut.Person, signOut.Device), filed.Offer.Change.WallTime)
            : null;

    private static bool[] Verified(ReadOnlySpan<SignatureCheck> checks)
    {
        var holds = new bool[checks.Length];
        for (var i = 0; i < holds.Length; i++)
        {
            holds[i] = SodiumSignatures.Verify(checks[i]);
        }

        return holds;
    }

    private static LedgerLimits LimitsOf(HubLimits limits) => new()
    {
        WaitingPerMemberMax = limits.HeldPerMemberMax,
        WaitingOthersMax = limits.HeldByOthersMax,
        WaitingOthersBytesMax = limits.HeldByOthersBytesMax,
        WaitingPerOtherMax = limits.HeldByOthersEachMax,
        OperationsMax = limits.OperationsMax,
        OperationsPerMemberMax = limits.OperationsPerMemberMax,
        AuthorBytesMax = limits.AuthorBytesMax,
        AuthorChangesMax = limits.AuthorChangesMax,
        SpacesPerPersonMax = limits.SpacesPerPersonMax,
        LogBytesKeptMax = limits.LogBytesKeptMax,
    };
}
