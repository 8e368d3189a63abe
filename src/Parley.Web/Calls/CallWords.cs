using Parley.Calls;
using Parley.Platform;
using Parley.Web.Shell;

namespace Parley.Web.Calls;

/// <summary>What the codes of calls mean for the person.</summary>
public static class CallWords
{
    /// <summary>Why the call is over; null where one left it oneself.</summary>
    public static string? Of(EndReason reason) => reason switch
    {
        EndReason.Left => null,
        EndReason.Full => Phrase.Of(Strings.Call_End_Full, CallLimits.AudioSeatsMax, CallLimits.VideoSeatsMax),
        EndReason.CameraFull => Phrase.Of(Strings.Call_End_CameraFull, CallLimits.VideoSeatsMax),
        EndReason.NoAnswer => Strings.Call_End_NoAnswer,
        EndReason.Unreachable => Strings.Call_End_Unreachable,
        EndReason.NotAMember => Strings.Call_End_NotAMember,
    };

    /// <summary>Why the camera stays off.</summary>
    public static string Of(RejectReason reason) => reason switch
    {
        RejectReason.Full or RejectReason.CameraFull => Phrase.Of(Strings.Call_CameraRefused, CallLimits.VideoSeatsMax),
        RejectReason.Busy => Strings.Call_CameraBusy,
    };

    /// <summary>Why a device is not used, and what helps.</summary>
    public static string Of(DeviceFault fault) => (fault.Source, fault.Fault) switch
    {
        (MediaSource.Microphone, MediaFault.NotAllowed) => Strings.Call_Microphone_NotAllowed,
        (MediaSource.Microphone, MediaFault.NotFound) => Strings.Call_Microphone_NotFound,
        (MediaSource.Microphone, MediaFault.NotReadable) => Strings.Call_Microphone_NotReadable,
        (MediaSource.Microphone, MediaFault.NotSupported) => Strings.Call_Device_NotSupported,
        (_, MediaFault.BlurFailed) => Strings.Call_Camera_BlurFailed,
        (MediaSource.Camera, MediaFault.NotAllowed) => Strings.Call_Camera_NotAllowed,
        (MediaSource.Camera, MediaFault.NotFound) => Strings.Call_Camera_NotFound,
        (MediaSource.Camera, MediaFault.NotReadable) => Strings.Call_Camera_NotReadable,
        (MediaSource.Camera, MediaFault.NotSupported) => Strings.Call_Device_NotSupported,
        (MediaSource.Screen, MediaFault.NotAllowed) => Strings.Call_Screen_NotAllowed,
        (MediaSource.Screen, MediaFault.NotFound or MediaFault.NotReadable) => Strings.Call_Screen_NotReadable,
        (MediaSource.Screen, MediaFault.NotSupported) => Strings.Call_Screen_NotSupported,
    };

    /// <summary>How well a connection carries, and what is the matter.</summary>
    public static string Of(CallQuality quality, QualityCause cause) => (quality, cause) switch
    {
        (CallQuality.Good, _) => Strings.Call_Quality_Good,
        (CallQuality.Fair, QualityCause.Loss) => Strings.Call_Quality_Fair_Loss,
        (CallQuality.Fair, QualityCause.Processor) => Strings.Call_Quality_Fair_Processor,
        (CallQuality.Fair, _) => Strings.Call_Quality_Fair_Delay,
        (CallQuality.Poor, QualityCause.Loss) => Strings.Call_Quality_Poor_Loss,
        (CallQuality.Poor, _) => Strings.Call_Quality_Poor_Delay,
        (CallQuality.None, _) => Strings.Call_Quality_None,
    };

    /// <summary>What stands on a tile instead of a quality; null while the connection is well.</summary>
    public static string? Of(LinkHealth health, bool isGivenUp) =>
        isGivenUp ? Strings.Call_Link_GivenUp : health switch
        {
            LinkHealth.Connecting => Strings.Call_Link_Connecting,
            LinkHealth.Connected => null,
            LinkHealth.Interrupted or LinkHealth.Failed => Strings.Call_Link_Interrupted,
        };

    /// <summary>Who is in, in a few words.</summary>
    public static string Guests(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Count switch
        {
            0 => "",
            1 => Phrase.Of(Strings.Call_Guests_One, names[0]),
            2 => Phrase.Of(Strings.Call_Guests_Two, names[0], names[1]),
            _ => Phrase.Of(Strings.Call_Guests_More, names[0], names[1], names.Count - 2),
        };
    }

    /// <summary>How long something took or takes: 0:07, 12:30, 1:02:03.</summary>
    public static string Duration(TimeSpan time)
    {
        time = time < TimeSpan.Zero ? TimeSpan.Zero : time;
        return time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes}:{time.Seconds:00}";
    }
}
