using Parley.Ids;
using Parley.Json;

namespace Parley.Presence;

/// <summary>Presence states to and from the wire's object (docs/protocol.md, awareness). Others' fields are read tolerantly.</summary>
internal static class PresenceFields
{
    // The hues of the reference, so that a person has one colour in every client.
    private static readonly string[] Hues = ["#3b82f6", "#10b981", "#f59e0b", "#ef4444", "#8b5cf6", "#ec4899", "#06b6d4"];

    public static JsonValue Write(PresenceState state, PersonId me, string name, long nowMs) => JsonValue.Object(
        ("user", JsonValue.Object(("did", JsonValue.Of(me.Value)), ("name", JsonValue.Of(name)), ("color", JsonValue.Of(HueOf(me))))),
        ("viewing", state.Viewing is { } node ? JsonValue.Of(node.Value) : null),
        ("status", state.Status switch
        {
            PresenceStatus.Active => null,
            PresenceStatus.Idle => JsonValue.Of("idle"),
            PresenceStatus.Dnd => JsonValue.Of("dnd"),
        }),
        ("typing", state.Typing is { } typing
            ? JsonValue.Object(("channelId", JsonValue.Of(typing.Channel.Value)), ("until", JsonValue.Of(typing.UntilMs)))
            : null),
        ("call", state.Call is { } call
            ? JsonValue.Object(
                ("roomId", JsonValue.Of(call.Room.Value)), ("audio", JsonValue.Of(call.Audio)),
                ("video", JsonValue.Of(call.Video)), ("screen", JsonValue.Of(call.Screen)))
            : null),
        ("lastUpdated", JsonValue.Of(nowMs)));

    public static PresencePeer Read(ulong client, JsonValue state) => new(
        client,
        state["user"]?["did"]?.Text ?? "",
        state["user"]?["name"]?.Text,
        new()
        {
            Viewing = NodeOf(state["viewing"]),
            Status = state["status"]?.Text switch { "idle" => PresenceStatus.Idle, "dnd" => PresenceStatus.Dnd, _ => PresenceStatus.Active },
            Typing = NodeOf(state["typing"]?["channelId"]) is { } channel ? new(channel, state["typing"]!["until"]?.Integer ?? 0) : null,
            Call = state["call"] is { } call && NodeOf(call["roomId"]) is { } room
                ? new(room, call["audio"]?.Boolean ?? false, call["video"]?.Boolean ?? false, call["screen"]?.Boolean ?? false)
                : null,
        },
        state["lastUpdated"]?.Integer ?? 0);

    private static string HueOf(PersonId person) => Hues[person.Value.Sum(unit => unit) % Hues.Length];

    private static NodeId? NodeOf(JsonValue? value) => NodeId.TryParse(value?.Text, out var node) ? node : null;
}
