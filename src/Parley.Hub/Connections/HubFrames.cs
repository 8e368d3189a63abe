using Parley.Ids;
using Parley.Json;

namespace Parley.Hub.Connections;

/// <summary>Writers of the frames that a hub sends (docs/protocol.md, frames).</summary>
internal static class HubFrames
{
    private const int ProtocolVersion = 1;

    public static readonly OutFrame Pong = FrameBuilder.Copy("{\"type\":\"pong\"}"u8);

    /// <summary>The first frame on every socket.</summary>
    public static OutFrame Handshake(string version, string hubDid, string epoch, bool hasCommons) => FrameBuilder.Shared(384)
        .Raw("{\"type\":\"handshake\",\"version\":"u8).Text(version)
        .Raw(",\"protocolVersion\":1,\"minProtocolVersion\":1,\"features\":[\""u8)
        .Raw("node-changes\",\"batch-changes\",\"batch-push\",\"parley.ack/1\",\"parley.seq/1\",\"parley.join/1\",\"parley.devices/1\",\"parley.ice/1"u8)
        .Raw(hasCommons ? "\",\"parley.commons/1"u8 : ""u8)
        .Raw("\"],\"hubDid\":"u8).Text(hubDid).Raw(",\"isDemo\":false,\"epoch\":"u8).Text(epoch).Raw("}"u8).ToFrame();

    public static OutFrame VersionMismatch(string suggestion, int clientVersion, int clientMinVersion) => FrameBuilder.Shared(192)
        .Raw("{\"type\":\"version-mismatch\",\"hubVersion\":"u8).Number(ProtocolVersion)
        .Raw(",\"clientVersion\":"u8).Number(clientVersion)
        .Raw(",\"suggestion\":"u8).Text(suggestion)
        .Raw(",\"message\":"u8).Text(suggestion == "upgrade-hub"
            ? $"This hub speaks protocol v{ProtocolVersion}; the client needs v{clientMinVersion} or later."
            : $"The client speaks protocol v{clientVersion}; this hub needs v{ProtocolVersion} or later.")
        .Raw("}"u8).ToFrame();

    public static OutFrame Subscribed(IReadOnlyList<string> topics)
    {
        var frame = FrameBuilder.Shared(64 + (topics.Count * 64)).Raw("{\"type\":\"subscribed\",\"topics\":["u8);
        for (var i = 0; i < topics.Count; i++)
        {
            frame.Raw(i == 0 ? ""u8 : ","u8).Text(topics[i]);
        }

        return frame.Raw("]}"u8).ToFrame();
    }

    public static OutFrame Error(string message) =>
        FrameBuilder.Shared(128).Raw("{\"type\":\"error\",\"message\":"u8).Text(message).Raw("}"u8).ToFrame();

    public static OutFrame AuthDenied(string action, string resource, string why, string code = "UNAUTHORIZED") => FrameBuilder.Shared(256)
        .Raw("{\"type\":\"auth-denied\",\"code\":"u8).Text(code).Raw(",\"action\":"u8).Text(action)
        .Raw(",\"resource\":"u8).Text(resource).Raw(",\"error\":"u8).Text(why).Raw("}"u8).ToFrame();

    public static OutFrame NodeError(string code, string why, string? hash, string? room)
    {
        var frame = FrameBuilder.Shared(384)
            .Raw("{\"type\":\"node-error\",\"code\":"u8).Text(code).Raw(",\"error\":"u8).Text(why);
        if (hash is not null)
        {
            frame.Raw(",\"hash\":"u8).Text(hash);
        }

        if (room is not null)
        {
            frame.Raw(",\"room\":"u8).Text(room);
        }

        return frame.Raw("}"u8).ToFrame();
    }

    /// <summary>Durable here: what was filed in one room.</summary>
    public static OutFrame NodeAck(string room, IReadOnlyList<(ChangeHash Hash, long Seq)> acks)
    {
        var frame = FrameBuilder.Shared(96 + (acks.Count * 110))
            .Raw("{\"type\":\"node-ack\",\"room\":"u8).Text(room).Raw(",\"acks\":["u8);
        for (var i = 0; i < acks.Count; i++)
        {
            frame.Raw(i == 0 ? "{\"hash\":"u8 : ",{\"hash\":"u8).Text(acks[i].Hash.ToString())
                .Raw(",\"seq\":"u8).Number(acks[i].Seq).Raw("}"u8);
        }

        return frame.Raw("]}"u8).ToFrame();
    }

    /// <summary>A change that was just filed, for the subscribers of a topic.</summary>
    public static OutFrame Live(Topic topic, ReadOnlySpan<byte> quotedRoom, ReadOnlySpan<byte> wire, long seq, ReadOnlySpan<byte> quotedEpoch) =>
        FrameBuilder.Shared(wire.Length + topic.QuotedName.Length + quotedRoom.Length + quotedEpoch.Length + 128)
            .Raw("{\"type\":\"publish\",\"topic\":"u8).Raw(topic.QuotedName)
            .Raw(",\"data\":{\"type\":\"node-change\",\"room\":"u8).Raw(quotedRoom)
            .Raw(",\"change\":"u8).Raw(wire)
            .Raw(",\"seq\":"u8).Number(seq)
            .Raw(",\"epoch\":"u8).Raw(quotedEpoch).Raw("}}"u8).ToFrame();

    /// <summary>A publish whose sender added members that are not relayed; <paramref name="data"/> null where it had none.</summary>
    public static OutFrame Publish(Topic topic, JsonValue? data)
    {
        var frame = FrameBuilder.Shared(512).Raw("{\"type\":\"publish\",\"topic\":"u8).Raw(topic.QuotedName);
        if (data is not null)
        {
            frame.Raw(",\"data\":"u8).Json(data);
        }

        return frame.Raw("}"u8).ToFrame();
    }

    /// <summary>ICE servers, for one who is in the call.</summary>
    public static OutFrame IceServers(Topic topic, Parley.Calls.IceServers servers) => FrameBuilder.Shared(512)
        .Raw("{\"type\":\"ice-servers\",\"topic\":"u8).Raw(topic.QuotedName).Raw(",\"ice\":"u8).Json(servers.ToJson()).Raw("}"u8).ToFrame();

    public static OutFrame Cleared(string room, long count) => FrameBuilder.Shared(96)
        .Raw("{\"type\":\"node-cleared\",\"room\":"u8).Text(room).Raw(",\"cleared\":"u8).Number(count).Raw("}"u8).ToFrame();

    /// <summary>The payload of a close frame.</summary>
    public static OutFrame Close(ushort code, string reason)
    {
        Span<byte> payload = stackalloc byte[125];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        var length = System.Text.Encoding.UTF8.GetBytes(reason, payload[2..]);
        return FrameBuilder.Control(SocketOpcode.Close, payload[..(2 + length)]);
    }
}
