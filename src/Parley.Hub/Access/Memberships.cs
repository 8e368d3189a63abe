using Parley.Access;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Hub.Access;

/// <summary>
/// The membership logs of everything that is here, from operations that this hub verified itself. The writer advances them; anybody asks.
/// </summary>
internal sealed class Memberships
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeId, HashSet<NodeId>> _channels = [];
    private readonly Dictionary<NodeId, HashSet<NodeId>> _waitingChannels = [];
    private readonly Dictionary<(NodeId Domain, PersonId Author), int> _written = [];
    private readonly Dictionary<PersonId, HashSet<NodeId>> _writtenIn = [];
    private readonly Dictionary<PersonId, int> _spacesMade = [];
    private MembershipLogs _logs = new();
    private long _sinceMs;

    /// <summary>Builds all logs anew from what is stored.</summary>
    public void Load(IHubStore store)
    {
        var (filed, held) = store.Operations();
        lock (_gate)
        {
            _logs = new();
            _sinceMs = store.SinceMs;
            _channels.Clear();
            _waitingChannels.Clear();
            _written.Clear();
            _writtenIn.Clear();
            _spacesMade.Clear();
            foreach (var wire in filed)
            {
                Take(ChangeWire.FromTrustedBytes(wire));
            }

            foreach (var waiting in held)
            {
                var operation = ChangeWire.FromTrustedBytes(waiting.Wire);
                if (waiting.Scope == SenderRule.Everybodys || Take(operation) is null)
                {
                    KeepOutside(operation);
                }
            }
        }
    }

    /// <summary>True where the domain has a log.</summary>
    public bool Has(NodeId domain)
    {
        lock (_gate)
        {
            return _logs.Find(domain) is not null;
        }
    }

    /// <summary>The role with which a person may enter a domain, or null.</summary>
    public AccessRole? RoleOf(NodeId domain, PersonId person)
    {
        lock (_gate)
        {
            return _logs.Find(domain)?.Now.AccessOf(person);
        }
    }

    /// <summary>
    /// True while somebody is a member where the other wrote an operation, and so chose to be: whom a stranger grants a seat knows nobody by it.
    /// </summary>
    public bool IsKnownTo(PersonId person, PersonId stranger)
    {
        lock (_gate)
        {
            return _writtenIn.TryGetValue(person, out var domains) && domains.Any(domain => _logs.Find(domain)?.Now.AccessOf(stranger) is not null);
        }
    }

    /// <summary>True while a person is a member of any space.</summary>
    public bool IsInASpace(PersonId person)
    {
        lock (_gate)
        {
            return _logs.All.Any(log => log.Kind == AccessDomainKind.Space && log.Now.AccessOf(person) is not null);
        }
    }

    /// <summary>How many spaces a person made.</summary>
    public int SpacesMadeBy(PersonId person)
    {
        lock (_gate)
        {
            return _spacesMade.GetValueOrDefault(person);
        }
    }

    /// <summary>Every space with the number of its members, by id.</summary>
    public IReadOnlyList<(NodeId Space, int Members)> Spaces()
    {
        lock (_gate)
        {
            return
            [
                .. _logs.All.Where(static log => log.Kind == AccessDomainKind.Space)
                    .Select(static log => (log.Domain, log.Now.Access.Count)).OrderBy(static s => s.Domain.Value, StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>What a person is to a domain; an outsider while it has no log.</summary>
    public SenderStanding StandingOf(NodeId domain, PersonId person)
    {
        lock (_gate)
        {
            return _logs.Find(domain) is not { } log ? SenderStanding.Outsider
                : log.Now.AccessOf(person) is not null ? SenderStanding.Member
                : log.IsBarred(person) ? SenderStanding.Removed
                : SenderStanding.Outsider;
        }
    }

    /// <summary>True while a domain's log cannot decide on an operation.</summary>
    /// <param name="domain">The domain; one without a log decides when it is offered.</param>
    /// <param name="op">The operation, or null where this program does not know its kind.</param>
    public bool MustWait(NodeId domain, MembershipOp? op)
    {
        lock (_gate)
        {
            return _logs.Find(domain) is { } log && (op is null || MissesSome(log, op));
        }
    }

    /// <summary>What a domain's log knows of an operation.</summary>
    public OpVerdict? VerdictOf(NodeId domain, ChangeHash op)
    {
        lock (_gate)
        {
            return _logs.Find(domain)?.VerdictOf(op);
        }
    }

    /// <summary>Decides an ordinary change; null where the domain has no log yet.</summary>
    public AccessVerdict? Decide(NodeId domain, AccessRequest request)
    {
        lock (_gate)
        {
            return _logs.Find(domain) is { } log ? AccessDecision.Decide(log, request) : null;
        }
    }

    /// <summary>True for the root of a private channel by somebody who, as far as they knew, was not in its space. No log is opened for it.</summary>
    public bool IsOutsideSpace(CreateOp root)
    {
        lock (_gate)
        {
            return root.Space is { } space && _logs.Find(space)?.At(root.Header.Depends) is { } known && known.RoleOf(root.Author) is null;
        }
    }

    /// <summary>The domains in which something may change when this one's log grows: itself, and a space's private channels.</summary>
    public IReadOnlyList<NodeId> Reach(NodeId domain)
    {
        lock (_gate)
        {
            return
            [
                domain,
                .. _channels.TryGetValue(domain, out var known) ? known : [],
                .. _waitingChannels.TryGetValue(domain, out var waiting) ? waiting : [],
            ];
        }
    }

    /// <summary>Why the operation is not taken from this sender now, or null. About its transport: not remembered (docs/access.md, enforcement).</summary>
    /// <param name="op">The operation.</param>
    /// <param name="sender">Whose connection brings it.</param>
    /// <param name="wallMs">Now.</param>
    /// <param name="limits">The hub's.</param>
    public OpTransport TransportOf(MembershipOp op, PersonId sender, long wallMs, HubLimits limits)
    {
        lock (_gate)
        {
            if (_logs.Find(op.Header.Domain) is not { } log)
            {
                return OpTransport.Fine;
            }

            return op.Header.Lamport > OpTransports.LamportMax(log.NextLamport) ? OpTransport.Lamport
                : log.Count >= limits.OperationsMax || IsTooBusy(log, op, limits) ? OpTransport.Full
                : op is AdmitOp admit ? OfAdmit(log, admit, sender, wallMs)
                : OpTransport.Fine;
        }
    }

    /// <summary>
    /// Offers an operation to its log. Null where there is none, and this is no root that opens one: it waits outside, until its domain's root
    /// (and of a private channel, what its root names of the space) is here.
    /// </summary>
    public Arrivals? Offer(Change operation)
    {
        lock (_gate)
        {
            return Take(operation);
        }
    }

    /// <summary>Says that an operation without a log is kept until there is one.</summary>
    public void HeldOutside(Change operation)
    {
        lock (_gate)
        {
            KeepOutside(operation);
        }
    }

    /// <summary>Says that an operation is no longer kept outside a log.</summary>
    public void ReleasedOutside(Change operation)
    {
        lock (_gate)
        {
            if (SpaceOf(operation, out var domain) is { } space && _waitingChannels.TryGetValue(space, out var waiting) && waiting.Remove(domain) && waiting.Count == 0)
            {
                _waitingChannels.Remove(space);
            }
        }
    }

    /// <summary>True where this claim proves that its reader holds an open invite of the domain.</summary>
    public bool MayRead(NodeId domain, InviteReading claim, PersonId reader, long wallMs)
    {
        bool isOpen;
        lock (_gate)
        {
            isOpen = _logs.Find(domain)?.Now.OpenInvites.Any(open => claim.Names(open) && wallMs <= open.ExpiresAt + OpTransports.LateAdmitMs) == true;
        }

        return isOpen && SodiumSignatures.Verify(claim.Check(domain, reader));
    }

    /// <summary>Which operation of the domain's own log ended a person's access, or null.</summary>
    public ChangeHash? EndOf(NodeId domain, PersonId person)
    {
        lock (_gate)
        {
            return _logs.Find(domain)?.EndOf(person)?.Hash;
        }
    }

    private Arrivals? Take(Change operation)
    {
        if (LogFor(operation) is not { } log)
        {
            return null;
        }

        var plan = log.Plan([operation]);
        var checks = plan.Checks.Span;
        var proofs = new bool[checks.Length];
        for (var i = 0; i < proofs.Length; i++)
        {
            proofs[i] = SodiumSignatures.Verify(checks[i]);
        }

        var arrivals = log.Apply(plan, proofs);
        foreach (var report in arrivals.Reports)
        {
            if (!report.IsDuplicate)
            {
                Count(report, operation);
            }
        }

        return arrivals;
    }

    private void Count(in OpReport report, Change arriving)
    {
        if (report.Verdict.Status == OpStatus.Valid)
        {
            var hash = report.Op;
            var author = hash == arriving.Hash ? arriving.Author : _logs.Find(report.Domain)!.Operations.First(op => op.Hash == hash).Author;
            _written[(report.Domain, author)] = _written.GetValueOrDefault((report.Domain, author)) + 1;
            Follow(_writtenIn, author, report.Domain);
        }
    }

    private void KeepOutside(Change operation)
    {
        if (SpaceOf(operation, out var domain) is { } space)
        {
            Follow(_waitingChannels, space, domain);
        }
    }

    /// <summary>The space of the private channel whose create this is, or null.</summary>
    private static NodeId? SpaceOf(Change operation, out NodeId domain) =>
        NodeId.TryParse(operation.Properties["channel"]?.Text, out domain)
            && MembershipOpReader.Read(operation, domain, out var op).Status == OpStatus.Valid ? (op as CreateOp)?.Space : null;

    private MembershipLog? LogFor(Change operation)
    {
        if (!NodeId.TryParse(operation.Properties["channel"]?.Text, out var domain))
        {
            return null;
        }

        if (_logs.Find(domain) is { } known)
        {
            return known;
        }

        if (AccessDomains.KindOf(domain) is not AccessDomainKind.Channel and var kind)
        {
            var opened = _logs.For(operation);
            if (opened is not null && kind == AccessDomainKind.Space)
            {
                _spacesMade[operation.Author] = _spacesMade.GetValueOrDefault(operation.Author) + 1;
            }

            return opened;
        }

        // A channel's log stands over its space's for good, so nobody opens one who could not write its root.
        MembershipOpReader.Read(operation, domain, out var op);
        if (op is not CreateOp { Space: { } space } root)
        {
            return null;
        }

        if (_logs.Find(space) is not { } over || over.At(root.Header.Depends)?.RoleOf(root.Author) is null)
        {
            return null;
        }

        var log = _logs.For(operation);
        if (log is not null)
        {
            Follow(_channels, space, domain);
            if (_waitingChannels.TryGetValue(space, out var waiting) && waiting.Remove(domain) && waiting.Count == 0)
            {
                _waitingChannels.Remove(space);
            }
        }

        return log;
    }

    private static void Follow<T>(Dictionary<T, HashSet<NodeId>> lists, T key, NodeId domain)
        where T : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        list.Add(domain);
    }

    private bool IsTooBusy(MembershipLog log, MembershipOp op, HubLimits limits) =>
        _written.GetValueOrDefault((log.Domain, op.Author)) >= limits.OperationsPerMemberMax && log.Now.RoleOf(op.Author) is not >= AccessRole.Admin;

    // One that names what was refused is refused with it, whatever else it misses.
    private static bool MissesSome(MembershipLog log, MembershipOp op)
    {
        var known = op.Header.Depends.Select(hash => log.VerdictOf(hash)?.Status ?? log.Space?.VerdictOf(hash)?.Status).ToList();
        return !known.Contains(OpStatus.Refused) && known.Exists(static status => status != OpStatus.Valid);
    }

    // Somebody who could seat the joiner anyhow may bring a late admission. What an invite that ended before this database was made let in
    // cannot have come here in time: so a hub that lost its database is filled again by whoever comes first.
    private OpTransport OfAdmit(MembershipLog log, AdmitOp admit, PersonId sender, long wallMs)
    {
        var isVouched = log.Now.AccessOf(sender) >= AccessRole.Admin;
        return isVouched || log.Operations.FirstOrDefault(op => op.Hash == admit.Invite) is not InviteOp invite || invite.ExpiresAt < _sinceMs ? OpTransport.Fine
            : wallMs > invite.ExpiresAt + OpTransports.LateAdmitMs ? OpTransport.InviteExpired
            : log.Now.UsesOf(invite.Hash) >= invite.Uses && log.Now.RoleOf(admit.Author) is null ? OpTransport.InviteUsedUp
            : OpTransport.Fine;
    }
}
