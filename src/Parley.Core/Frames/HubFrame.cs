using Parley.Calls;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Frames;

/// <summary>A change inside a hub frame, with its place in the room where the hub gave one.</summary>
/// <param name="Change">The wire change.</param>
/// <param name="Seq">The room sequence (<c>parley.seq/1</c>), or null from a reference hub.</param>
internal readonly record struct HubChange(JsonValue Change, long? Seq);

/// <summary>A frame received by a client from a hub (docs/protocol.md, frames).</summary>
internal abstract record HubFrame
{
    /// <summary>The most changes of one page that are taken.</summary>
    public const int PageChangesMax = 10_000;

    private HubFrame()
    {
    }

    /// <summary>The hub's first frame. <paramref name="Epoch"/> is set with <c>parley.seq/1</c>.</summary>
    public sealed record Handshake(int ProtocolVersion, int MinProtocolVersion, IReadOnlyList<string> Features, string? HubDid, string? Epoch) : HubFrame;
    /// <summary>The versions do not meet; informative.</summary>
    public sealed record VersionMismatch(string Suggestion, string Message) : HubFrame;
    /// <summary>Answers a subscribe.</summary>
    public sealed record Subscribed(IReadOnlyList<string> Topics) : HubFrame;
    /// <summary>A live change.</summary>
    public sealed record NodeChange(string Topic, string Room, HubChange Change, string? Epoch) : HubFrame;
    /// <summary>A live batch (a Parley hub may relay several at once; a reference hub never does).</summary>
    public sealed record NodeChangeBatch(string Topic, string Room, IReadOnlyList<HubChange> Changes, string? Epoch) : HubFrame;
    /// <summary>A page of catch-up. <paramref name="Seq"/> is the cursor after it (<c>parley.seq/1</c>).</summary>
    public sealed record SyncResponse(string Room, IReadOnlyList<HubChange> Changes, double HighWaterMark, bool HasMore, long? Seq, string? Epoch) : HubFrame;
    /// <summary>Durable at the hub (<c>parley.ack/1</c>).</summary>
    public sealed record NodeAck(string Room, IReadOnlyList<(ChangeHash Hash, long Seq)> Acks) : HubFrame;
    /// <summary>A change or request was refused.</summary>
    public sealed record NodeError(string Code, string Message, ChangeHash? Hash, string? Room) : HubFrame;
    /// <summary>A topic was denied; the socket closes.</summary>
    public sealed record AuthDenied(string Code, string Action, string Resource) : HubFrame;
    /// <summary>Rate, size or shape.</summary>
    public sealed record Error(string Message) : HubFrame;
    /// <summary>An awareness update.</summary>
    public sealed record AwarenessUpdate(string Topic, string From, byte[] Update) : HubFrame;
    /// <summary>Who was here, by the hub's memory.</summary>
    public sealed record AwarenessSnapshot(string Topic, JsonValue Users) : HubFrame;
    /// <summary>Any other publish.</summary>
    public sealed record Publish(string Topic, JsonValue Data) : HubFrame;
    /// <summary>A room was wiped.</summary>
    public sealed record Cleared(string Room, long Count) : HubFrame;
    /// <summary>ICE servers for a call (<c>parley.ice/1</c>).</summary>
    public sealed record Ice(string Topic, IceServers Servers) : HubFrame;
    /// <summary>Answers a ping.</summary>
    public sealed record Pong : HubFrame;
    /// <summary>A type we do not know.</summary>
    public sealed record Unknown(string Type) : HubFrame;

    /// <summary>Reads one frame. Never throws on any input.</summary>
    /// <param name="utf8">The frame's bytes.</param>
    /// <param name="frame">The frame, or null with a fault.</param>
    /// <param name="why">A short sentence for developers, without the sender's data.</param>
    public static FrameFault TryRead(ReadOnlySpan<byte> utf8, out HubFrame? frame, out string why)
    {
        frame = null;
        why = "A frame is one JSON object.";
        if (JsonReader.TryRead(utf8, out var value) != JsonFault.None || value.Kind != JsonKind.Object)
        {
            return FrameFault.Malformed;
        }

        var fields = new FieldReader(value);
        frame = Read(value["type"]?.Text, ref fields);
        why = fields.Why ?? "";
        if (fields.Why is not null)
        {
            frame = null;
            return FrameFault.BadFields;
        }

        return FrameFault.None;
    }

    private static HubFrame Read(string? type, ref FieldReader fields) => type switch
    {
        "publish" => ReadPublish(ref fields),
        "node-ack" => new NodeAck(fields.Room("room"), ReadAcks(ref fields)),
        "node-sync-response" => ReadSyncResponse(ref fields),
        "node-error" => new NodeError(
            fields.Text("code"), fields.OptionalText("error") ?? "", ReadHash(fields.OptionalText("hash")), fields.OptionalText("room")),
        "subscribed" => new Subscribed(fields.Texts("topics")),
        "handshake" => new Handshake(
            fields.Int("protocolVersion"), fields.Int("minProtocolVersion"), fields.Texts("features"), fields.OptionalText("hubDid"), fields.OptionalText("epoch")),
        "version-mismatch" => new VersionMismatch(fields.Text("suggestion"), fields.OptionalText("message") ?? ""),
        "auth-denied" => new AuthDenied(fields.Text("code"), fields.OptionalText("action") ?? "", fields.OptionalText("resource") ?? ""),
        "error" => new Error(fields.Text("message")),
        "node-cleared" => new Cleared(fields.Room("room"), fields.Count("cleared")),
        "ice-servers" => ReadIce(ref fields),
        "pong" => new Pong(),
        _ => new Unknown(type ?? fields.Text("type")),
    };

    private static HubFrame ReadPublish(ref FieldReader fields)
    {
        var topic = fields.Room("topic");
        var data = fields.Any("data");
        if (fields.Why is not null)
        {
            return new Publish(topic, data);
        }

        var inner = new FieldReader(data);
        HubFrame frame = data["type"]?.Text switch
        {
            "node-change" => new NodeChange(
                topic, inner.Room("room"), new HubChange(inner.Object("change"), inner.OptionalCount("seq")), inner.OptionalText("epoch")),
            "node-change-batch" => new NodeChangeBatch(topic, inner.Room("room"), ReadChanges(ref inner, 1), inner.OptionalText("epoch")),
            "awareness" => new AwarenessUpdate(topic, inner.OptionalText("from") ?? "", inner.AwarenessBytes("update")),
            "awareness-snapshot" => new AwarenessSnapshot(topic, JsonValue.Array(inner.Objects("users", 0, PageChangesMax))),
            _ => new Publish(topic, data),
        };
        fields = inner;
        return frame;
    }

    private static HubFrame ReadIce(ref FieldReader fields)
    {
        var topic = fields.Room("topic");
        var ice = fields.Object("ice");
        return IceServers.TryRead(ice) is { } servers ? new Ice(topic, servers) : new Unknown("ice-servers");
    }

    private static SyncResponse ReadSyncResponse(ref FieldReader fields) => new(
        fields.Room("room"),
        ReadChanges(ref fields, 0),
        fields.Number("highWaterMark"),
        fields.Flag("hasMore"),
        fields.OptionalCount("seq"),
        fields.OptionalText("epoch"));

    /// <summary>Changes with their sequences; a hub without <c>parley.seq/1</c> sends no <c>seqs</c>.</summary>
    private static HubChange[] ReadChanges(ref FieldReader fields, int countMin)
    {
        var changes = fields.Objects("changes", countMin, PageChangesMax);
        var seqs = fields.OptionalCounts("seqs", changes.Count);
        var result = new HubChange[changes.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = new(changes[i], seqs?[i]);
        }

        return result;
    }

    private static List<(ChangeHash Hash, long Seq)> ReadAcks(ref FieldReader fields)
    {
        var items = fields.Objects("acks", 0, PageChangesMax);
        var acks = new List<(ChangeHash, long)>(items.Count);
        foreach (var item in items)
        {
            var ack = new FieldReader(item);
            var seq = ack.Count("seq");
            if (ReadHash(ack.Text("hash")) is { } hash && ack.Why is null)
            {
                acks.Add((hash, seq));
            }
        }

        return acks;
    }

    private static ChangeHash? ReadHash(string? text) => ChangeHash.TryParse(text, out var hash) ? hash : null;
}
