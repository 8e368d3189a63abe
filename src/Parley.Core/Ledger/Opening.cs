using Parley.Access;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>Opens the log of an access scope that has none here, by a root among the operations that arrive or wait.</summary>
/// <param name="transaction">The transaction.</param>
/// <param name="domain">The access scope.</param>
/// <param name="hold">Takes what must wait.</param>
internal sealed class Opening(LedgerTransaction transaction, NodeId domain, Action<Candidate, WaitKey> hold)
{
    /// <summary>The log; null if no root opens one now. Then everything waits.</summary>
    public MembershipLog? Log { get; private set; }

    /// <summary>Tries; takes out of the list what it refuses.</summary>
    public IEnumerable<Needs> Run(List<Candidate> open)
    {
        foreach (var candidate in open.ToList())
        {
            if (MembershipOpReader.Read(candidate.Change, domain, out var read).Status != OpStatus.Valid || read is not CreateOp root)
            {
                continue;
            }

            if (!DomainRoot.Proves(root))
            {
                Refuse(open, candidate, OpRefusal.NotCreator);
                continue;
            }

            // A log is opened by what is valid at once, so that there is none without an operation.
            if (root.Space is null && root.Header.Depends.Count > 0)
            {
                continue;
            }

            if (root.Space is { } space)
            {
                MembershipLog? over;
                while (!transaction.Facts.TryLog(space, out over) | !transaction.Facts.TryWaiting(WaitKey.Domain(space), out _))
                {
                    yield return transaction.Facts.TakeNeeds();
                }

                // A channel's log stands over its space's for good, so nobody opens one who could not write its root.
                if (over?.At(root.Header.Depends) is not { } known)
                {
                    open.Remove(candidate);
                    hold(candidate, WaitKey.Domain(space));
                    continue;
                }

                if (known.RoleOf(root.Author) is null || over.Operations.Any(op => op.Header.Lamport >= root.Header.Lamport && root.Header.Depends.Contains(op.Hash)))
                {
                    Refuse(open, candidate, known.RoleOf(root.Author) is null ? OpRefusal.NotInSpace : OpRefusal.Lamport);
                    continue;
                }
            }
            else if (transaction.Policy.IsHub && root.Kind == AccessDomainKind.Space)
            {
                if (!transaction.Facts.TrySpacesMade(root.Author, out var made))
                {
                    yield return transaction.Facts.TakeNeeds();
                    transaction.Facts.TrySpacesMade(root.Author, out made);
                }

                if (made >= transaction.Policy.Limits.SpacesPerPersonMax)
                {
                    open.Remove(candidate);
                    transaction.Refuse(candidate, new(Refusal.Quota, null, "This person has made as many spaces as this hub keeps for one.", IsFinal: false));
                    continue;
                }
            }

            if ((Log ??= transaction.Logs.Open(candidate.Change, domain, root.Space)) is not null)
            {
                if (root.Kind == AccessDomainKind.Space)
                {
                    transaction.Facts.MakeSpace(root.Author);
                }

                yield break;
            }
        }

        open.ForEach(candidate => hold(candidate, WaitKey.Domain(domain)));
    }

    private void Refuse(List<Candidate> open, Candidate candidate, OpRefusal why)
    {
        open.Remove(candidate);
        transaction.Refuse(candidate, new(Refusal.Forbidden, why.ToReason()));
    }
}
