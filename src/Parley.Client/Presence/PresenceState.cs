using Parley.Ids;

namespace Parley.Presence;

/// <summary>What a person says of themselves.</summary>
public enum PresenceStatus
{
    /// <summary>Here; also where nothing was said.</summary>
    Active,
    /// <summary>Away from the keyboard.</summary>
    Idle,
    /// <summary>Do not disturb.</summary>
    Dnd,
}

/// <summary>Who is typing where, and until when by the sender's clock, ms.</summary>
public sealed record Typing(NodeId Channel, long UntilMs);

/// <summary>The call somebody is in.</summary>
public sealed record CallPresence(NodeId Room, bool Audio, bool Video, bool Screen);

/// <summary>The typed fields of one client's presence in a room (docs/protocol.md, awareness). Unknown fields of others are kept on re-announce of own state.</summary>
public sealed record PresenceState
{
    /// <summary>The node looked at (space presence only).</summary>
    public NodeId? Viewing { get; init; }
    /// <summary>What the person says of themselves.</summary>
    public PresenceStatus Status { get; init; }
    /// <summary>Typing, if so.</summary>
    public Typing? Typing { get; init; }
    /// <summary>The call, if in one.</summary>
    public CallPresence? Call { get; init; }
}

/// <summary>One client (tab, terminal) seen in a room.</summary>
/// <param name="Client">Its awareness client id.</param>
/// <param name="Did">The DID it claims.</param>
/// <param name="Name">The name it shows.</param>
/// <param name="State">Its fields.</param>
/// <param name="LastUpdated">When it last changed, by its clock, ms.</param>
public sealed record PresencePeer(ulong Client, string Did, string? Name, PresenceState State, long LastUpdated);
