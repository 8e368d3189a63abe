using static Parley.Nodes.PropertyType;

namespace Parley.Nodes;

/// <summary>The schemas that Parley writes.</summary>
public static class Schemas
{
    /// <summary>The IRI of <c>Channel</c>.</summary>
    public const string Channel = "xnet://xnet.fyi/Channel@1.0.0";
    /// <summary>The IRI of <c>ChatMessage</c>.</summary>
    public const string ChatMessage = "xnet://xnet.fyi/ChatMessage@1.0.0";
    /// <summary>The IRI of <c>Profile</c>.</summary>
    public const string Profile = "xnet://xnet.fyi/Profile@1.0.0";
    /// <summary>The IRI of <c>InboxState</c>.</summary>
    public const string InboxState = "xnet://xnet.fyi/InboxState@1.0.0";
    /// <summary>The IRI of <c>Page</c>: title (text ≤ 500, required), body (text ≤ 100 000), space, icon (text ≤ 32), archived.</summary>
    public const string Page = "xnet://xnet.fyi/Page@1.0.0";
    /// <summary>The IRI of <c>Reaction</c>.</summary>
    public const string Reaction = "xnet://xnet.fyi/Reaction@1.0.0";
    /// <summary>The IRI of <c>Space</c>.</summary>
    public const string Space = "xnet://xnet.fyi/Space@1.0.0";
    /// <summary>The IRI of <c>Workspace</c>: written by reference clients only; its node is a room as a Space is.</summary>
    public const string Workspace = "xnet://xnet.fyi/Workspace@1.0.0";

    /// <summary>The IRI of <c>Knock</c>, an addition: tells a person, in the room where strangers may write to them, of a domain that they were added to.</summary>
    public const string Knock = "xnet://xnet.fyi/Knock@1.0.0";
    /// <summary>The IRI of <c>KnockAnswer</c>, an addition: what a person decided about a knock; lives in their own room.</summary>
    public const string KnockAnswer = "xnet://xnet.fyi/KnockAnswer@1.0.0";

    /// <summary>The IRI of <c>Block</c>, an addition: whom a person does not want to hear; lives in their own room.</summary>
    public const string Block = "xnet://xnet.fyi/Block@1.0.0";

    /// <summary>The IRI of <c>Device</c>, an addition: from where a person connects, and whether they still do; lives in their own room.</summary>
    public const string Device = "xnet://xnet.fyi/Device@1.0.0";
    /// <summary>The IRI of <c>CallSession</c>: a call that is over, written into its channel by whoever was last in it.</summary>
    public const string CallSession = "xnet://xnet.fyi/CallSession@1.0.0";

    private static readonly Dictionary<string, NodeSchema> ByIri = Declare().ToDictionary(schema => schema.Iri, StringComparer.Ordinal);

    /// <summary>The schema of a versioned IRI, or null where we write none such.</summary>
    public static NodeSchema? Find(string iri) => ByIri.GetValueOrDefault(iri);

    /// <summary>True when <paramref name="iri"/> is the schema <paramref name="schema"/> (versioned IRI) in any version, or unversioned.</summary>
    public static bool Is(string? iri, string schema)
    {
        if (iri is null)
        {
            return false;
        }

        if (ReferenceEquals(iri, schema))
        {
            return true;
        }

        var name = schema.AsSpan(0, schema.LastIndexOf('@'));
        return iri.AsSpan().StartsWith(name, StringComparison.Ordinal)
            && (iri.Length == name.Length || (iri[name.Length] == '@' && iri.Length > name.Length + 1));
    }

    private static IEnumerable<NodeSchema> Declare() =>
    [
        new(Channel,
        [
            new("name", Text, LengthMax: 120),
            new("kind", Select, Required: true, Options: ["channel", "dm", "voice"]),
            new("members", Persons),
            new("target", Relation),
            new("topic", Text),
            new("archived", Checkbox),
            new("folder", Relation),
            new("sortKey", Text),
            new("tags", Relations),
            new("space", Relation),
            new("visibility", Select, Options: ["inherit", "private", "unlisted", "public"]),
        ]),
        new(ChatMessage,
        [
            new("channel", Relation, Required: true),
            new("content", Text, Required: true, LengthMax: 10_000),
            new("inReplyTo", Relation),
            new("attachments", PropertyType.Json),
            new("mentions", PropertyType.Mentions),
            new("edited", Checkbox),
            new("editedAt", Date),
            new("redacted", Checkbox),
            new("tags", Relations),
            new("links", Relations),
            new("linkPreviews", PropertyType.Json),
        ]),
        new(Profile,
        [
            new("did", Person, Required: true),
            new("displayName", Text, Required: true, LengthMax: 120),
            new("handle", Text, LengthMax: 32),
            new("avatar", Text, LengthMax: 65_536),
            new("statusEmoji", Text, LengthMax: 32),
            new("statusMessage", Text, LengthMax: 200),
            new("atprotoDid", Text, LengthMax: 261),
            new("atprotoHandle", Text, LengthMax: 253),
            new("atprotoBindingUri", Text, LengthMax: 512),
        ]),
        new(InboxState,
        [
            new("owner", Person, Required: true),
            new("watermarks", PropertyType.Json),
            new("ackedMentions", PropertyType.Json),
            new("items", PropertyType.Json),
            new("prefs", PropertyType.Json),
        ]),
        new(Page,
        [
            new("title", Text, Required: true),
            new("body", Text, LengthMax: 100_000),
            new("space", Relation),
            new("icon", Text, LengthMax: 32),
            new("archived", Checkbox),
        ]),
        new(Reaction,
        [
            new("target", Relation, Required: true),
            new("targetSchema", Text),
            new("reactionType", Select, Required: true, Options: ["like", "repost", "bookmark", "emoji"]),
            new("reactor", Person, Required: true),
            new("emoji", Text, LengthMax: 32),
            new("annotation", Text, LengthMax: 1_000),
            // Not the reference's: it names the room, so that a reaction reaches the members of its channel (W5).
            new("channel", Relation),
        ]),
        new(Knock,
        [
            new("to", Person, Required: true),
            new("domain", Relation, Required: true),
        ]),
        new(Block,
        [
            new("person", Person, Required: true),
            new("lifted", Checkbox),
        ]),
        new(Device,
        [
            new("device", Person, Required: true),
            new("name", Text, Required: true, LengthMax: 120),
            new("signedOut", Checkbox),
        ]),
        new(KnockAnswer,
        [
            new("domain", Relation, Required: true),
            new("answer", Select, Required: true, Options: ["accepted", "declined"]),
        ]),
        new(CallSession,
        [
            new("channel", Relation, Required: true),
            new("startedAt", Date, Required: true),
            new("endedAt", Date, Required: true),
            new("participants", Persons),
            new("topology", Select, Options: ["mesh"]),
            new("parley:call", Text),
        ]),
        new(Space,
        [
            new("name", Text, Required: true, LengthMax: 200),
            new("kind", Select, Required: true, Options: ["personal", "workspace", "organization", "team", "community", "family"]),
            new("parent", Relation),
            new("visibility", Select, Required: true, Options: ["private", "unlisted", "public"]),
            new("owners", Persons),
            new("description", Text, LengthMax: 2_000),
            new("icon", Text),
            new("color", Text, LengthMax: 30),
            new("sortKey", Text),
            new("archived", Checkbox),
        ]),
    ];
}
