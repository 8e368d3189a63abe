using Parley.Ids;
using Parley.Json;

namespace Parley.Calls;

/// <summary>Carries the signals of calls to whoever else is in the same topic. Dumb: it neither reads nor proves what it carries.</summary>
/// <remarks>Signals of one sender keep their order; any may be lost. Safe for several threads.</remarks>
internal interface ISignalTransport
{
    /// <summary>Joins a topic; nothing can be sent before <see cref="ISignalReceiver.Opened"/>. Disposing leaves it.</summary>
    ISignalTopic Join(RoomId topic, ISignalReceiver receiver);
}

/// <summary>One joined topic.</summary>
internal interface ISignalTopic : IDisposable
{
    /// <summary>Sends a signal to everybody else in the topic. Never waits; lost where the topic is not open.</summary>
    void Send(JsonValue signal);

    /// <summary>Asks for ICE servers. <see cref="ISignalReceiver.Found"/> answers where there are any, or nothing does.</summary>
    void AskIceServers();
}

/// <summary>Who is told what happens in a topic. The calls come one at a time and must return at once.</summary>
internal interface ISignalReceiver
{
    /// <summary>Signals reach others, from now on or again.</summary>
    void Opened();

    /// <summary>Signals reach nobody until it is opened again.</summary>
    void Closed();

    /// <summary>This person may not be in the topic, or not any more.</summary>
    void Denied();

    /// <summary>Somebody else's signal came.</summary>
    void Heard(JsonValue signal);

    /// <summary>ICE servers to use from now on.</summary>
    void Found(IceServers servers);
}
