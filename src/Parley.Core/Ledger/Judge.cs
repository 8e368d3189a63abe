using Parley.Ids;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>Judges ordinary changes, and what their arrival sets free.</summary>
internal abstract class Judge(LedgerTransaction transaction)
{
    private readonly HashSet<WaitKey> _due = [];
    private int _released;

    /// <summary>Whose judge it is.</summary>
    protected LedgerTransaction Transaction => transaction;

    /// <summary>Judges these and everything that they set free.</summary>
    public abstract IEnumerable<Needs> Run(List<Candidate> candidates);

    /// <summary>What waits under this name is judged anew.</summary>
    public void Release(WaitKey key)
    {
        if (key.Kind != WaitKind.Future)
        {
            _due.Add(key);
        }
    }

    /// <summary>A membership log took operations in.</summary>
    /// <param name="change">What that may have turned.</param>
    public virtual void Turned(Regoverned change)
    {
    }

    /// <summary>People came into an access scope, or went.</summary>
    public virtual void Seated(NodeId domain, IEnumerable<PersonId> people)
    {
    }

    /// <summary>A membership log was opened.</summary>
    public virtual void Opened(NodeId domain)
    {
    }

    /// <summary>A valid operation was filed.</summary>
    /// <param name="candidate">Its carrying change.</param>
    /// <param name="home">Where.</param>
    public virtual void Carried(Candidate candidate, RoomId home)
    {
    }

    /// <summary>What is due and known, as candidates; the rest is asked for.</summary>
    protected List<Candidate> TakeDue()
    {
        if (_due.Count == 0)
        {
            return [];
        }

        List<Candidate> due = [];
        HashSet<ChangeHash> seen = [];
        foreach (var key in _due.ToList())
        {
            if (!transaction.Facts.TryWaiting(key, out var rows))
            {
                continue;
            }

            _due.Remove(key);
            if (rows.Count == 0)
            {
                continue;
            }

            foreach (var row in rows.Where(row => !row.IsOperation && seen.Add(row.Change.Hash)).OrderBy(row => row.Change.Lamport).ToList())
            {
                if (_released >= transaction.Policy.Limits.ReleasedMax)
                {
                    transaction.Rest.TryAdd(row.Change.Hash, row);
                    continue;
                }

                _released++;
                transaction.Rest.Remove(row.Change.Hash);
                due.Add(Candidate.Of(row, transaction.Policy.IsHub));
            }
        }

        return due;
    }

    /// <summary>What governs a room; null if something has to be asked first.</summary>
    protected Ruling? RulingOf(RoomId room) => transaction.RulingOf(room);

    /// <summary>Keeps a change until what it waits for is here.</summary>
    protected void Hold(Candidate candidate, WaitKey key) =>
        transaction.Waiting.Hold(candidate, key, key.Kind == WaitKind.Node ? HoldReason.UnknownNode : HoldReason.UnknownMember);
}
