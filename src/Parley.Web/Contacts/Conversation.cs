using Parley.Access;
using Parley.Ids;
using Parley.Web.Rooms;

namespace Parley.Web.Contacts;

/// <summary>A direct message as the list shows it.</summary>
/// <param name="Id">Its channel.</param>
/// <param name="Face">How it shows itself.</param>
/// <param name="LastAtMs">When something was last said there, or when it was made; ms.</param>
public sealed record Conversation(NodeId Id, ChannelFace Face, long LastAtMs)
{
    /// <summary>The conversations to list: without those of two with somebody blocked, the liveliest first.</summary>
    public static IReadOnlyList<Conversation> Listed(IEnumerable<Conversation> all, IReadOnlyCollection<PersonId> blocked)
    {
        ArgumentNullException.ThrowIfNull(all);
        ArgumentNullException.ThrowIfNull(blocked);
        return [.. all
            .Where(each => each.Face.Kind != ChannelKind.Direct || !each.Face.Others.Any(blocked.Contains))
            .OrderByDescending(each => each.LastAtMs).ThenBy(each => each.Id)];
    }

    /// <summary>
    /// A private channel or conversation belongs in the lists: one is in it, or somebody else ended that. What one left oneself is gone from
    /// them, and found by its name.
    /// </summary>
    public static bool BelongsInLists(MembershipState state, PersonId me)
    {
        ArgumentNullException.ThrowIfNull(state);
        return !state.IsHere || state.Role is not null || (state.HasLeft && state.EndedBy != me);
    }
}
