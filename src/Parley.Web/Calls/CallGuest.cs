using Parley.Calls;
using Parley.Ids;
using Parley.Presence;

namespace Parley.Web.Calls;

/// <summary>Somebody who is in a call, as it is seen from here.</summary>
/// <param name="Did">Who; of a foreign client whose session does not say so, that session.</param>
/// <param name="Name">The name that their presence shows.</param>
/// <param name="IsSelf">It is the reader, here or on another device.</param>
/// <param name="Media">What they send.</param>
public sealed record CallGuest(string Did, string? Name, bool IsSelf, CallMedia Media)
{
    /// <summary>
    /// Everybody in a channel's call, oneself first: as the call says where one is in it, else as presence does. Once each, however many devices
    /// they are in with: what any of them sends is sent.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="view">The call that one is in, wherever that is.</param>
    /// <param name="peers">What presence shows.</param>
    /// <param name="me">One's own DID.</param>
    public static IReadOnlyList<CallGuest> Of(NodeId channel, CallView? view, IEnumerable<PresencePeer> peers, string me)
    {
        var devices = view is { Phase: CallPhase.Seated } && view.Channel == channel
            ? view.Others.Select(other => Guest(other.Who, null, other.Media)).Prepend(Guest(me, null, view.Media))
            : CallOccupancy.Of(peers, channel).Select(peer => Guest(peer.Did, peer.Name, new(peer.State.Call!.Audio, peer.State.Call.Video, peer.State.Call.Screen)));
        return [.. devices.GroupBy(guest => guest.Did, StringComparer.Ordinal).Select(person => person.Aggregate(Joined)).OrderByDescending(guest => guest.IsSelf)];

        CallGuest Guest(string did, string? name, CallMedia media) => new(did, name, did == me, media);
    }

    // A reload and a phone beside a laptop: the old session and the new one are in together for a while, or for good.
    private static CallGuest Joined(CallGuest one, CallGuest other) => one with
    {
        Media = new(
            one.Media.Audio || other.Media.Audio, one.Media.Video || other.Media.Video, one.Media.Screen || other.Media.Screen,
            one.Media.Hand || other.Media.Hand, one.Media.Speaking || other.Media.Speaking),
    };
}
