using Parley.Access;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Ledger;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Hub.Access;

/// <summary>
/// Who may read what, as the nodes and members on disk say. No membership log is needed for it, save to look whether an invite is open.
/// </summary>
/// <remarks>
/// For any thread. A rule is resolved and remembered under one lock, and forgotten under the same after the commit that changed it: so none that
/// is remembered is older than the commits that were followed.
/// </remarks>
internal sealed class RoomReading : IRuleFacts
{
    // For clocks and slow lines, as an admission may be late.
    private const long InviteGraceMs = 300_000;
    private const int InvitesMax = 256;

    private readonly Lock _gate = new();
    private readonly IHubStore _store;
    private readonly RoomRules _rules;
    private readonly GeneralThreads _generals = new();
    private readonly Dictionary<NodeId, (int Version, int SpaceVersion, IReadOnlyList<InviteOp> Open)> _invites = [];

    /// <param name="store">Where the rows are.</param>
    /// <param name="hasCommons">The space <c>main</c> is everybody's.</param>
    public RoomReading(IHubStore store, bool hasCommons)
    {
        _store = store;
        _rules = new(hasCommons, isHub: true);
        foreach (var (domain, _) in store.Domains())
        {
            Know(domain.Id);
        }
    }

    /// <summary>Whether a person may read a room, and on which nodes and access scopes that answer hangs.</summary>
    public (bool IsOpen, IReadOnlyList<NodeId> Keys) Look(string? did, string room)
    {
        var (rule, keys) = RuleOf(room);
        PersonId? person = did is null ? null : PersonId.FromTrusted(did);
        var isOpen = rule switch
        {
            RoomRule.Open => true,
            RoomRule.Owner owner => person == owner.Person,
            RoomRule.Knock knock => person == knock.Door,
            RoomRule.People people => person is { } one && people.Who.Contains(one),
            RoomRule.Log log => person is { } member && IsIn(log.Domain, member),
            _ => false,
        };
        return (isOpen, keys);
    }

    /// <summary>True if this claim proves that its reader holds an open invite of the room's access scope.</summary>
    public bool MayReadLog(string room, InviteReading claim, PersonId reader, long wallMs) =>
        RuleOf(room).Rule is RoomRule.Log(var domain)
        && OpenInvitesOf(domain).Any(invite => claim.Names(invite) && wallMs <= invite.ExpiresAt + InviteGraceMs)
        && SodiumSignatures.Verify(claim.Check(domain, reader));

    /// <summary>Which operation of the room's log ended a person's access; null if none did.</summary>
    public ChangeHash? EndOf(string room, PersonId person) =>
        RuleOf(room).Rule is RoomRule.Log(var domain) && !IsIn(domain, person) ? _store.FindMember(domain, person)?.EndedBy : null;

    /// <summary>True while a person is a member of any space.</summary>
    public bool IsInASpace(PersonId person) =>
        _store.MembershipsOf(person).Any(static member => member.Role is not null && AccessDomains.KindOf(member.Domain) == AccessDomainKind.Space);

    /// <summary>Every space with the number of its members, by id.</summary>
    public IReadOnlyList<(NodeId Space, int Members)> Spaces() =>
        [.. _store.Domains().Where(static one => AccessDomains.KindOf(one.Domain.Id) == AccessDomainKind.Space).Select(static one => (one.Domain.Id, one.Members))];

    /// <summary>Follows a commit: returns the nodes and access scopes on which other rules may hang now.</summary>
    public IReadOnlySet<NodeId> Follow(Decision decision)
    {
        var keys = new HashSet<NodeId>();
        var filed = decision.Transitions.OfType<Transition.Filed>().Where(static filed => filed.IsOperation).CountBy(static filed => filed.Home).ToDictionary();
        foreach (var transition in decision.Transitions)
        {
            if (transition is Transition.NodeSet { After.Id: var node })
            {
                keys.Add(node);
            }
            else if (transition is Transition.DomainSet domain && domain.Version == filed.GetValueOrDefault(RoomNames.OfMessages(domain.Domain)))
            {
                // It has a log from now on.
                keys.Add(domain.Domain);
                keys.Add(RoomNames.ThreadOf(domain.Domain));
            }
        }

        lock (_gate)
        {
            foreach (var key in keys)
            {
                _rules.Forget(key);
                Know(key);
            }
        }

        return keys;
    }

    bool IRuleFacts.TryNode(NodeId id, out RuleNode? node)
    {
        var known = _store.Find(id);
        Change? root = null;
        node = known is null
            ? null
            : new(known.Node.Root.SchemaId, new(known.Node.Home), name => (root ??= ChangeWire.FromTrustedBytes(known.RootWire)).Properties[name]);
        return true;
    }

    bool IRuleFacts.TryHasLog(NodeId directMessage, out bool hasLog)
    {
        hasLog = _store.FindDomain(directMessage) is not null;
        return true;
    }

    NodeId? IRuleFacts.SpaceOfGeneral(NodeId thread) => _generals.SpaceOf(thread);

    private (RoomRule Rule, IReadOnlyList<NodeId> Keys) RuleOf(string room)
    {
        lock (_gate)
        {
            var rule = _rules.Of(room, this)!;
            var keys = _rules.KeysOf(room);
            return (rule, rule.Scope is { } scope && !keys.Contains(scope) ? [.. keys, scope] : keys);
        }
    }

    // A private channel's space is its outer wall.
    private bool IsIn(NodeId domain, PersonId person) =>
        _store.FindMember(domain, person)?.Role is not null
        && (AccessDomains.KindOf(domain) != AccessDomainKind.Channel
            || (_store.FindDomain(domain)?.Space is { } space && _store.FindMember(space, person)?.Role is not null));

    private void Know(NodeId domain)
    {
        if (AccessDomains.KindOf(domain) == AccessDomainKind.Space && _store.FindDomain(domain) is not null)
        {
            _generals.Add(domain);
        }
    }

    // Whoever holds a link may ask often: the log is read once for each of its versions.
    private IReadOnlyList<InviteOp> OpenInvitesOf(NodeId domain)
    {
        if (_store.FindDomain(domain) is not { } scope)
        {
            return [];
        }

        var spaceVersion = scope.Space is { } space ? _store.FindDomain(space)?.Version ?? 0 : 0;
        lock (_gate)
        {
            if (_invites.TryGetValue(domain, out var known) && (known.Version, known.SpaceVersion) == (scope.Version, spaceVersion))
            {
                return known.Open;
            }
        }

        var logs = new LogCache(new());
        logs.Load(domain, _store.ReadLogs(domain));
        IReadOnlyList<InviteOp> open = logs.TryFind(domain, out var log) && log is not null ? log.Now.OpenInvites : [];
        lock (_gate)
        {
            if (_invites.Count >= InvitesMax)
            {
                _invites.Clear();
            }

            _invites[domain] = (scope.Version, spaceVersion, open);
        }

        return open;
    }
}
