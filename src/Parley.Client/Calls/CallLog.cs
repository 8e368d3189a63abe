using Microsoft.Extensions.Logging;

namespace Parley.Calls;

/// <summary>What calls log: codes and counts, never people or addresses.</summary>
internal static partial class CallLog
{
    [LoggerMessage(200, LogLevel.Information, "A call signal was refused: {Verdict}")]
    public static partial void SignalRefused(ILogger log, SignalVerdict verdict);

    [LoggerMessage(201, LogLevel.Debug, "A call signal was ignored: {Verdict}")]
    public static partial void SignalIgnored(ILogger log, SignalVerdict verdict);

    [LoggerMessage(202, LogLevel.Information, "A call signal of somebody who is not in the channel was ignored")]
    public static partial void NotAMember(ILogger log);

    [LoggerMessage(203, LogLevel.Warning, "Call signals could not be signed or verified; they are said again")]
    public static partial void KeysFailed(ILogger log, Exception failure);

    [LoggerMessage(204, LogLevel.Error, "A call failed unexpectedly")]
    public static partial void Bug(ILogger log, Exception failure);

    [LoggerMessage(205, LogLevel.Information, "Signals wait faster than they are verified; {Count} were dropped")]
    public static partial void Dropped(ILogger log, int count);

    [LoggerMessage(206, LogLevel.Warning, "The history of a call could not be written: {Code}")]
    public static partial void HistoryNotWritten(ILogger log, ParleyErrorCode code);

    [LoggerMessage(207, LogLevel.Warning, "Direct messages could not be read; their calls do not ring")]
    public static partial void RingingFailed(ILogger log, Exception failure);

    public static void Refused(ILogger log, SignalVerdict verdict)
    {
        if (verdict is SignalVerdict.Unknown or SignalVerdict.Replayed)
        {
            SignalIgnored(log, verdict);
        }
        else
        {
            SignalRefused(log, verdict);
        }
    }
}
