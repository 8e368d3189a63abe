using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Commands;

/// <summary>One command's work on memberships, with the writer's turn: each operation is signed and taken in by its log before the next is drafted.</summary>
internal abstract class MembershipTurn
{
    /// <summary>Nodes to write after them, in the same transaction.</summary>
    public List<NodeDraft> Drafts { get; } = [];

    /// <summary>The replica's membership logs, with what was written so far.</summary>
    public abstract IEnumerable<MembershipLog> All { get; }

    /// <summary>Whose operations these are.</summary>
    public abstract PersonId Me { get; }

    /// <summary>The clock on the wall, ms.</summary>
    public abstract long NowMs { get; }

    /// <summary>The log of an access scope, or null if its root is not here.</summary>
    public abstract MembershipLog? Find(NodeId domain);

    /// <summary>Random bytes.</summary>
    public abstract byte[] Random(int count);

    /// <summary>Signs an operation and hands it to its log. Throws <see cref="ParleyException"/>: Forbidden.</summary>
    /// <returns>Its hash.</returns>
    public abstract Task<ChangeHash> WriteAsync(OpDraft draft, CancellationToken cancellationToken);

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
}
