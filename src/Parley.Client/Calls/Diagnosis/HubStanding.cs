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
            ConnectionPhase.Refused => facts with { Hub = CheckCode.Works, Admission = Refusal(status.Reason) },
        };
    }

    private static CheckCode Refusal(Reason? reason) => reason switch
    {
        Reason.TokenExpired or Reason.TokenTooLong => CheckCode.ClockWrong,
        Reason.WrongAudience => CheckCode.AddressWrong,
        Reason.Banned => CheckCode.Banned,
        Reason.NotListed => CheckCode.NotListed,
        _ => CheckCode.NotAdmitted,
    };
}
