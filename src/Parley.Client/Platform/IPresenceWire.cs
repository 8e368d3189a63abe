using Parley.Ids;

namespace Parley.Platform;

/// <summary>What carries a tab's presence: the hub session in the leading tab, the leading tab for the others.</summary>
/// <remarks>Nothing waits and nothing is kept: what cannot be sent now is lost, and announced again when the topic opens.</remarks>
internal interface IPresenceWire
{
    /// <summary>Wants a topic's updates.</summary>
    void Join(RoomId topic);

    /// <summary>Wants them no longer.</summary>
    void Leave(RoomId topic);

    /// <summary>Publishes an update.</summary>
    void Send(RoomId topic, byte[] update);
}
