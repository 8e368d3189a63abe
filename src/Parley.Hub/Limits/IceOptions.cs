namespace Parley.Hub;

/// <summary>The ICE servers that a hub hands out to those who are in a call (<c>parley.ice/1</c>).</summary>
public sealed class IceOptions
{
    /// <summary>STUN servers: <c>stun:host:port</c>.</summary>
    public IList<string> StunServers { get; } = [];

    /// <summary>TURN servers that share <see cref="TurnSecret"/>: <c>turn:host:port?transport=udp</c>, <c>turns:host:443?transport=tcp</c>.</summary>
    public IList<string> TurnServers { get; } = [];

    /// <summary>What the hub and its TURN servers share (coturn's <c>static-auth-secret</c>). Null: none is handed out.</summary>
    public string? TurnSecret { get; set; }

    /// <summary>How long a credential is good for a new allocation; one that stands goes on.</summary>
    public int TurnLifetimeSeconds { get; set; } = 3_600;
}
