using Parley.Ids;
using Parley.Nodes;

namespace Parley.Access;

/// <summary>An operation to be written: sign the change that carries it, then offer it to its log like anybody's.</summary>
internal sealed class OpDraft
{
    internal OpDraft(MembershipOp op, long lamportMin)
    {
        Operation = op;
        LamportMin = lamportMin;
    }

    /// <summary>The operation. Its header has no hash, times or author's clock yet.</summary>
    public MembershipOp Operation { get; }

    /// <summary>The domain that it belongs to; of a root just made, the new domain.</summary>
    public NodeId Domain => Operation.Header.Domain;

    /// <summary>The least Lamport time of the carrying change: above every operation that its author holds.</summary>
    public long LamportMin { get; }

    /// <summary>The fields of the carrying change, the one change of a new node.</summary>
    /// <param name="changeId">A new unique id; the node's id follows from it.</param>
    /// <param name="wallTimeMs">The author's clock, ms since the Unix epoch.</param>
    /// <param name="lamport">The author's Lamport clock, at least <see cref="LamportMin"/>.</param>
    /// <param name="batch">Its batch, if any.</param>
    public ChangeFields ToChange(string changeId, long wallTimeMs, long lamport, BatchMark? batch = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(changeId);
        ArgumentOutOfRangeException.ThrowIfLessThan(lamport, LamportMin);
        var properties = MembershipOpWriter.Carrier(Domain, MembershipOpWriter.ToJson(Operation));
        var payload = new ChangePayload(NodeProof.IdFor(Operation.Author, changeId), Schemas.ChatMessage, properties, null);
        return new(changeId, payload, null, Operation.Author, wallTimeMs, lamport, batch);
    }
}
