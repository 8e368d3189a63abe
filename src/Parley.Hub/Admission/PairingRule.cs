using Parley.Frames;
using Parley.Hub.Connections;
using Parley.Hub.Limits;
using Parley.Ids;

namespace Parley.Hub.Admission;

/// <summary>
/// The rooms where two devices of one person meet (<c>pair:</c>): two sockets at most, small boxes that the hub cannot open, and few of
/// them. Whoever knows the room's name may come; the name is the hash of a secret (docs/protocol.md, devices).
/// </summary>
internal static class PairingRule
{
    /// <summary>True for a topic that this is about.</summary>
    public static bool Covers(string topic) => RoomNames.IsPairing(new(topic));

    /// <summary>False where a socket would be in too many.</summary>
    public static bool MaySubscribe(IEnumerable<string> has, IEnumerable<string> wanted) =>
        !wanted.Any(Covers) || has.Concat(wanted).Count(Covers) <= PairingLimits.RoomsMax;

    /// <summary>Whether a frame is one of those that are relayed here, and not one too many; the socket is told where it is not.</summary>
    public static bool MayPublish(HubConnection from, ClientFrame.Publish frame, int bytes, long nowMs)
    {
        if (!Covers(frame.Topic))
        {
            return true;
        }

        var why = frame.Data["type"]?.Text != "pair" ? "Only pairing messages are taken in this room"
            : bytes > PairingLimits.FrameBytesMax ? $"A pairing message has at most {PairingLimits.FrameBytesMax} bytes"
            : !from.Budget.TakePairing(nowMs) ? $"Rate limit: max {PairingLimits.MessagesPerMinuteMax} pairing messages per 60000ms"
            : null;
        if (why is not null)
        {
            from.Outbox.Add(HubFrames.Error(why));
        }

        return why is null;
    }
}
