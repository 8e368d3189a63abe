using Parley.Access;
using Parley.Calls;
using Parley.Commands;
using Parley.Connection;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Platform;
using Parley.Views;

namespace Parley.Tabs;

/// <summary>What the tabs of one person say to each other, as JSON. Every tab hears everything and takes what concerns it.</summary>
internal abstract record TabMessage
{
    private TabMessage()
    {
    }

    /// <summary>A tab has come up and asks who leads.</summary>
    public sealed record Hello(string Tab) : TabMessage;

    /// <summary>This tab leads now; what others asked of the leader before it, they ask again.</summary>
    public sealed record Leads(string Tab, ConnectionStatus Status) : TabMessage;

    /// <summary>The leader committed.</summary>
    public sealed record Advanced(Advance Advance) : TabMessage;

    /// <summary>The leader's connection changed.</summary>
    public sealed record Link(ConnectionStatus Status) : TabMessage;

    /// <summary>To the leader: write these drafts, once for this id.</summary>
    public sealed record Write(string Id, IReadOnlyList<NodeDraft> Drafts) : TabMessage;

    /// <summary>To the leader: change memberships, once for this id.</summary>
    public sealed record Act(string Id, MembershipCommand Command) : TabMessage;

    /// <summary>To the leader: look into a domain that this person may be in, or holds an invite of.</summary>
    public sealed record Expect(NodeId Domain, InviteReading? Claim = null) : TabMessage;

    /// <summary>From the leader: it is on disk.</summary>
    public sealed record Done(string Id, IReadOnlyList<NodeId> Nodes) : TabMessage;

    /// <summary>From the leader: it was not written.</summary>
    public sealed record Failed(string Id, ParleyErrorCode Code, string Why, Reason? Reason = null) : TabMessage;

    /// <summary>To the leader: follow this room.</summary>
    public sealed record Follow(RoomId Room) : TabMessage;

    /// <summary>To the leader: dial at once.</summary>
    public sealed record Retry : TabMessage;

    /// <summary>To the leader: this tab wants a presence topic, or wants it no longer.</summary>
    public sealed record Wants(string Tab, RoomId Topic, bool Wanted) : TabMessage;

    /// <summary>A presence topic is open at the hub.</summary>
    public sealed record Opened(RoomId Topic) : TabMessage;

    /// <summary>A presence update, from the hub or from a tab.</summary>
    public sealed record Presence(RoomId Topic, byte[] Update) : TabMessage;

    /// <summary>A call signal, from the hub or from a tab.</summary>
    public sealed record Signal(RoomId Topic, JsonValue Data) : TabMessage;

    /// <summary>From the leader: where signals of a call's topic go now.</summary>
    public sealed record Reach(RoomId Topic, SignalReach Where) : TabMessage;

    /// <summary>To the leader: ask the hub for the ICE servers of a call.</summary>
    public sealed record AskIce(RoomId Topic) : TabMessage;

    /// <summary>From the leader: ICE servers of a call.</summary>
    public sealed record Ice(RoomId Topic, IceServers Servers) : TabMessage;

    /// <summary>The message as text.</summary>
    public string ToJson() => CanonicalJson.ToText(this switch
    {
        Hello m => Object("hello", ("tab", JsonValue.Of(m.Tab))),
        Leads m => Object("leads", ("tab", JsonValue.Of(m.Tab)), ("status", OfStatus(m.Status))),
        Advanced m => Object("advanced", ("schemas", OfTexts(m.Advance.Schemas)), ("rooms", OfTexts(m.Advance.Rooms)), ("nodes", OfTexts(m.Advance.Nodes))),
        Link m => Object("link", ("status", OfStatus(m.Status))),
        Write m => Object("write", ("id", JsonValue.Of(m.Id)), ("drafts", JsonValue.Array([.. m.Drafts.Select(OfDraft)]))),
        Act m => Object("act", ("id", JsonValue.Of(m.Id)), ("command", CommandText.ToJson(m.Command))),
        Expect m => Object("expect", ("domain", JsonValue.Of(m.Domain.Value)), ("claim", m.Claim?.ToJson())),
        Done m => Object("done", ("id", JsonValue.Of(m.Id)), ("nodes", OfTexts(m.Nodes.Select(n => n.Value)))),
        Failed m => Object("failed", ("id", JsonValue.Of(m.Id)), ("code", JsonValue.Of((int)m.Code)), ("why", JsonValue.Of(m.Why)), ("reason", OfReason(m.Reason))),
        Follow m => Object("follow", ("room", JsonValue.Of(m.Room.Value))),
        Retry => Object("retry"),
        Wants m => Object("wants", ("tab", JsonValue.Of(m.Tab)), ("topic", JsonValue.Of(m.Topic.Value)), ("wanted", JsonValue.Of(m.Wanted))),
        Opened m => Object("opened", ("topic", JsonValue.Of(m.Topic.Value))),
        Presence m => Object("presence", ("topic", JsonValue.Of(m.Topic.Value)), ("update", JsonValue.Of(Convert.ToBase64String(m.Update)))),
        Signal m => Object("signal", ("topic", JsonValue.Of(m.Topic.Value)), ("data", m.Data)),
        Reach m => Object("reach", ("topic", JsonValue.Of(m.Topic.Value)), ("where", JsonValue.Of((int)m.Where))),
        AskIce m => Object("ask-ice", ("topic", JsonValue.Of(m.Topic.Value))),
        Ice m => Object("ice", ("topic", JsonValue.Of(m.Topic.Value)), ("ice", m.Servers.ToJson())),
        _ => throw new InvalidOperationException("A message without a form."),
    });

    /// <summary>Reads a message; null where it is none of ours (another version's, say).</summary>
    public static TabMessage? Read(string json)
    {
        if (JsonReader.TryRead(System.Text.Encoding.UTF8.GetBytes(json), out var value) != JsonFault.None)
        {
            return null;
        }

        return value["parley"]?.Text switch
        {
            "hello" => new Hello(Text(value, "tab")),
            "leads" => new Leads(Text(value, "tab"), StatusOf(value["status"])),
            "advanced" => new Advanced(new(Texts(value["schemas"]), Texts(value["rooms"]), Texts(value["nodes"]))),
            "link" => new Link(StatusOf(value["status"])),
            "write" => new Write(Text(value, "id"), [.. value["drafts"]!.Items.Select(DraftOf)]),
            "act" when CommandText.Read(value["command"]!) is { } command => new Act(Text(value, "id"), command),
            "expect" => new Expect(new(Text(value, "domain")), value["claim"] is { } claim ? InviteReading.TryRead(claim) : null),
            "done" => new Done(Text(value, "id"), [.. value["nodes"]!.Items.Select(n => new NodeId(n.Text!))]),
            "failed" => new Failed(Text(value, "id"), (ParleyErrorCode)(int)value["code"]!.Integer!.Value, Text(value, "why"), Reasons.Find(value["reason"]?.Text)),
            "follow" => new Follow(new(Text(value, "room"))),
            "retry" => new Retry(),
            "wants" => new Wants(Text(value, "tab"), new(Text(value, "topic")), value["wanted"]?.Boolean ?? false),
            "opened" => new Opened(new(Text(value, "topic"))),
            "signal" when value["data"] is { } data => new Signal(new(Text(value, "topic")), data),
            "reach" => new Reach(new(Text(value, "topic")), (SignalReach)(int)(value["where"]?.Integer ?? 0)),
            "ask-ice" => new AskIce(new(Text(value, "topic"))),
            "ice" when value["ice"] is { } ice && IceServers.TryRead(ice) is { } servers => new Ice(new(Text(value, "topic")), servers),
            "presence" => new Presence(new(Text(value, "topic")), Convert.FromBase64String(Text(value, "update"))),
            _ => null,
        };
    }

    private static JsonValue Object(string kind, params ReadOnlySpan<(string Name, JsonValue? Value)> members) =>
        JsonValue.Object([("parley", JsonValue.Of(kind)), .. members]);

    private static JsonValue? OfTexts(IEnumerable<string>? texts) => texts is null ? null : JsonValue.Array([.. texts.Select(JsonValue.Of)]);

    private static HashSet<string>? Texts(JsonValue? value) => value?.Items.Select(item => item.Text!).ToHashSet(StringComparer.Ordinal);

    private static string Text(JsonValue value, string name) => value[name]?.Text ?? "";

    private static JsonValue OfStatus(ConnectionStatus status) => JsonValue.Object(
        ("phase", JsonValue.Of((int)status.Phase)), ("unsent", JsonValue.Of(status.Unsent)),
        ("retryAt", status.RetryAt is { } at ? JsonValue.Of(at.ToUnixTimeMilliseconds()) : null),
        ("why", status.Why is { } why ? JsonValue.Of(why) : null), ("commons", JsonValue.Of(status.HasCommons)), ("reason", OfReason(status.Reason)));

    private static JsonValue? OfReason(Reason? reason) => reason is { } known ? JsonValue.Of(known.ToCode()) : null;

    private static ConnectionStatus StatusOf(JsonValue? value) => new(
        (ConnectionPhase)(int)(value?["phase"]?.Integer ?? 0), (int)(value?["unsent"]?.Integer ?? 0),
        value?["retryAt"]?.Integer is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, value?["why"]?.Text,
        value?["commons"]?.Boolean == true, Reasons.Find(value?["reason"]?.Text));

    // The properties travel as text, so that a deep value does not become too deep on the way.
    private static JsonValue OfDraft(NodeDraft draft) => JsonValue.Object(
        ("node", draft.Node is { } node ? JsonValue.Of(node.Value) : null), ("schema", JsonValue.Of(draft.SchemaId)),
        ("properties", JsonValue.Of(CanonicalJson.ToText(draft.Properties))), ("deleted", draft.Deleted is { } deleted ? JsonValue.Of(deleted) : null));

    private static NodeDraft DraftOf(JsonValue value) => new()
    {
        Node = value["node"]?.Text is { } node ? new NodeId(node) : null,
        SchemaId = Text(value, "schema"),
        Properties = JsonReader.Read(Text(value, "properties")),
        Deleted = value["deleted"]?.Boolean,
    };
}
