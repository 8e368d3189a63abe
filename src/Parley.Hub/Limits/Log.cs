using Microsoft.Extensions.Logging;

namespace Parley.Hub.Limits;

/// <summary>Everything the hub logs. No user data; an error means a bug or a broken disk, never something that a client sent.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "The hub is open for connections; database {Epoch}.")]
    public static partial void Started(ILogger log, string epoch);

    [LoggerMessage(2, LogLevel.Information, "The hub stops: {Connections} sockets are told, everything taken is committed.")]
    public static partial void Stopping(ILogger log, int connections);

    [LoggerMessage(3, LogLevel.Debug, "Socket {Connection} opened.")]
    public static partial void Opened(ILogger log, long connection);

    [LoggerMessage(4, LogLevel.Debug, "Socket {Connection} closed.")]
    public static partial void Closed(ILogger log, long connection);

    [LoggerMessage(5, LogLevel.Information, "Socket {Connection} was closed: {Reason}.")]
    public static partial void ClosedFor(ILogger log, long connection, string reason);

    [LoggerMessage(6, LogLevel.Error, "A group of {Frames} frames could not be committed; their senders are told to offer them again.")]
    public static partial void CommitFailed(ILogger log, Exception failure, int frames);

    [LoggerMessage(7, LogLevel.Error, "A frame on socket {Connection} hit a bug.")]
    public static partial void FrameFailed(ILogger log, Exception failure, long connection);

    [LoggerMessage(8, LogLevel.Error, "The sweep over idle sockets failed.")]
    public static partial void SweepFailed(ILogger log, Exception failure);

    [LoggerMessage(9, LogLevel.Information, "The database moved from schema {From} to {To}.")]
    public static partial void Migrated(ILogger log, long from, long to);

    [LoggerMessage(10, LogLevel.Information, "A call signal on socket {Connection} was refused: {Code} {Why}.")]
    public static partial void SignalRefused(ILogger log, long connection, string code, string why);
}
