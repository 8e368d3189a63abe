using Parley.Ids;
using Parley.Replica;

namespace Parley.Peers;

/// <summary>
/// In which order rooms are read: what the rule of a room hangs on comes before the room, so that nothing waits for a membership that is a page
/// away.
/// </summary>
internal sealed class ReadingOrder(MembershipBook memberships, RoomBook rooms)
{
    /// <summary>Lower is read first: spaces and the own door, private channels and conversations, other channels, the rest, profiles.</summary>
    public static int RankOf(string room) =>
        IsSpace(room) || RoomNames.IsKnock(new(room)) ? 0
        : RoomNames.SubjectOfChannelRoom(room) is { } channel ? AccessDomains.KindOf(channel) is null ? 2 : 1
        : RoomBook.IsProfile(room) ? 4
        : 3;

    /// <summary>The followed rooms that have to be read before this one. Where nobody knows yet what its rule hangs on, all spaces.</summary>
    public IEnumerable<string> Before(string room) => (memberships.Rights.Of(new(room)) switch
    {
        RoomRights.Governed { Log: { Space: { } space } log } => [NameOf(space.Domain), NameOf(log.Domain)],
        RoomRights.Governed { Log: var log } => [NameOf(log.Domain)],
        RoomRights.Unknown { WaitsFor: var id } when AccessDomains.KindOf(id) is null or AccessDomainKind.Channel =>
            rooms.Followed().Where(IsSpace),
        _ => Enumerable.Empty<string>(),
    }).Where(name => name != room && rooms[name].Followed);

    private static bool IsSpace(string room) => RoomNames.SubjectOfSpaceRoom(room) is not null;

    private static string NameOf(NodeId domain) => RoomNames.OfMessages(domain).Value;
}
