using System.Collections.Concurrent;
using Parley.Access;
using Parley.Ids;
using Parley.Store;

namespace Parley.Replica;

/// <summary>Which rights hold in which room: those of logs by the room's name, those of open channels by what their Channel node says.</summary>
/// <remarks>One look-up where nothing governs the room. Used under the writer's lock; <see cref="Of"/> may be asked at any time.</remarks>
internal sealed class RoomRightsBook
{
    // Null: known, and open to everybody.
    private readonly ConcurrentDictionary<string, RoomRights?> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<NodeId, List<NodeId>> _channels = [];

    /// <summary>The rights in a room, or null where everybody may write.</summary>
    public RoomRights? Of(RoomId room) => _rooms.TryGetValue(room.Value, out var rights) ? rights : ByName(room.Value);

    /// <summary>The channels that follow a space.</summary>
    public IReadOnlyList<NodeId> OpenChannelsOf(NodeId space) => _channels.TryGetValue(space, out var channels) ? channels : [];

    /// <summary>The rooms in which these domains' logs decide.</summary>
    public IReadOnlyList<string> RoomsUnder(IReadOnlySet<NodeId> domains) =>
        domains.Count == 0 ? [] : [.. _rooms.Where(room => room.Value is RoomRights.Governed { Log: var log } && domains.Contains(log.Domain)).Select(room => room.Key)];

    /// <summary>A log is here from now on.</summary>
    public void Learn(MembershipLog log)
    {
        var rights = new RoomRights.Governed(log);
        _rooms[RoomNames.OfMessages(log.Domain).Value] = rights;
        if (log.Kind == AccessDomainKind.Space)
        {
            _rooms[RoomNames.Channel(RoomNames.ThreadOf(log.Domain)).Value] = rights;
        }
    }

    /// <summary>A Channel node is here or changed. True where another right holds in its room from now on.</summary>
    public bool Learn(NodeRow channel)
    {
        var id = channel.State.Id;
        var room = RoomNames.Channel(id);
        var before = Of(room);
        if (before is RoomRights.Governed && AccessDomains.KindOf(id) is not null)
        {
            return false;
        }

        var rights = channel.Hidden ? ByName(room.Value) : RightsOf(channel, room);
        _rooms[room.Value] = rights;
        if (rights is RoomRights.Governed { Log.Kind: AccessDomainKind.Space } governed)
        {
            if (!_channels.TryGetValue(governed.Log.Domain, out var channels))
            {
                _channels[governed.Log.Domain] = channels = [];
            }

            if (!channels.Contains(id))
            {
                channels.Add(id);
            }
        }

        return rights is null ? before is not null : !rights.Equals(before);
    }

    private RoomRights? RightsOf(NodeRow channel, RoomId room)
    {
        if (channel.Room == room)
        {
            var people = (channel.State["members"]?.Items ?? [])
                .Select(member => PersonId.TryParse(member.Text, out var person) ? person : (PersonId?)null)
                .OfType<PersonId>().ToHashSet();
            return people.Count > 0 ? new RoomRights.People(channel.State.Id, people) : ByName(room.Value);
        }

        // An open channel has the rights of the room that its Channel node lives in.
        return Of(channel.Room);
    }

    // Whose name says that rights exist is closed until they are known.
    private static RoomRights.Unknown? ByName(string room)
    {
        if (room.StartsWith(RoomNames.ChannelPrefix, StringComparison.Ordinal))
        {
            var channel = room.AsSpan(RoomNames.ChannelPrefix.Length);
            return AccessDomains.KindOf(channel) is AccessDomainKind.Channel or AccessDomainKind.DirectMessage || RoomNames.IsOpenChannel(channel)
                ? new(new NodeId(channel.ToString()))
                : null;
        }

        return room.StartsWith(RoomNames.SpacePrefix, StringComparison.Ordinal) && AccessDomains.KindOf(room.AsSpan(RoomNames.SpacePrefix.Length)) == AccessDomainKind.Space
            ? new(new NodeId(room[RoomNames.SpacePrefix.Length..]))
            : null;
    }
}
