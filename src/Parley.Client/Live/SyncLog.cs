using Microsoft.Extensions.Logging;

namespace Parley.Live;

/// <summary>What replication logs: counts and codes, never content or people.</summary>
internal static partial class SyncLog
{
    [LoggerMessage(100, LogLevel.Information, "Connected to the hub")]
    public static partial void Connected(ILogger log);

    [LoggerMessage(101, LogLevel.Information, "Disconnected from the hub: {Why}; next try in {Seconds:0.0} s")]
    public static partial void Disconnected(ILogger log, string why, double seconds);

    [LoggerMessage(102, LogLevel.Warning, "The hub refused this client: {Why}")]
    public static partial void Refused(ILogger log, string why);

    [LoggerMessage(103, LogLevel.Warning, "A frame of the hub was not understood: {Why}")]
    public static partial void BadFrame(ILogger log, string why);

    [LoggerMessage(104, LogLevel.Warning, "The hub dropped a frame: {Why}")]
    public static partial void HubError(ILogger log, string why);

    [LoggerMessage(105, LogLevel.Debug, "Applied {Accepted} changes, {Held} held, {Refused} refused, {Known} known")]
    public static partial void Applied(ILogger log, int accepted, int held, int refused, int known);

    [LoggerMessage(106, LogLevel.Warning, "The hub refused a change: {Code}")]
    public static partial void ChangeRefused(ILogger log, string code);

    [LoggerMessage(107, LogLevel.Error, "Replication failed unexpectedly")]
    public static partial void Bug(ILogger log, Exception failure);

    [LoggerMessage(108, LogLevel.Warning, "The store failed during replication")]
    public static partial void StoreFailed(ILogger log, Exception failure);

    [LoggerMessage(109, LogLevel.Information, "No connection with a fresh token yet: {Why}; the one that stands goes on")]
    public static partial void NotRenewed(ILogger log, string why);

    [LoggerMessage(110, LogLevel.Warning, "The hub was set back: {Rooms} rooms are read from the beginning and offered to it whole")]
    public static partial void OtherHistory(ILogger log, int rooms);
}
