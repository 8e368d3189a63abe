using Parley.Ids;

namespace Parley.Access;

/// <summary>A living seat: the operation that grants it, who sits in it and what it gives.</summary>
internal readonly record struct Seat(ChangeHash Grant, PersonId Person, AccessRole Role);

/// <summary>
/// What a closed set of operations says: who is in with which role, which invites are open, which rules hold
/// (docs/access.md, what a set of ops says). Either everything known (<see cref="MembershipLog.Now"/>, which follows the log)
/// or a past (<see cref="MembershipLog.At"/>, which never changes).
/// </summary>
/// <remarks>A pure function of the set: order of arrival plays no part. One thread at a time, the log's.</remarks>
internal sealed class Standing
{
    // Of a past most flags are never asked for, so they are decided when they are. That recurses to a strictly lower rank each time;
    // with more ranks than this all are decided at once, from the lowest on.
    private const int RecursionMax = 64;
    private const VoidReason Undecided = (VoidReason)byte.MaxValue;

    private readonly OpGraph _graph;
    private readonly OpSet? _subset;
    private VoidReason[] _flags;
    private int _count;

    /// <summary>Of a subset that is closed, or of all where it is null.</summary>
    internal Standing(OpGraph graph, OpSet? subset, Standing? space)
    {
        _graph = graph;
        _subset = subset;
        Space = space;
        _flags = new VoidReason[graph.Count];
        _count = graph.Count;
        if (subset is null || graph.DepthMax > RecursionMax)
        {
            Decide();
        }
        else
        {
            Array.Fill(_flags, Undecided);
        }
    }

    /// <summary>For a private channel: what the same set says about the space.</summary>
    public Standing? Space { get; }

    /// <summary>Everybody in the domain's own log with the best role they hold.</summary>
    public IReadOnlyDictionary<PersonId, AccessRole> Members => Roles(RoleOf);

    /// <summary>As <see cref="Members"/>, of a private channel without those who are not in its space.</summary>
    public IReadOnlyDictionary<PersonId, AccessRole> Access => Roles(AccessOf);

    /// <summary>All living seats, sorted by grant and person.</summary>
    public IReadOnlyList<Seat> Seats =>
    [
        .. from person in _graph.EverSeated
           from grant in _graph.SeatsOf(person)
           where IsAlive(grant, person)
           let seat = new Seat(_graph[grant].Op.Hash, person, _graph[grant].Role)
           orderby seat.Grant, seat.Person
           select seat,
    ];

    /// <summary>The rules in force.</summary>
    public AccessPolicy Policy => AccessPolicy.Resolve(
        [.. _graph.Policies.Where(IsEffective)],
        index => ((PolicyOp)_graph[index].Op).Set,
        (later, earlier) => _graph[later].Past.Own.Has(earlier));

    /// <summary>The invites by which people may come in, expired or used up ones included until they are ended.</summary>
    public IReadOnlyList<InviteOp> OpenInvites => [.. _graph.Invites.Where(IsOpen).Select(index => (InviteOp)_graph[index].Op)];

    /// <summary>The best role of a person in the domain's own log, or null.</summary>
    public AccessRole? RoleOf(PersonId person) => HighestSeat(person) is { } seat ? _graph[seat].Role : null;

    /// <summary>The role of a person who may enter: in a private channel null for those who are not in its space.</summary>
    public AccessRole? AccessOf(PersonId person) => Space is null || Space.RoleOf(person) is not null ? RoleOf(person) : null;

    /// <summary>How many different people an invite has let in, effective or not.</summary>
    public int UsesOf(ChangeHash invite) => _graph.TryFind(invite, out var index) ? Joiners(index).Count() : 0;

    internal OpGraph Graph => _graph;

    internal bool Includes(int index) => _subset?.Has(index) ?? index < _count;

    internal bool IsVoid(int index) => ReasonOf(index) != VoidReason.None;

    internal VoidReason ReasonOf(int index)
    {
        ref var flag = ref _flags[index];
        return flag == Undecided ? flag = VoidnessOf(_graph[index]) : flag;
    }

    internal bool IsEffective(int index) => Includes(index) && !IsVoid(index);

    /// <summary>True when the grant is here, has effect and no effective cut ends this seat of it.</summary>
    internal bool IsAlive(int grant, PersonId person) =>
        IsEffective(grant) && !Endings(grant, person).Any() && !SpaceEndings(grant, person).Any();

    /// <summary>The effective cuts of this log that end a seat, whether the grant is void or not.</summary>
    internal IEnumerable<int> Endings(int grant, PersonId person)
    {
        foreach (var cut in _graph.CutsOf(person))
        {
            if (Includes(cut) && _graph.Kills(cut, grant) && !IsVoid(cut))
            {
                yield return cut;
            }
        }
    }

    /// <summary>The effective cuts of the space that end a seat of this private channel; indexes in the space's graph.</summary>
    internal IEnumerable<int> SpaceEndings(int grant, PersonId person)
    {
        foreach (var cut in Space?._graph.CutsOf(person) ?? [])
        {
            if (_graph.SpaceKills(cut, grant) && Space!.IsEffective(cut))
            {
                yield return cut;
            }
        }
    }

    /// <summary>The living seat of a person with the best role; of several the one nearest to a root, which outranks most.</summary>
    internal int? HighestSeat(PersonId person)
    {
        int? best = null;
        foreach (var grant in _graph.SeatsOf(person))
        {
            if ((best is null || IsHigher(grant, best.Value)) && IsAlive(grant, person))
            {
                best = grant;
            }
        }

        return best;

        bool IsHigher(int grant, int than) => _graph[grant].Role != _graph[than].Role
            ? _graph[grant].Role > _graph[than].Role
            : _graph[grant].Depth < _graph[than].Depth;
    }

    /// <summary>True when an admission by this invite would be let in.</summary>
    internal bool IsOpen(int invite) =>
        IsEffective(invite)
        && !Endings(_graph[invite].Authority, _graph[invite].Actor).Any()
        && !SpaceEndings(_graph[invite].Authority, _graph[invite].Actor).Any()
        && !_graph.EndsOf(invite).Any(IsEffective);

    /// <summary>The different people that an invite let in, effective or not.</summary>
    internal IEnumerable<PersonId> Joiners(int invite) =>
        _graph.AdmitsOf(invite).Where(Includes).Select(admit => _graph[admit].Op.Author).Distinct();

    /// <summary>All that made an operation void; of a citation indexes in the space's graph, else in this one.</summary>
    internal IEnumerable<int> CausesOf(int index) => ReasonOf(index) switch
    {
        VoidReason.AuthorityCut => AuthorityCuts(_graph[index]),
        VoidReason.InviteRevoked => UnseenInviteEnds(_graph[index]),
        VoidReason.VoidInvite => [_graph[index].Invite],
        VoidReason.VoidAuthority => [_graph[index].Authority],
        VoidReason.CitationVoid => [_graph[index].Citation],
        VoidReason.None => [],
    };

    /// <summary>Takes in the next operation of the graph, whose arrival changes nothing older. Of the standing of everything alone.</summary>
    internal void Extend(OpEntry entry)
    {
        if (_count == _flags.Length)
        {
            Array.Resize(ref _flags, Math.Max(16, 2 * _count));
        }

        _count++;
        _flags[entry.Index] = VoidnessOf(entry);
    }

    /// <summary>Decides anew what is void and tells which operations gained or lost their effect.</summary>
    internal List<int> Recompute()
    {
        var before = _flags.AsSpan(0, _count).ToArray();
        Decide();
        return [.. Enumerable.Range(0, _count).Where(i => (before[i] == VoidReason.None) != (_flags[i] == VoidReason.None))];
    }

    // Ascending rank: all that decides about an operation has been decided before it; flags of higher rank are never asked for.
    private void Decide()
    {
        foreach (var (_, index) in _graph.ByRank)
        {
            if (Includes(index))
            {
                _flags[index] = VoidnessOf(_graph[index]);
            }
        }
    }

    private VoidReason VoidnessOf(OpEntry entry)
    {
        if (entry.Op is ExpelOp)
        {
            return Space!.IsEffective(entry.Citation) ? VoidReason.None : VoidReason.CitationVoid;
        }

        return entry.Authority < 0 ? VoidReason.None
            : AuthorityCuts(entry).Any() ? VoidReason.AuthorityCut
            : entry.IsAdmit && UnseenInviteEnds(entry).Any() ? VoidReason.InviteRevoked
            : entry.IsAdmit && IsVoid(entry.Invite) ? VoidReason.VoidInvite
            : IsVoid(entry.Authority) ? VoidReason.VoidAuthority
            : VoidReason.None;
    }

    // Strong removal: what the cutter had not seen does not count, whenever it says to be written.
    private IEnumerable<int> AuthorityCuts(OpEntry entry) =>
        Endings(entry.Authority, entry.Actor).Where(cut => !_graph[cut].Past.Own.Has(entry.Index));

    private IEnumerable<int> UnseenInviteEnds(OpEntry entry) =>
        _graph.EndsOf(entry.Invite).Where(end => !_graph[end].Past.Own.Has(entry.Index) && IsEffective(end));

    private Dictionary<PersonId, AccessRole> Roles(Func<PersonId, AccessRole?> roleOf)
    {
        var roles = new Dictionary<PersonId, AccessRole>();
        foreach (var person in _graph.EverSeated)
        {
            if (roleOf(person) is { } role)
            {
                roles.Add(person, role);
            }
        }

        return roles;
    }
}
