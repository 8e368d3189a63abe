using Parley.Ids;
using Parley.Ledger;
using Parley.Replica;

namespace Parley.Peers;

/// <summary>
/// In which order rooms are read: what the rule of a room hangs on comes before the room, so that nothing waits for a membership that is a page
/// away.
/// </summary>
internal sealed class ReadingOrder(ReplicaLedger ledger, RoomBook rooms)
{
    /// <summary>Lower is read first: spaces and the own door, private channels and conversations, other channels, the rest, profiles.</summary>
    public static int RankOf(string room) =>
        IsSpace(room) || RoomNames.IsKnock(new(room)) ? 0
        : RoomNames.SubjectOfChannelRoom(room) is { } channel ? AccessDomains.KindOf(channel) is null ? 2 : 1
        : RoomBook.IsProfile(room) ? 4
        : 3;

    /// <summary>The followed rooms that have to be read before this one. Where nobody knows yet what its rule hangs on, all spaces.</summary>
    public IEnumerable<string> Before(string room) => (ledger.FindRule(new(room)) switch
    {
        RoomRule.Log(var domain) when ledger.Logs.TrySpaceOf(domain, out var space) => space is { } over ? [NameOf(over), NameOf(domain)] : [NameOf(domain)],
        RoomRule.Log(var domain) => AccessDomains.KindOf(domain) == AccessDomainKind.Channel ? Spaces : [],
        RoomRule.Unknown => Spaces,
        null => IsOfSomeSpace(room) ? Spaces : [],
        _ => [],
    }).Where(name => name != room && rooms[name].Followed);

    private IEnumerable<string> Spaces => rooms.Followed().Where(IsSpace);

    private static bool IsOfSomeSpace(string room) => RoomNames.SubjectOfChannelRoom(room) is { } channel
        && (AccessDomains.KindOf(channel) == AccessDomainKind.Channel || RoomNames.IsOpenChannel(channel) || RoomNames.IsThread(channel));

    private static bool IsSpace(string room) => RoomNames.SubjectOfSpaceRoom(room) is not null;

    private static string NameOf(NodeId domain) => RoomNames.OfMessages(domain).Value;
}
