using Parley.Connection;
using Parley.Web.Shell;

namespace Parley.Web.Access;

/// <summary>What is said to somebody who is in no space: where theirs may be.</summary>
/// <param name="Title">In a few words.</param>
/// <param name="Sentence">What is known, and what happens now.</param>
/// <param name="IsWaiting">Something may still come.</param>
public sealed record NoSpaceWords(string Title, string Sentence, bool IsWaiting)
{
    /// <summary>The words for how the connection stands.</summary>
    /// <param name="status">The connection: a person's spaces come from the hub.</param>
    /// <param name="left">The name of a space that one was in, or null.</param>
    public static NoSpaceWords For(ConnectionStatus status, string? left)
    {
        ArgumentNullException.ThrowIfNull(status);
        if (left is not null)
        {
            return new(Phrase.Of(Strings.NoSpace_Left_Title, left), Strings.NoSpace_Left_Sentence, IsWaiting: false);
        }

        return status.Phase switch
        {
            ConnectionPhase.Connecting or ConnectionPhase.Syncing => new(Strings.NoSpace_Looking_Title, Strings.NoSpace_Looking_Sentence, IsWaiting: true),
            ConnectionPhase.Offline => new(Strings.NoSpace_Looking_Title, Strings.NoSpace_Offline_Sentence, IsWaiting: true),
            ConnectionPhase.Refused or ConnectionPhase.SignedOut or ConnectionPhase.Lobby =>
                new(Strings.NoSpace_None_Title, ConnectionWords.For(status).Sentence, IsWaiting: false),
            ConnectionPhase.Online or ConnectionPhase.Alone => new(Strings.NoSpace_None_Title, Strings.NoSpace_None_Sentence, IsWaiting: false),
        };
    }
}
