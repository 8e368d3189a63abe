using System.Buffers.Text;
using Parley.Access;
using Parley.Commands;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Replica;

/// <summary>A command's work on memberships within a transaction of the ledger.</summary>
internal sealed class LedgerMembershipTurn(
    ReplicaLedger ledger, LedgerTurn turn, Func<List<ChangeDraft>, CancellationToken, Task<List<Change>>> sign, RandomBytes random) : MembershipTurn
{
    private const int ChangeIdBytes = 16;

    /// <inheritdoc/>
    public override IEnumerable<MembershipLog> All => ledger.Logs.All;

    /// <inheritdoc/>
    public override PersonId Me => ledger.Me;

    /// <inheritdoc/>
    public override long NowMs => ledger.NowMs;

    /// <inheritdoc/>
    public override MembershipLog? Find(NodeId domain) => ledger.Logs.Find(domain);

    /// <inheritdoc/>
    public override byte[] Random(int count)
    {
        var bytes = new byte[count];
        random(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public override async Task<ChangeHash> WriteAsync(OpDraft draft, CancellationToken cancellationToken)
    {
        var lamport = Math.Max(ledger.Clock.Now + 1, draft.LamportMin);
        var fields = draft.ToChange(Base64Url.EncodeToString(Random(ChangeIdBytes)), ledger.NowMs, lamport);
        var change = (await sign([new(fields)], cancellationToken).ConfigureAwait(false))[0];
        turn.Reads.Made(change, isMinted: true);
        turn.Transaction.Append([Offered.Of(new(change, null, null, Way.Own))]);
        await turn.RunAsync(null, cancellationToken).ConfigureAwait(false);
        return turn.Transaction.Verdicts[^1] is Verdict.Accepted
            ? change.Hash
            : throw NodeWriter.Forbidden(turn.Transaction.Verdicts[^1], "The operation would not be taken.");
    }
}
