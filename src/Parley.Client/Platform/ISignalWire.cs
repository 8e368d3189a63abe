using Parley.Calls;
using Parley.Ids;
using Parley.Json;

namespace Parley.Platform;

/// <summary>Where signals of a topic go at the moment.</summary>
internal enum SignalReach
{
    /// <summary>To nobody: the hub cannot be reached, and no other tab of this person's is in the topic.</summary>
    Nobody,
    /// <summary>To the hub, or to another tab.</summary>
    Somebody,
    /// <summary>Nowhere, for good: this person may not be in the topic.</summary>
    Denied,
}

/// <summary>What carries a tab's signals: the hub session in the leading tab, the leading tab for the others.</summary>
internal interface ISignalWire
{
    /// <summary>Wants a topic's signals; what becomes of that is told to <see cref="RelayedSignals.OnReach"/>.</summary>
    void Join(RoomId topic);

    /// <summary>Wants them no longer.</summary>
    void Leave(RoomId topic);

    /// <summary>Sends a signal.</summary>
    void Say(RoomId topic, JsonValue signal);

    /// <summary>Asks the hub for ICE servers.</summary>
    void AskIceServers(RoomId topic);
}
