using Parley.Ids;

namespace Parley.Nodes;

/// <summary>
/// Who may write a node, judged on every replica before a change is merged (W2). Where no log governs, as in the space main, this knows
/// the rights that follow from the node alone: a message and a reaction belong to their author, a Profile to its subject,
/// an InboxState to its owner; everything else may be written by everybody connected.
/// </summary>
/// <remarks>Immutable fields: after the root, writes to <c>kind</c>, <c>members</c>, <c>channel</c>, <c>space</c>, <c>target</c>, <c>parley:access</c> have no effect.</remarks>
public static class NodeAccess
{
    /// <summary>
    /// True when <paramref name="change"/> may be the root of its node: it carries a schema and either proves itself
    /// (<see cref="NodeProof"/>) or is a first change (no parent) of an id that leaves its maker open.
    /// </summary>
    /// <remarks>Every change of Parley carries its schema, so the signed parent is what tells a create from an update that came early (W9).</remarks>
    public static bool MayCreate(Change change) => MayCreate(change, out _);

    /// <summary>As the other, saying also whether the change proves its maker (one hash serves both questions).</summary>
    public static bool MayCreate(Change change, out bool proves)
    {
        proves = change.SchemaId is not null && NodeProof.Proves(change);
        if (change.SchemaId is null || (RoomNames.SubjectOf(change.Node) is { } subject && subject != change.Author))
        {
            return false;
        }

        if (!proves)
        {
            return change.Fields.Parent is null && !NamesItsMaker(change.Node.Value);
        }

        // The thread of a space lives in that space, whoever says otherwise.
        return !RoomNames.IsThread(change.Node.Value)
            || change.Properties["target"]?.Text is not { } target
            || !RoomNames.IsSpace(target)
            || change.Properties["space"]?.Text == target;
    }

    /// <summary>True when the author of <paramref name="change"/> may write the node whose root is <paramref name="root"/>.</summary>
    public static bool MayWrite(NodeRoot root, Change change)
    {
        if (RoomNames.SubjectOf(change.Node) is { } subject)
        {
            return subject == change.Author;
        }

        return change.Author == root.Author || !BelongsToItsMaker(root.SchemaId);
    }

    /// <summary>True when a write to this property by a change other than the root has no effect.</summary>
    public static bool IsImmutable(string schemaId, string property) => property switch
    {
        "space" or "channel" or "target" or "createdBy" or "parley:access" => true,
        // These two are the channel's own; other schemas may mean anything by them.
        "kind" or "members" => Schemas.Is(schemaId, Schemas.Channel),
        "to" => Schemas.Is(schemaId, Schemas.Knock),
        "device" => Schemas.Is(schemaId, Schemas.Device),
        _ => false,
    };

    /// <summary>Ids that are derived from what the create says take no create that does not reproduce them.</summary>
    private static bool NamesItsMaker(string id) =>
        RoomNames.IsOpenChannel(id)
        || AccessDomains.KindOf(id.AsSpan()) == AccessDomainKind.DirectMessage
        || RoomNames.IsThread(id);

    private static bool BelongsToItsMaker(string schemaId) =>
        Schemas.Is(schemaId, Schemas.ChatMessage)
        || Schemas.Is(schemaId, Schemas.Reaction)
        || Schemas.Is(schemaId, Schemas.Profile)
        || Schemas.Is(schemaId, Schemas.Knock)
        || Schemas.Is(schemaId, Schemas.KnockAnswer)
        || Schemas.Is(schemaId, Schemas.Block)
        || Schemas.Is(schemaId, Schemas.Device)
        || Schemas.Is(schemaId, Schemas.InboxState);
}
