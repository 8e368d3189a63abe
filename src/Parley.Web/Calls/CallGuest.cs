using Parley.Calls;
using Parley.Nodes;
using Parley.Presence;

namespace Parley.Web.Calls;

/// <summary>Somebody who is in a call, as it is seen from here.</summary>
/// <param name="Did">Who; of a foreign client whose session does not say so, that session.</param>
/// <param name="Name">The name that their presence shows.</param>
/// <param name="IsSelf">It is the reader, here or on another device.</param>
/// <param name="Media">What they send.</param>
public sealed record CallGuest(string Did, string? Name, bool IsSelf, CallMedia Media)
{
    /// <summary>Everybody in a channel's call, oneself first: as the call says where one is in it, else as presence does, once each.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="view">The call that one is in, wherever that is.</param>
    /// <param name="peers">What presence shows.</param>
    /// <param name="me">One's own DID.</param>
    public static IReadOnlyList<CallGuest> Of(NodeId channel, CallView? view, IEnumerable<PresencePeer> peers, string me) =>
        view is { Phase: CallPhase.Seated } && view.Channel == channel
            ? [
                new(me, null, IsSelf: true, view.Media),
                .. view.Others.Select(other => new CallGuest(other.Person?.Value ?? other.Session.Value, null, IsSelf: false, other.Media))]
            : [.. CallOccupancy.Of(peers, channel)
                .DistinctBy(peer => peer.Did, StringComparer.Ordinal)
                .Select(peer => new CallGuest(peer.Did, peer.Name, peer.Did == me, new(peer.State.Call!.Audio, peer.State.Call.Video, peer.State.Call.Screen)))
                .OrderByDescending(guest => guest.IsSelf)];
}
