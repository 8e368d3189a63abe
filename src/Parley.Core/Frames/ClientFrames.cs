using System.Text;
using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Frames;

/// <summary>Writers of client frames; each returns the UTF-8 of one text frame.</summary>
internal static class ClientFrames
{
    private static readonly byte[] PingFrame = "{\"type\":\"ping\"}"u8.ToArray();

    /// <summary><c>client-handshake</c>.</summary>
    public static byte[] Handshake(string did, IReadOnlyList<string> features) => Frame(
        "client-handshake",
        ("did", JsonValue.Of(did)),
        ("protocolVersion", JsonValue.Of(ProtocolVersions.Handshake)),
        ("minProtocolVersion", JsonValue.Of(ProtocolVersions.Handshake)),
        ("features", JsonValue.Array([.. features.Select(JsonValue.Of)])),
        ("packageVersion", JsonValue.Of(PackageVersion)));

    /// <summary><c>subscribe</c>.</summary>
    public static byte[] Subscribe(IReadOnlyList<RoomId> topics) => Frame("subscribe", ("topics", Names(topics)));

    /// <summary><c>unsubscribe</c>.</summary>
    public static byte[] Unsubscribe(IReadOnlyList<RoomId> topics) => Frame("unsubscribe", ("topics", Names(topics)));

    /// <summary><c>node-change-batch</c> of 1 to 1 000 wire changes (<see cref="ChangeWire.ToBytes"/>).</summary>
    public static byte[] NodeChangeBatch(RoomId topic, RoomId room, IReadOnlyList<ReadOnlyMemory<byte>> wireChanges)
    {
        ArgumentNullException.ThrowIfNull(wireChanges);
        ArgumentOutOfRangeException.ThrowIfZero(wireChanges.Count, nameof(wireChanges));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wireChanges.Count, ClientFrame.BatchChangesMax, nameof(wireChanges));
        return Around($$"""{"type":"publish","topic":{{Quoted(topic)}},"data":{"type":"node-change-batch","room":{{Quoted(room)}},"changes":[""", wireChanges, "]}}");
    }

    /// <summary><c>node-change</c>.</summary>
    public static byte[] NodeChange(RoomId topic, RoomId room, ReadOnlyMemory<byte> wireChange) =>
        Around($$"""{"type":"publish","topic":{{Quoted(topic)}},"data":{"type":"node-change","room":{{Quoted(room)}},"change":""", [wireChange], "}}");

    /// <summary><c>node-sync-request</c>; <paramref name="sinceSeq"/>, <paramref name="epoch"/> and <paramref name="limit"/> only with <c>parley.seq/1</c>, <paramref name="invite"/> only with <c>parley.join/1</c>.</summary>
    public static byte[] SyncRequest(
        RoomId room, long sinceLamport, long? sinceSeq, string? epoch, int? limit = null, InviteReading? invite = null) => Frame(
        "node-sync-request",
        ("room", JsonValue.Of(room.Value)),
        ("sinceLamport", JsonValue.Of(sinceLamport)),
        ("sinceSeq", sinceSeq is { } seq ? JsonValue.Of(seq) : null),
        ("epoch", epoch is null ? null : JsonValue.Of(epoch)),
        ("limit", limit is { } most ? JsonValue.Of(most) : null),
        ("invite", invite?.ToJson()));

    /// <summary>An awareness publish.</summary>
    /// <param name="topic">The presence room.</param>
    /// <param name="from">The sender's random peer id, by which it knows its own echoes.</param>
    /// <param name="update">The bytes of <see cref="Presence.AwarenessCodec"/>.</param>
    public static byte[] Awareness(RoomId topic, string from, ReadOnlySpan<byte> update) => Publish(topic, JsonValue.Object(
        ("type", JsonValue.Of("awareness")),
        ("from", JsonValue.Of(from)),
        ("update", JsonValue.Of(Convert.ToBase64String(update)))));

    /// <summary>Any publish.</summary>
    public static byte[] Publish(RoomId topic, JsonValue data) => Frame("publish", ("topic", JsonValue.Of(topic.Value)), ("data", data));

    /// <summary>Addition (<c>parley.ice/1</c>): asks for the ICE servers of a call.</summary>
    public static byte[] IceRequest(RoomId topic) => Frame("ice-request", ("topic", JsonValue.Of(topic.Value)));

    /// <summary><c>ping</c>.</summary>
    public static byte[] Ping() => [.. PingFrame];

    private static string PackageVersion { get; } = typeof(ClientFrames).Assembly.GetName().Version?.ToString(3) ?? "0";

    private static JsonValue Names(IReadOnlyList<RoomId> topics) => JsonValue.Array([.. topics.Select(t => JsonValue.Of(t.Value))]);

    private static byte[] Frame(string type, params ReadOnlySpan<(string Name, JsonValue? Value)> fields) =>
        CanonicalJson.ToBytes(JsonValue.Object([("type", JsonValue.Of(type)), .. fields]));

    private static string Quoted(RoomId room) => CanonicalJson.ToText(JsonValue.Of(room.Value));

    /// <summary>Wire changes are signed bytes: they are copied as they stand, never parsed and written again.</summary>
    private static byte[] Around(string head, IReadOnlyList<ReadOnlyMemory<byte>> items, string tail)
    {
        var length = Encoding.UTF8.GetByteCount(head) + tail.Length + items.Count - 1 + items.Sum(i => i.Length);
        var frame = new byte[length];
        var at = Encoding.UTF8.GetBytes(head, frame);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                frame[at++] = (byte)',';
            }

            items[i].Span.CopyTo(frame.AsSpan(at));
            at += items[i].Length;
        }

        Encoding.UTF8.GetBytes(tail, frame.AsSpan(at));
        return frame;
    }
}
