using Parley.Connection;
using Parley.Ids;

namespace Parley.Web.Contacts;

/// <summary>What is said of requests.</summary>
public static class RequestWords
{
    /// <summary>What somebody wants.</summary>
    public static string Sentence(NodeId domain) => AccessDomains.KindOf(domain) switch
    {
        AccessDomainKind.DirectMessage or null => Strings.Requests_Direct,
        AccessDomainKind.Channel => Strings.Requests_Channel,
        AccessDomainKind.Space => Strings.Requests_Space,
    };

    /// <summary>What happens after it was accepted.</summary>
    public static string Accepted(NodeId domain) =>
        AccessDomains.KindOf(domain) == AccessDomainKind.Space ? Strings.Requests_Accepted_Space : Strings.Requests_Accepted;

    /// <summary>Why there are none.</summary>
    public static string Nothing(ConnectionStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.Phase switch
        {
            ConnectionPhase.Online => Strings.Requests_None,
            ConnectionPhase.Connecting or ConnectionPhase.Syncing => Strings.Requests_Looking,
            ConnectionPhase.Offline or ConnectionPhase.Alone or ConnectionPhase.Refused or ConnectionPhase.SignedOut or ConnectionPhase.Lobby => Strings.Requests_Offline,
        };
    }
}
