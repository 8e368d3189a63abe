using Parley.Hub.Storage;
using Parley.Identity;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;
using Parley.Scenarios.Hub;

namespace Parley.Scenarios.Attacks;

/// <summary>A store that counts what it is asked and what it keeps.</summary>
internal sealed class CountingStore() : AlteredStore("epoch")
{
    private long _questions;
    private long _rows;

    /// <summary>Everything that was looked up: each hash, node, log and member for itself.</summary>
    public long Questions => Volatile.Read(ref _questions);

    /// <summary>Changes that are filed or wait.</summary>
    public long Rows => Volatile.Read(ref _rows);

    public override Known Load(Needs needs)
    {
        Interlocked.Add(
            ref _questions,
            needs.Changes.Count + needs.Nodes.Count + needs.Roots.Count + needs.Waiting.Count + needs.Logs.Count + needs.Usage.Count
                + needs.SpacesMade.Count + needs.Crowds.Count);
        return base.Load(needs);
    }

    public override IReadOnlyList<Place> Commit(Decision decision, in Alongside alongside)
    {
        foreach (var transition in decision.Transitions)
        {
            Interlocked.Add(ref _rows, transition is Transition.Filed or Transition.Waits ? 1 : transition is Transition.Ended ? -1 : 0);
        }

        return base.Commit(decision, alongside);
    }

    public override StoredMember? FindMember(NodeId domain, PersonId person) => Counted(base.FindMember(domain, person));

    public override IReadOnlyList<StoredMember> MembershipsOf(PersonId person) => Counted(base.MembershipsOf(person));

    public override StoredDomain? FindDomain(NodeId domain) => Counted(base.FindDomain(domain));

    public override IReadOnlyList<Change> ReadLogs(NodeId domain) => Counted(base.ReadLogs(domain));

    public override bool IsKnownTo(PersonId person, PersonId stranger) => Counted(base.IsKnownTo(person, stranger));

    public override KnownNode? Find(NodeId id) => Counted(base.Find(id));

    private T Counted<T>(T answer)
    {
        Interlocked.Increment(ref _questions);
        return answer;
    }
}
