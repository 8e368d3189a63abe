namespace Parley.Ids;

/// <summary>What owns a membership log. An open channel owns none: it follows its space.</summary>
public enum AccessDomainKind
{
    /// <summary>A space, <c>sp-…</c>.</summary>
    Space,
    /// <summary>A private channel of a space, <c>sc-…</c>.</summary>
    Channel,
    /// <summary>A direct message between fixed people, <c>dm-…</c>.</summary>
    DirectMessage,
}

/// <summary>Reading the kind of a domain off its id.</summary>
public static class AccessDomains
{
    /// <summary>The longest domain id taken, in UTF-16 units.</summary>
    public const int IdLengthMax = 64;

    /// <summary>The fewest and the most people of a direct message.</summary>
    public const int DirectMessagePeopleMin = 2, DirectMessagePeopleMax = 50;

    /// <summary>The kind that the id's prefix names, or null where the id names no domain with a log.</summary>
    /// <remarks>By its length too: of the ids that are made at random, one in 2^18 begins with a given prefix of three characters.</remarks>
    public static AccessDomainKind? KindOf(NodeId domain) => KindOf(domain.Value.AsSpan());

    /// <inheritdoc cref="KindOf(NodeId)"/>
    public static AccessDomainKind? KindOf(ReadOnlySpan<char> id) => id.Length switch
    {
        DomainId.Length when id.StartsWith(DomainId.SpacePrefix, StringComparison.Ordinal) => AccessDomainKind.Space,
        DomainId.Length when id.StartsWith(DomainId.ChannelPrefix, StringComparison.Ordinal) => AccessDomainKind.Channel,
        RoomNames.DirectMessageLength when id.StartsWith(RoomNames.DirectMessagePrefix, StringComparison.Ordinal) => AccessDomainKind.DirectMessage,
        _ => null,
    };

    /// <summary>True where the room is the home of a space's or private channel's log.</summary>
    public static bool IsHomeOfLog(string room)
    {
        ArgumentNullException.ThrowIfNull(room);
        return (room.StartsWith(RoomNames.SpacePrefix, StringComparison.Ordinal) && KindOf(room.AsSpan(RoomNames.SpacePrefix.Length)) == AccessDomainKind.Space)
            || (room.StartsWith(RoomNames.ChannelPrefix, StringComparison.Ordinal) && KindOf(room.AsSpan(RoomNames.ChannelPrefix.Length)) == AccessDomainKind.Channel);
    }

    /// <summary>The wire spelling: <c>space</c>, <c>channel</c> or <c>dm</c>.</summary>
    public static string Code(this AccessDomainKind kind) => kind switch
    {
        AccessDomainKind.Space => "space",
        AccessDomainKind.Channel => "channel",
        AccessDomainKind.DirectMessage => "dm",
    };
}
