using Parley.Access;
using Parley.Json;

namespace Parley.Frames;

/// <summary>A frame received by a hub from a client (docs/protocol.md, frames).</summary>
/// <remarks>
/// A publish whose data is of the type of a change, a batch or an awareness update but not of its shape is
/// <see cref="FrameFault.BadFields"/>, never a <see cref="Publish"/>: nothing that looks like a change is relayed unverified (W14, W32).
/// </remarks>
internal abstract record ClientFrame
{
    /// <summary>The most changes of one batch.</summary>
    public const int BatchChangesMax = 1_000;

    private ClientFrame()
    {
    }

    /// <summary>Optional; a Parley client sends it first.</summary>
    public sealed record Handshake(string? Did, int ProtocolVersion, int MinProtocolVersion, IReadOnlyList<string> Features) : ClientFrame;
    /// <summary>Topics to receive.</summary>
    public sealed record Subscribe(IReadOnlyList<string> Topics) : ClientFrame;
    /// <summary>Topics to receive no longer.</summary>
    public sealed record Unsubscribe(IReadOnlyList<string> Topics) : ClientFrame;
    /// <summary>One signed change.</summary>
    public sealed record NodeChange(string Topic, string Room, JsonValue Change) : ClientFrame;
    /// <summary>1 to 1 000 signed changes.</summary>
    public sealed record NodeChangeBatch(string Topic, string Room, IReadOnlyList<JsonValue> Changes) : ClientFrame;
    /// <summary>An awareness update (decoded base64) with the sender's peer id; <paramref name="Data"/> is the frame's data as received.</summary>
    public sealed record AwarenessUpdate(string Topic, string From, byte[] Update, JsonValue Data) : ClientFrame;
    /// <summary>Any other publish: relayed in ephemeral rooms, refused elsewhere.</summary>
    public sealed record Publish(string Topic, JsonValue Data) : ClientFrame;
    /// <summary>
    /// Catch-up: by Lamport (reference) or, where <paramref name="SinceSeq"/> is given, by room sequence (<c>parley.seq/1</c>), then with at most
    /// <paramref name="Limit"/> changes in the page. With <paramref name="Invite"/> (<c>parley.join/1</c>) of a log by somebody who may not read the room yet.
    /// </summary>
    public sealed record SyncRequest(
        string Room, double SinceLamport, long? SinceSeq, string? Epoch, long? Limit = null, InviteReading? Invite = null) : ClientFrame;
    /// <summary>Wipe a room's stored changes.</summary>
    public sealed record Clear(string Room) : ClientFrame;
    /// <summary>Asks for the ICE servers of a call (<c>parley.ice/1</c>).</summary>
    public sealed record IceRequest(string Topic) : ClientFrame;
    /// <summary>Answered with pong.</summary>
    public sealed record Ping : ClientFrame;
    /// <summary>A type we do not know: ignored, counted.</summary>
    public sealed record Unknown(string Type) : ClientFrame;

    /// <summary>Reads one frame. Never throws on any input.</summary>
    /// <param name="utf8">The frame's bytes.</param>
    /// <param name="frame">The frame, or null with a fault.</param>
    /// <param name="why">A short sentence for the sender, in English, without the sender's data.</param>
    public static FrameFault TryRead(ReadOnlySpan<byte> utf8, out ClientFrame? frame, out string why)
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

    private static ClientFrame Read(string? type, ref FieldReader fields) => type switch
    {
        "publish" => ReadPublish(ref fields),
        "subscribe" => new Subscribe(fields.Rooms("topics")),
        "unsubscribe" => new Unsubscribe(fields.Rooms("topics")),
        "node-sync-request" => ReadSyncRequest(ref fields),
        // A peer that names no lowest version takes any; that is how the reference's documents write the frame.
        "client-handshake" => new Handshake(
            fields.OptionalText("did"), fields.Int("protocolVersion"), fields.OptionalInt("minProtocolVersion") ?? 1, fields.Texts("features")),
        "node-clear" => new Clear(fields.Room("room")),
        "ice-request" => new IceRequest(fields.Room("topic")),
        "ping" => new Ping(),
        _ => new Unknown(type ?? fields.Text("type")),
    };

    private static ClientFrame ReadPublish(ref FieldReader fields)
    {
        var topic = fields.Room("topic");
        var data = fields.Any("data");
        if (fields.Why is not null)
        {
            return new Publish(topic, data);
        }

        var inner = new FieldReader(data);
        ClientFrame frame = data["type"]?.Text switch
        {
            "node-change" => new NodeChange(topic, inner.Room("room"), inner.Object("change")),
            "node-change-batch" => new NodeChangeBatch(topic, inner.Room("room"), inner.Objects("changes", 1, BatchChangesMax)),
            "awareness" => new AwarenessUpdate(topic, inner.OptionalText("from") ?? "", inner.AwarenessBytes("update"), data),
            "node-sync-request" => ReadSyncRequest(ref inner),
            _ => new Publish(topic, data),
        };
        fields = inner;
        return frame;
    }

    private static SyncRequest ReadSyncRequest(ref FieldReader fields) =>
        new(
            fields.Room("room"), fields.Number("sinceLamport"), fields.OptionalCount("sinceSeq"), fields.OptionalText("epoch"), fields.OptionalCount("limit"),
            fields.OptionalInvite("invite"));
}
