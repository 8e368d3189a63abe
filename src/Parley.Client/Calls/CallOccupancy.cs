using Parley.Ids;
using Parley.Presence;

namespace Parley.Calls;

/// <summary>Who is in a call, as presence shows it to those who are not: for headers and lists.</summary>
public static class CallOccupancy
{
    /// <summary>Those who say that they are in the channel's call, one entry a client, by DID.</summary>
    /// <param name="peers">What a presence room shows: the channel's own, or for its open channels the space's.</param>
    /// <param name="channel">The channel.</param>
    public static IReadOnlyList<PresencePeer> Of(IEnumerable<PresencePeer> peers, NodeId channel)
    {
        ArgumentNullException.ThrowIfNull(peers);
        return [.. peers.Where(peer => peer.State.Call?.Room == channel).OrderBy(peer => peer.Did, StringComparer.Ordinal).ThenBy(peer => peer.Client)];
    }
}
