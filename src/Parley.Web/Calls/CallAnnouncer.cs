using Parley.Calls;
using Parley.Web.Shell;

namespace Parley.Web.Calls;

/// <summary>What a screen reader says of a call: who came and went, the own microphone, and on wish who speaks.</summary>
public static class CallAnnouncer
{
    /// <summary>What is new between two snapshots of one call; null where that is nothing to say.</summary>
    /// <param name="before">The snapshot before; null at the beginning.</param>
    /// <param name="now">The snapshot.</param>
    /// <param name="nameOf">What a participant is called.</param>
    /// <param name="saysSpeaking">Who begins to speak is said too.</param>
    public static string? Next(CallView? before, CallView now, Func<CallParticipant, string> nameOf, bool saysSpeaking)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(nameOf);
        if (now.Phase != CallPhase.Seated)
        {
            return now.End is { } end && before?.End is null ? CallWords.Of(end) ?? Strings.Call_Said_Left : null;
        }

        List<string> said = [];
        if (before?.Phase != CallPhase.Seated)
        {
            said.Add(now.Others.Count == 0
                ? Strings.Call_Said_InAlone
                : Phrase.Of(Strings.Call_Said_In, CallWords.Guests([.. now.Others.DistinctBy(other => other.Who).Select(nameOf)])));
        }
        else
        {
            var (was, isNow) = (before.Others.ToDictionary(other => other.Session), now.Others.ToDictionary(other => other.Session));
            said.AddRange(now.Others.Where(other => !was.ContainsKey(other.Session)).Select(other => Phrase.Of(Strings.Call_Said_Came, nameOf(other))));
            said.AddRange(before.Others.Where(other => !isNow.ContainsKey(other.Session)).Select(other => Phrase.Of(Strings.Call_Said_Went, nameOf(other))));
            foreach (var other in now.Others)
            {
                if (!was.TryGetValue(other.Session, out var earlier))
                {
                    continue;
                }

                if (other.Media.Screen && !earlier.Media.Screen)
                {
                    said.Add(Phrase.Of(Strings.Call_Said_Screen, nameOf(other)));
                }

                if (other.Media.Hand && !earlier.Media.Hand)
                {
                    said.Add(Phrase.Of(Strings.Call_Said_Hand, nameOf(other)));
                }

                if (saysSpeaking && other.Media.Speaking && !earlier.Media.Speaking)
                {
                    said.Add(Phrase.Of(Strings.Call_Said_Speaks, nameOf(other)));
                }
            }

            if (now.Media.Audio != before.Media.Audio)
            {
                said.Add(now.Media.Audio ? Strings.Call_Said_MicrophoneOn : Strings.Call_Said_MicrophoneOff);
            }

            if (now.Media.Video != before.Media.Video)
            {
                said.Add(now.Media.Video ? Strings.Call_Said_CameraOn : Strings.Call_Said_CameraOff);
            }

            if (now.Media.Screen != before.Media.Screen)
            {
                said.Add(now.Media.Screen ? Strings.Call_Said_ScreenOn : Strings.Call_Said_ScreenOff);
            }
        }

        return said.Count == 0 ? null : string.Join(' ', said);
    }
}
