using System.Collections.Frozen;
using Parley.Hub.Limits;
using Parley.Ids;

namespace Parley.Hub.Access;

/// <summary>What decides who may do what in a room.</summary>
internal abstract record RoomRule
{
    private RoomRule()
    {
    }

    /// <summary>The rule of rooms that nothing can close any more.</summary>
    public static RoomRule Open { get; } = new Everybody(null);

    /// <summary>True where some are let in and others are not.</summary>
    public bool IsGoverned => this is Owner or People or Log;

    /// <summary>Everybody connected.</summary>
    /// <param name="Until">The node whose create may say otherwise, where that is not here.</param>
    public sealed record Everybody(NodeId? Until) : RoomRule;

    /// <summary>A room whose name says that it has rights, of which nobody knows yet: nobody reads it, and what comes waits.</summary>
    /// <param name="Until">The node whose create will say them: an open channel's or thread's own, or a thread's target.</param>
    public sealed record Untold(NodeId Until) : RoomRule;

    /// <summary>One person's own.</summary>
    public sealed record Owner(string Did) : RoomRule;

    /// <summary>A channel without a log: exactly those whom its create names.</summary>
    public sealed record People(NodeId Channel, FrozenSet<string> Dids) : RoomRule;

    /// <summary>The membership log of a space, private channel or direct message; nobody while it has no root.</summary>
    public sealed record Log(NodeId Domain) : RoomRule;
}
