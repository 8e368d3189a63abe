using Microsoft.Extensions.Logging;
using Parley.Hub.Limits;

namespace Parley.Hub.Connections;

/// <summary>What every socket of a running hub shares.</summary>
internal sealed record HubParts(
    HubOptions Options,
    HubClock Clock,
    HubMetrics Metrics,
    Topics Topics,
    Flusher[] Flushers,
    ISocketHandler Frames,
    OutFrame Handshake,
    ILogger Log);
