using Parley.Ids;
using Parley.Identity;

namespace Parley.Ledger;

/// <summary>What a budget says to one knock more.</summary>
internal enum KnockAnswer : byte
{
    /// <summary>It is counted.</summary>
    Taken,

    /// <summary>Whoever brings it has brought too many.</summary>
    TooMany,

    /// <summary>Too many strangers came to this door.</summary>
    DoorFull,
}

/// <summary>How often people knock at doors.</summary>
internal interface IKnocks
{
    /// <summary>Takes one knock that a person brings to a door.</summary>
    KnockAnswer Take(PersonId sender, PersonId door);
}

/// <summary>
/// The rules of one store: which changes are taken, and what they come to. Its memory is a cache of the disk; one transaction at a time.
/// </summary>
/// <param name="policy">Hub or replica.</param>
/// <param name="clock">On a replica: its window of time.</param>
/// <param name="knocks">At a hub: how often people knock. Null: as often as they like.</param>
internal sealed class LedgerEngine(LedgerPolicy policy, LamportWindow? clock = null, IKnocks? knocks = null)
{
    private readonly HashSet<NodeId> _awaitedTargets = [];
    private LogCache? _logs;
    private bool _isBusy;

    /// <summary>Hub or replica.</summary>
    public LedgerPolicy Policy => policy;

    /// <summary>On a replica: its window of time. The transaction's; read by others between two of them.</summary>
    public LamportWindow? Clock => clock;

    internal GeneralThreads Generals { get; } = new();

    internal LogCache Logs => _logs ??= new(Generals, policy.Limits.LogBytesKeptMax);

    internal RoomRules Rules { get; } = new(policy.HasCommons, policy.IsHub);

    internal IKnocks Knocks { get; } = knocks ?? AnyKnocks.Instance;

    /// <summary>Begins a transaction over a batch.</summary>
    /// <exception cref="InvalidOperationException">Another transaction is open.</exception>
    public LedgerTransaction Begin(IReadOnlyList<Offered> offers, long nowMs) => Begin(offers, [], [], [], nowMs);

    /// <summary>Begins a transaction over what came due.</summary>
    /// <param name="due">What waits under these names (<see cref="WaitKey.Future"/> lets the window creep).</param>
    /// <param name="rest">What earlier transactions left (<see cref="Decision.Rest"/>).</param>
    /// <param name="anew">On a replica: channels whose nodes were judged under another rule.</param>
    /// <param name="nowMs">The clock on the wall, ms since the Unix epoch.</param>
    /// <exception cref="InvalidOperationException">Another transaction is open.</exception>
    public LedgerTransaction Continue(
        IReadOnlyCollection<WaitKey> due, IReadOnlyCollection<WaitingRow> rest, IReadOnlyCollection<NodeId> anew, long nowMs) => Begin([], due, rest, anew, nowMs);

    /// <summary>Begins a transaction whose own changes are drafted one on the other (<see cref="LedgerTransaction.Append"/>).</summary>
    /// <exception cref="InvalidOperationException">Another transaction is open.</exception>
    public LedgerTransaction Draft(long nowMs) => Open(isDraft: true, nowMs);

    /// <summary>An access scope is on disk, loaded or not: a space has a #general from then on.</summary>
    public void Know(NodeId domain)
    {
        if (AccessDomains.KindOf(domain) == AccessDomainKind.Space)
        {
            Generals.Add(domain);
        }
    }

    private LedgerTransaction Begin(
        IReadOnlyList<Offered> offers, IReadOnlyCollection<WaitKey> due, IReadOnlyCollection<WaitingRow> rest, IReadOnlyCollection<NodeId> anew, long nowMs)
    {
        var transaction = Open(isDraft: false, nowMs);
        transaction.Begin(offers, due, rest, anew);
        return transaction;
    }

    private LedgerTransaction Open(bool isDraft, long nowMs)
    {
        if (_isBusy)
        {
            throw new InvalidOperationException("One transaction at a time.");
        }

        _isBusy = true;
        return new(this, isDraft, nowMs);
    }

    /// <summary>A thread hangs on a node that may not be here: when it comes, the thread has its rights.</summary>
    public void AwaitTarget(NodeId target) => _awaitedTargets.Add(target);

    internal bool IsAwaitedTarget(NodeId node) => _awaitedTargets.Contains(node);

    internal void Ended(LamportWindow? clockBefore, bool isCommitted)
    {
        _isBusy = false;
        if (!isCommitted)
        {
            // Whatever was believed meanwhile is read again.
            Logs.Undo();
            Rules.Clear();
            if (clockBefore is not null)
            {
                clock!.Restore(clockBefore);
            }
        }

        Logs.Trim();
    }

    private sealed class AnyKnocks : IKnocks
    {
        public static AnyKnocks Instance { get; } = new();

        public KnockAnswer Take(PersonId sender, PersonId door) => KnockAnswer.Taken;
    }
}
