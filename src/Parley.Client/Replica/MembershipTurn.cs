using System.Buffers.Text;
using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Replica;

/// <summary>One command's work on memberships, with the writer's turn: each operation is signed and taken in by its log before the next is drafted.</summary>
internal sealed class MembershipTurn(
    ReplicaLedger ledger, LedgerTurn turn, Func<List<ChangeDraft>, CancellationToken, Task<List<Change>>> sign, RandomBytes random)
{
    private const int ChangeIdBytes = 16;

    /// <summary>Nodes to write after them, in the same transaction.</summary>
    public List<NodeDraft> Drafts { get; } = [];

    /// <summary>The replica's membership logs, with what was written so far.</summary>
    public IEnumerable<MembershipLog> All => ledger.Logs.All;

    /// <summary>The log of an access scope, or null if its root is not here.</summary>
    public MembershipLog? Find(NodeId domain) => ledger.Logs.Find(domain);

    /// <summary>Whose operations these are.</summary>
    public PersonId Me => ledger.Me;

    /// <summary>The clock on the wall, ms.</summary>
    public long NowMs => ledger.NowMs;

    /// <summary>Random bytes.</summary>
    public byte[] Random(int count)
    {
        var bytes = new byte[count];
        random(bytes);
        return bytes;
    }

    /// <summary>The log of a domain. Throws <see cref="ParleyException"/>: NotFound.</summary>
    public MembershipLog Log(NodeId domain) =>
        Find(domain) ?? throw new ParleyException(ParleyErrorCode.NotFound, "The space, channel or conversation is not here.");

    /// <summary>What this person may draft in a domain; with too many heads they are joined first.</summary>
    public async Task<MembershipDrafts> DraftsAsync(NodeId domain, CancellationToken cancellationToken)
    {
        var drafts = new MembershipDrafts(Log(domain), Me);
        while (drafts.JoinHeads() is { } joining)
        {
            await WriteAsync(joining, cancellationToken).ConfigureAwait(false);
        }

        return drafts;
    }

    /// <summary>Tells a person of a domain that they are in from now on: nobody looks into rooms that they do not know of.</summary>
    /// <remarks>This person's own other devices learn of it in the same way.</remarks>
    public void Knock(PersonId person, NodeId domain) => Drafts.Add(new()
    {
        SchemaId = Schemas.Knock,
        Properties = JsonValue.Object(("to", JsonValue.Of(person.Value)), ("domain", JsonValue.Of(domain.Value))),
    });

    /// <summary>Signs an operation and hands it to its log. Throws <see cref="ParleyException"/>: Forbidden.</summary>
    /// <returns>Its hash.</returns>
    public async Task<ChangeHash> WriteAsync(OpDraft draft, CancellationToken cancellationToken)
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
