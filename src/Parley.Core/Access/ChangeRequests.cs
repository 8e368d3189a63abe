using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Access;

/// <summary>What an ordinary change wants, read from its signed fields alone: the request that <see cref="AccessDecision"/> answers.</summary>
internal static class ChangeRequests
{
    private static readonly string[] s_routing = ["members", "kind", "channel", "createdBy", "space", "parley:access"];

    /// <summary>The request of a node's first change.</summary>
    public static AccessRequest OfRoot(Change root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var isReaction = Schemas.Is(root.SchemaId, Schemas.Reaction);
        var action = isReaction ? AccessAction.React : NamesItsDomain(root.Node, root.SchemaId) ? AccessAction.Metadata : AccessAction.Create;
        return Request(root, action) with { NodeAuthor = root.Author };
    }

    /// <summary>The request of any later change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="root">The node's root.</param>
    /// <param name="properties">What the node says; of the properties that route it, what its root said.</param>
    public static AccessRequest OfLater(Change change, NodeRoot root, Func<string, JsonValue?> properties)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(properties);

        // Two people may make what has a derived id: the second create is no write to the first.
        if (root.Proven && NodeAccess.MayCreate(change, out var proves) && proves)
        {
            return OfRoot(change) with { NodeAuthor = root.Author };
        }

        var isOwn = change.Author == root.Author;
        var isChannel = Schemas.Is(root.SchemaId, Schemas.Channel);
        var action = isChannel || Schemas.Is(root.SchemaId, Schemas.Space) || Schemas.Is(root.SchemaId, Schemas.Workspace) ? AccessAction.Metadata
            : Schemas.Is(root.SchemaId, Schemas.Reaction) && isOwn ? AccessAction.React
            : !isOwn && IsRedaction(change) ? AccessAction.Redact
            : AccessAction.Edit;
        return Request(change, action) with
        {
            NodeAuthor = root.Author,
            ChannelCreator = isChannel && RoomNames.IsOpenChannel(change.Node.Value) ? root.Author : null,
            PropertiesWritten = Rewritten(change, properties),
        };
    }

    /// <summary>True for a verdict that no operation can ever change: nothing need be kept of the change.</summary>
    public static bool IsFinal(AccessVerdict verdict, AccessRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return verdict.Refusal is AccessRefusal.BadSeen or AccessRefusal.Lamport
            || (verdict.Refusal is AccessRefusal.NotAMember && request.Seen is not null);
    }

    private static AccessRequest Request(Change change, AccessAction action) =>
        new(change.Author, action) { Lamport = change.Lamport, Seen = SeenOperations.Read(change.Properties) };

    // The node that carries the name of a space, private channel or direct message is theirs, whoever writes it first.
    private static bool NamesItsDomain(NodeId node, string? schema) =>
        AccessDomains.KindOf(node) is not null
        || Schemas.Is(schema, Schemas.Space) || Schemas.Is(schema, Schemas.Workspace);

    // Takes the words off the screen and says nothing instead.
    private static bool IsRedaction(Change change)
    {
        var fields = change.Properties.Members;
        var isEmptied = change.Properties["redacted"]?.Boolean == true && fields.All(field => field.Key switch
        {
            "content" => field.Value.Text is "",
            "mentions" or "linkPreviews" or "attachments" => field.Value.IsNull,
            "redacted" or "channel" or Change.SeenProperty => true,
            _ => false,
        });
        var isDeleted = change.Fields.Payload.Deleted == true && fields.All(field => field.Key is "channel" or Change.SeenProperty);
        return isEmptied || isDeleted;
    }

    private static List<string> Rewritten(Change change, Func<string, JsonValue?> properties)
    {
        List<string> rewritten = [];
        foreach (var name in s_routing)
        {
            if (change.Properties[name] is { } written && !IsSame(written, properties(name)))
            {
                rewritten.Add(name);
            }
        }

        return rewritten;
    }

    private static bool IsSame(JsonValue written, JsonValue? held) =>
        held is null || held.IsNull ? written.IsNull : CanonicalJson.ToText(written) == CanonicalJson.ToText(held);
}
