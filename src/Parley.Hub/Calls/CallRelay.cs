using Microsoft.Extensions.Logging;
using Parley.Calls;
using Parley.Hub.Connections;
using Parley.Hub.Limits;
using Parley.Json;

namespace Parley.Hub.Calls;

/// <summary>
/// Passes the signals of calls on (docs/protocol.md, parley.calls/1): only those of sessions of the connection's own person (W7), each to
/// the session it is for where that has spoken here, else to everybody in the call. Nothing is stored.
/// </summary>
internal sealed class CallRelay(HubOptions options, HubClock clock, ILogger<CallRelay> log)
{
    private static readonly string Foreign = Reason.ForeignSession.ToCode();
    private static readonly string TooMany = Reason.TooManySessions.ToCode();

    private readonly IceMint _mint = new(options.Ice, clock);

    /// <summary>The session that speaks, or null where the signal is refused; then its socket was told.</summary>
    public SessionId? Speaker(HubConnection from, string topic, JsonValue data, int frameBytes)
    {
        if (frameBytes > options.Limits.CallSignalBytesMax)
        {
            return Refuse(from, topic, "INVALID_SIGNAL", $"A signal has at most {options.Limits.CallSignalBytesMax} bytes.");
        }

        if (data["kind"]?.Text is null || !SessionId.TryParse(data["from"]?.Text, out var session))
        {
            return Refuse(from, topic, "INVALID_SIGNAL", "A signal has a kind and a from.");
        }

        var isOwn = session.TryPerson(out var person) && from.Session.IsKnownAs(person.Value);
        var isNamedRightly = data["did"] is not { } did || string.Equals(did.Text, person.Value, StringComparison.Ordinal);
        return isOwn && isNamedRightly ? session : Refuse(from, topic, "UNAUTHORIZED", Foreign);
    }

    /// <summary>The ICE servers for somebody who may be in the call. An open hub knows nobody, and gives no TURN away.</summary>
    public OutFrame IceServers(HubConnection to, Topic topic) => HubFrames.IceServers(topic, _mint.For(options.Open ? null : to.Session.Did));

    /// <summary>Passes on a signal whose speaker was checked.</summary>
    /// <param name="by">The subscription that says it.</param>
    /// <param name="speaker">Who speaks.</param>
    /// <param name="data">The signal.</param>
    /// <param name="frame">The same as a frame.</param>
    public void Relay(Subscription by, SessionId speaker, JsonValue data, OutFrame frame)
    {
        var from = by.Connection;
        by.Topic.WithCall((room, here) =>
        {
            if (!by.IsAwake)
            {
                // It fell asleep on the way here.
                return;
            }

            if (!room.TryBind(speaker, from))
            {
                Refuse(from, here.Name, "QUOTA_EXCEEDED", TooMany);
                return;
            }

            if (SessionId.TryParse(data["to"]?.Text, out var to) && room.OwnerOf(to) is { } addressee)
            {
                if (!ReferenceEquals(addressee, from))
                {
                    addressee.Outbox.Add(frame);
                }
            }
            else
            {
                here.Send(frame, from);
            }

            if (data["kind"]!.Text == "leave")
            {
                room.Release(speaker);
            }
        });
    }

    // Every refused signal is answered, within the frames that a socket has; of the log one line a second of a socket is enough.
    private SessionId? Refuse(HubConnection from, string topic, string code, string why)
    {
        if (from.Budget.TakeRefusalLine(clock.Ms))
        {
            Log.SignalRefused(log, from.Id, code, why);
        }

        from.Outbox.Add(HubFrames.NodeError(code, why, null, topic));
        return null;
    }
}
