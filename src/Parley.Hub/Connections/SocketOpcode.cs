namespace Parley.Hub.Connections;

/// <summary>The frame kinds of RFC 6455.</summary>
internal enum SocketOpcode : byte
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// <summary>The close codes that a hub sends.</summary>
internal static class CloseCode
{
    public const ushort Normal = 1000;
    public const ushort GoingAway = 1001;
    public const ushort ProtocolError = 1002;
    public const ushort InvalidPayload = 1007;
    public const ushort PolicyViolation = 1008;
    public const ushort TooBig = 1009;
    public const ushort TryAgainLater = 1013;

    /// <summary>The protocol's own: nothing proves who this is, or not any more.</summary>
    public const ushort Unauthenticated = 4401;

    /// <summary>The protocol's own: this socket may not have what it asked for.</summary>
    public const ushort Denied = 4403;
}
