using Parley.Connection;
using Parley.Web.Shell;

namespace Parley.Web.Access;

/// <summary>What is said to somebody whom an invite does not let in, or not yet.</summary>
public static class JoinWords
{
    /// <summary>Why it did not work, and what to do about it.</summary>
    public static string Sentence(ParleyException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Code switch
        {
            ParleyErrorCode.Forbidden when Ends(failure, "invite-expired") => Strings.Join_Expired,
            ParleyErrorCode.Forbidden when Ends(failure, "invite-used-up") => Strings.Join_UsedUp,
            ParleyErrorCode.Forbidden when Ends(failure, "invite-closed") => Strings.Join_Closed,
            ParleyErrorCode.Forbidden when Ends(failure, "removed") => Strings.Join_Removed,
            ParleyErrorCode.NotFound => Strings.Join_Unknown,
            _ => Problem.Sentence(failure),
        };
    }

    /// <summary>What is waited for meanwhile.</summary>
    /// <param name="status">How the connection stands.</param>
    /// <param name="hasWaited">Nobody who has the space was found for a while.</param>
    public static string Waiting(ConnectionStatus status, bool hasWaited)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.Phase switch
        {
            ConnectionPhase.Offline or ConnectionPhase.Alone => Strings.Join_Offline,
            ConnectionPhase.Refused => Strings.Connection_Refused_Sentence,
            ConnectionPhase.SignedOut => Strings.SignedOut_Sentence,
            _ => hasWaited ? Strings.Join_Nobody : Strings.Join_Busy,
        };
    }

    private static bool Ends(ParleyException failure, string reason) => failure.Message.EndsWith(reason, StringComparison.Ordinal);
}
