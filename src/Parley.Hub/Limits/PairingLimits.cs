namespace Parley.Hub.Limits;

/// <summary>The bounds of the rooms where two devices meet (<c>pair:</c>).</summary>
internal static class PairingLimits
{
    /// <summary>Sockets in one room; a third sleeps.</summary>
    public const int SubscribersMax = 2;

    /// <summary>Such rooms of one socket.</summary>
    public const int RoomsMax = 4;

    /// <summary>Messages of one socket in a window of a minute.</summary>
    public const int MessagesPerMinuteMax = 60;

    /// <summary>The longest frame that is relayed there, bytes.</summary>
    public const int FrameBytesMax = 2_048;
}
