using Parley.Ids;
using Parley.Nodes;

namespace Parley.Access;

/// <summary>The membership logs of one replica, by domain. A log begins with a root whose domain id proves it, never with less.</summary>
/// <remarks>So nobody makes logs by inventing ids. Operations that come before the root are the caller's to hold. One thread at a time.</remarks>
internal sealed class MembershipLogs(MembershipLogLimits? limits = null)
{
    private readonly Dictionary<NodeId, MembershipLog> _logs = [];

    /// <summary>All logs.</summary>
    public IReadOnlyCollection<MembershipLog> All => _logs.Values;

    /// <summary>The log of a space, private channel or direct message, or null where its root is not here.</summary>
    public MembershipLog? Find(NodeId domain) => _logs.GetValueOrDefault(domain);

    /// <summary>
    /// The log that a carrier's operation is to be offered to. Where there is none yet, a root that proves its id opens one;
    /// a private channel's only once its space's log is open.
    /// </summary>
    /// <returns>Null where the change carries no operation, or where its log can not be opened by it: hold it until the root is here.</returns>
    public MembershipLog? For(Change carrier)
    {
        ArgumentNullException.ThrowIfNull(carrier);
        if (!MembershipOpReader.IsCarrier(carrier) || !NodeId.TryParse(carrier.Properties["channel"]?.Text, out var domain))
        {
            return null;
        }

        if (_logs.TryGetValue(domain, out var known))
        {
            return known;
        }

        MembershipOpReader.Read(carrier, domain, out var op);
        var log = op is CreateOp create && DomainRoot.Proves(create) ? Open(create) : null;
        if (log is not null)
        {
            _logs.Add(domain, log);
        }

        return log;
    }

    private MembershipLog? Open(CreateOp root) => root.Kind switch
    {
        AccessDomainKind.Space => MembershipLog.OfSpace(root.Header.Domain, limits),
        AccessDomainKind.DirectMessage => MembershipLog.OfDirectMessage(root.Header.Domain, limits),
        AccessDomainKind.Channel => Find(root.Space!.Value) is { } space ? MembershipLog.OfChannel(root.Header.Domain, space, limits) : null,
    };
}
