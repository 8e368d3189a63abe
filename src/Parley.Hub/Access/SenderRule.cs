using Parley.Ids;

namespace Parley.Hub.Access;

/// <summary>What a person is to a room when their connection hands in a change for it.</summary>
internal enum SenderStanding
{
    /// <summary>In it.</summary>
    Member,

    /// <summary>Was removed or left, and did not come back.</summary>
    Removed,

    /// <summary>Neither, or nothing is known of the room.</summary>
    Outsider,
}

/// <summary>May the sender be here? Asked of every change, whoever signed it (docs/access.md, enforcement).</summary>
internal sealed class SenderRule(Memberships memberships)
{
    /// <summary>The scope of what waits with the changes of everybody.</summary>
    public const string Everybodys = "";

    /// <summary>What the sender is to the rooms of a rule.</summary>
    public SenderStanding Of(RoomRule rule, PersonId sender) => rule switch
    {
        RoomRule.Everybody => SenderStanding.Member,
        RoomRule.Log log => memberships.StandingOf(log.Domain, sender),
        RoomRule.Owner owner when owner.Did == sender.Value => SenderStanding.Member,
        RoomRule.People people when people.Dids.Contains(sender.Value) => SenderStanding.Member,
        RoomRule.Owner or RoomRule.People or RoomRule.Untold => SenderStanding.Outsider,
        _ => throw new InvalidOperationException("No such rule."),
    };

    /// <summary>With whose changes what a member brought waits: a domain, somebody's own room, a channel; or everybody's.</summary>
    public static string ScopeOf(RoomRule rule) => rule switch
    {
        RoomRule.Log log => log.Domain.Value,
        RoomRule.Owner owner => owner.Did,
        RoomRule.People people => people.Channel.Value,
        _ => Everybodys,
    };
}
