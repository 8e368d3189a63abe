using Parley.Connection;

namespace Parley.Calls.Diagnosis;

/// <summary>What a client's connection tells about the hub and about being let in.</summary>
public static class HubStanding
{
    /// <summary>The facts with those of a connection; nothing new while it is being made.</summary>
    public static CheckFacts With(CheckFacts facts, ConnectionStatus status)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(status);
        return status.Phase switch
        {
            ConnectionPhase.Alone => facts with { Hub = CheckCode.NoHub },
            ConnectionPhase.Connecting => facts,
            ConnectionPhase.Offline => facts with { Hub = CheckCode.HubSilent },
            ConnectionPhase.Syncing or ConnectionPhase.Online => facts with { Hub = CheckCode.Works, Admission = CheckCode.Works },
            ConnectionPhase.Lobby => facts with { Hub = CheckCode.Works, Admission = CheckCode.InLobby },
            ConnectionPhase.SignedOut => facts with { Hub = CheckCode.Works, Admission = CheckCode.SignedOut },
            ConnectionPhase.Refused when status.RetryAt is null => facts with { Hub = CheckCode.HubIncompatible },
            ConnectionPhase.Refused => facts with { Hub = CheckCode.Works, Admission = Refusal(status.Why ?? "") },
        };
    }

    // The reasons that a hub closes with (docs/running-a-hub.md, watching it).
    private static CheckCode Refusal(string why) =>
        Says(why, "Token expired") || Says(why, "Token lifetime too long") ? CheckCode.ClockWrong
        : Says(why, "Invalid audience") ? CheckCode.AddressWrong
        : Says(why, "banned") ? CheckCode.Banned
        : Says(why, "listed") ? CheckCode.NotListed
        : CheckCode.NotAdmitted;

    private static bool Says(string why, string words) => why.Contains(words, StringComparison.Ordinal);
}
