using Parley.Hub.Connections;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;

namespace Parley.Hub.Admission;

/// <summary>
/// Holds a connection to its own token, before anything is asked about rights: a token lists what its bearer may do at most, and
/// until when (docs/protocol.md, tokens). Each question answers the socket itself where the token forbids it.
/// </summary>
internal static class TokenBounds
{
    private const string ExpiredWhy = "Token expired";
    private const string NotListedWhy = "The token does not list this";

    /// <summary>For all of the topics, or for none: the socket is closed as the reference does.</summary>
    public static bool MaySubscribe(HubConnection from, IReadOnlyList<string> topics, DateTimeOffset now) =>
        topics.All(topic => MaySpeak(from, RoomNames.IsCall(new(topic)) ? CapabilityNames.CallJoin : CapabilityNames.Signal, topic, now));

    /// <summary>For what is not stored: presence and call signals.</summary>
    public static bool MayPublish(HubConnection from, string topic, DateTimeOffset now) =>
        MaySpeak(from, RoomNames.IsCall(new(topic)) ? CapabilityNames.CallSignal : CapabilityNames.Signal, topic, now);

    /// <summary>For signed changes, offered or asked for; every offered one is answered by its hash.</summary>
    public static bool MayRelay(HubConnection from, string room, IReadOnlyList<JsonValue> offered, DateTimeOffset now)
    {
        var bound = from.Session.Bound(CapabilityNames.Relay, new(room), now);
        if (bound == TokenBound.None)
        {
            return true;
        }

        foreach (var hash in offered.Select(static change => change["hash"]?.Text).DefaultIfEmpty())
        {
            from.Outbox.Add(HubFrames.NodeError(Code(bound), Why(bound), ChangeHash.TryParse(hash, out _) ? hash : null, room));
        }

        return false;
    }

    private static bool MaySpeak(HubConnection from, string action, string topic, DateTimeOffset now)
    {
        var bound = from.Session.Bound(action, new(topic), now);
        if (bound == TokenBound.None)
        {
            return true;
        }

        from.Outbox.Add(HubFrames.AuthDenied(action, topic, Why(bound), Code(bound)));
        from.Close(bound == TokenBound.Expired ? CloseCode.Unauthenticated : CloseCode.Denied, Why(bound));
        return false;
    }

    private static string Code(TokenBound bound) => bound == TokenBound.Expired ? "TOKEN_EXPIRED" : "UNAUTHORIZED";

    private static string Why(TokenBound bound) => bound == TokenBound.Expired ? ExpiredWhy : NotListedWhy;
}
