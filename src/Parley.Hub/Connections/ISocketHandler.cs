namespace Parley.Hub.Connections;

/// <summary>What the events of every socket are handed to, one after the other for each socket.</summary>
internal interface ISocketHandler
{
    /// <summary>Handles one event. Never throws: a failure here is a bug, which is logged and costs that socket its connection.</summary>
    ValueTask HandleAsync(HubConnection from, SocketEvent received);
}
