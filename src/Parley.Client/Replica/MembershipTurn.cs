using System.Buffers.Text;
using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Replica;

/// <summary>One command's work on memberships, with the writer's turn: each operation is signed and taken in by its log before the next is drafted.</summary>
internal sealed class MembershipTurn(
    ApplyPath apply, Func<List<ChangeDraft>, CancellationToken, Task<List<Change>>> sign, PersonId me, RandomBytes random)
{
    private const int ChangeIdBytes = 16;

    /// <summary>What the operations came to.</summary>
    public MembershipEffects Effects { get; } = new();

    /// <summary>Nodes to write after them, in the same transaction.</summary>
    public List<NodeDraft> Drafts { get; } = [];

    /// <summary>The replica's logs.</summary>
    public MembershipBook Book => apply.Memberships;

    /// <summary>Whose operations these are.</summary>
    public PersonId Me => me;

    /// <summary>The clock on the wall, ms.</summary>
    public long NowMs => apply.NowMs;

    /// <summary>Random bytes.</summary>
    public byte[] Random(int count)
    {
        var bytes = new byte[count];
        random(bytes);
        return bytes;
    }

    /// <summary>The log of a domain. Throws <see cref="ParleyException"/>: NotFound.</summary>
    public MembershipLog Log(NodeId domain) =>
        Book.Find(domain) ?? throw new ParleyException(ParleyErrorCode.NotFound, "The space, channel or conversation is not here.");

    /// <summary>What this person may draft in a domain; with too many heads they are joined first.</summary>
    public async Task<MembershipDrafts> DraftsAsync(NodeId domain, CancellationToken cancellationToken)
    {
        var drafts = new MembershipDrafts(Log(domain), me);
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
        var lamport = Math.Max(apply.Clock.Now + 1, draft.LamportMin);
        var fields = draft.ToChange(Base64Url.EncodeToString(Random(ChangeIdBytes)), apply.NowMs, lamport);
        var change = (await sign([new(fields)], cancellationToken).ConfigureAwait(false))[0];
        apply.Clock.See(lamport);
        await Book.ArriveAsync([new(change, null)], Effects, cancellationToken).ConfigureAwait(false);
        return Effects.Verdicts[change.Hash] is NodeVerdict.Accepted ? change.Hash
            : throw (Book.Find(draft.Domain)?.VerdictOf(change.Hash)?.Reason is { } reason
                ? new ParleyException(ParleyErrorCode.Forbidden, reason)
                : new ParleyException(ParleyErrorCode.Forbidden, "The operation would not be taken."));
    }
}
