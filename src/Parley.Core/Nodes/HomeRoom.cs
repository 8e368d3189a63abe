using Parley.Ids;

namespace Parley.Nodes;

/// <summary>Where a node replicates: a pure function of its creating change (docs/protocol.md, home rooms).</summary>
public static class HomeRoom
{
    /// <summary>
    /// The home room that this change's own signed fields give its node, or null where they do not say
    /// (an update without routing properties: the node's create decides).
    /// InboxState, Device → its owner's room; Profile → <c>profile-did</c>; Knock → <c>knock:did</c> of the person it is to; Channel → its space's room where open, else its own; ChatMessage, Reaction and
    /// anything with <c>channel</c> → that channel, or the space where it names one, as a space's membership operations do; Space → its own; anything with <c>space</c> → that space; else the author's own room.
    /// </summary>
    /// <remarks>
    /// A Channel says where it lives only in a first change (no <see cref="ChangeFields.Parent"/>) with <c>kind</c> or <c>space</c>:
    /// later changes carry the schema too, but only some properties.
    /// </remarks>
    public static RoomId? Of(Change change) => Of(change.Fields);

    /// <summary>As the other, of a change that nobody has signed yet.</summary>
    public static RoomId? Of(ChangeFields change)
    {
        var (node, schema, properties) = (change.Payload.Node, change.Payload.SchemaId, change.Payload.Properties);
        if (RoomNames.SubjectOf(node) is { } subject)
        {
            return node.Value.StartsWith(RoomNames.ProfilePrefix, StringComparison.Ordinal) ? RoomNames.Profile(subject) : RoomNames.Author(subject);
        }

        // What carries the name of a space or private channel lives with it, whatever it says: nobody makes it elsewhere.
        if (AccessDomains.KindOf(node) is AccessDomainKind.Space or AccessDomainKind.Channel)
        {
            return RoomNames.OfMessages(node);
        }

        if (Schemas.Is(schema, Schemas.InboxState) || Schemas.Is(schema, Schemas.Device))
        {
            return RoomNames.Author(change.Author);
        }

        if (Schemas.Is(schema, Schemas.Profile))
        {
            return RoomNames.Profile(change.Author);
        }

        if (Schemas.Is(schema, Schemas.Knock) && PersonId.TryParse(properties["to"]?.Text, out var knocked))
        {
            return RoomNames.Knock(knocked);
        }

        if (AccessDomains.KindOf(node) == AccessDomainKind.DirectMessage)
        {
            return RoomNames.Channel(node);
        }

        if (Schemas.Is(schema, Schemas.Channel))
        {
            return OfChannel(change);
        }

        if (Schemas.Is(schema, Schemas.Space) || Schemas.Is(schema, Schemas.Workspace))
        {
            return RoomNames.Space(node.Value);
        }

        if (Name(change, "channel") is { } channel)
        {
            return RoomNames.OfMessages(new NodeId(channel));
        }

        return Name(change, "space") is { } space ? RoomNames.Space(space)
            : IsFirst(change) ? RoomNames.Author(change.Author)
            : null;
    }

    private static RoomId? OfChannel(ChangeFields change)
    {
        var (node, properties) = (change.Payload.Node, change.Payload.Properties);

        // The id of an open channel is derived from its space, which therefore stands in its proof.
        if (RoomNames.IsOpenChannel(node.Value))
        {
            return properties["parley:access"] is { } proof ? RoomNames.Space(proof["space"]?.Text ?? "") : null;
        }

        var space = Name(change, "space");
        var kind = properties["kind"]?.Text;
        if (!IsFirst(change) || (kind is null && space is null))
        {
            return null;
        }

        var isOpen = space is not null && kind != "dm" && properties["visibility"]?.Text != "private";
        return isOpen ? RoomNames.Space(space!) : RoomNames.Channel(node);
    }

    /// <summary>True when its author knew no earlier change of the node: both fields are signed.</summary>
    private static bool IsFirst(ChangeFields change) => change is { Payload.SchemaId: not null, Parent: null };

    private static string? Name(ChangeFields change, string property) =>
        change.Payload.Properties[property]?.Text is { Length: > 0 and <= NodeId.LengthMax } name ? name : null;
}
