using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>What a person writes in one transaction.</summary>
internal sealed class SimDraft(SimReplica replica, LedgerTransaction transaction)
{
    /// <summary>Whose it is.</summary>
    public SimReplica Replica => replica;

    /// <summary>The log as it stands in the transaction.</summary>
    public MembershipLog? Log(NodeId domain) => RulingOf(RoomNames.OfMessages(domain)).Log;

    /// <summary>What this person may draft in an access scope; null while it has no log here.</summary>
    public MembershipDrafts? Drafts(NodeId domain) => Log(domain) is { } log ? new(log, replica.Me) : null;

    /// <summary>Writes an operation. False if its log does not take it.</summary>
    public bool Write(OpDraft draft)
    {
        var lamport = Math.Max(transaction.Clock!.Now + 1, draft.LamportMin);
        return Append(replica.Sign(draft.ToChange(replica.NewId(), replica.NowMs, lamport)));
    }

    /// <summary>Writes a node, new or known, naming what this person knows of the memberships that govern it. Null if it is refused.</summary>
    public NodeId? Write(NodeId? node, string schema, JsonValue properties, RoomId room, string? parent = null)
    {
        var log = RulingOf(room).Log;
        if (log is not null)
        {
            properties = properties.With(Change.SeenProperty, SeenOperations.ToJson(SeenOperations.For(log, replica.Me)));
        }

        var id = replica.NewId();
        var name = node ?? NodeProof.IdFor(replica.Me, id);
        var lamport = Math.Max(transaction.Clock!.Now + 1, log?.NextLamport ?? 0);
        return Append(replica.Sign(new(id, new(name, schema, properties, null), parent, replica.Me, replica.NowMs, lamport))) ? name : null;
    }

    private Ruling RulingOf(RoomId room) => Sim.RuleIn(transaction, replica.Store, room);

    private bool Append(Change change)
    {
        transaction.Append([Offered.Of(new(change, null, null, Way.Own))]);
        Sim.Answer(transaction, replica.Store);
        return transaction.Verdicts[^1] is Verdict.Accepted;
    }
}
