using Parley.Connection;

namespace Parley.Web.Shell;

/// <summary>What the status bar says about the hub, in plain words.</summary>
/// <param name="Tone">The class of its dot: <c>good</c>, <c>busy</c>, <c>away</c> or <c>bad</c>.</param>
/// <param name="Short">A word or two.</param>
/// <param name="Sentence">What it means for the person.</param>
public sealed record ConnectionWords(string Tone, string Short, string Sentence)
{
    /// <summary>The words for a state.</summary>
    public static ConnectionWords For(ConnectionStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.Phase switch
        {
            ConnectionPhase.Alone => new("away", Strings.Connection_Alone, Strings.Connection_Alone_Sentence),
            ConnectionPhase.Connecting => new("busy", Strings.Connection_Connecting, Strings.Connection_Connecting_Sentence),
            ConnectionPhase.Syncing => new("busy", Strings.Connection_Syncing, Strings.Connection_Syncing_Sentence),
            ConnectionPhase.Online => new("good", Strings.Connection_Online, Strings.Connection_Online_Sentence),
            ConnectionPhase.Offline => new("away", Strings.Connection_Offline, Strings.Connection_Offline_Sentence),
            ConnectionPhase.Refused => new("bad", Strings.Connection_Refused, $"{Strings.Connection_Refused_Sentence} {status.Why}".TrimEnd()),
            ConnectionPhase.Lobby => new("away", Strings.Connection_Lobby, Strings.Connection_Lobby_Sentence),
            ConnectionPhase.SignedOut => new("bad", Strings.Connection_SignedOut, Strings.SignedOut_Sentence),
        };
    }
}
