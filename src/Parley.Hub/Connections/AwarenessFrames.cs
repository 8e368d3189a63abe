using System.Buffers.Text;
using Parley.Json;

namespace Parley.Hub.Connections;

/// <summary>Presence frames that the hub itself makes.</summary>
internal static class AwarenessFrames
{
    /// <summary>An awareness publish from the hub.</summary>
    public static OutFrame Update(Topic topic, byte[] update)
    {
        var frame = Head(topic, Base64.GetMaxEncodedToUtf8Length(update.Length) + 96, "awareness"u8).Raw(",\"update\":\""u8);
        Base64.EncodeToUtf8(update, frame.GetSpan(Base64.GetMaxEncodedToUtf8Length(update.Length)), out _, out var written);
        frame.Advance(written);
        return frame.Raw("\"}}"u8).ToFrame();
    }

    /// <summary>Who is here, in the reference's words (docs/protocol.md, awareness).</summary>
    public static OutFrame Snapshot(Topic topic, JsonValue users) =>
        Head(topic, 1024, "awareness-snapshot"u8).Raw(",\"users\":"u8).Json(users).Raw("}}"u8).ToFrame();

    private static FrameBuilder Head(Topic topic, int bytes, ReadOnlySpan<byte> type) =>
        FrameBuilder.Shared(bytes + topic.QuotedName.Length)
            .Raw("{\"type\":\"publish\",\"topic\":"u8).Raw(topic.QuotedName)
            .Raw(",\"data\":{\"type\":\""u8).Raw(type).Raw("\",\"from\":\"hub-relay\""u8);
}
