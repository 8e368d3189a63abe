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
        return failure.Reason switch
        {
            Reason.InviteExpired => Strings.Join_Expired,
            Reason.InviteUsedUp => Strings.Join_UsedUp,
            Reason.InviteClosed => Strings.Join_Closed,
            Reason.Removed => Strings.Join_Removed,
            _ when failure.Code == ParleyErrorCode.NotFound => Strings.Join_Unknown,
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
            ConnectionPhase.Refused or ConnectionPhase.SignedOut => ConnectionWords.For(status).Sentence,
            _ => hasWaited ? Strings.Join_Nobody : Strings.Join_Busy,
        };
    }
}
