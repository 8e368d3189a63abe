using System.Runtime.InteropServices;
using Parley.Ids;

namespace Parley.Access;

/// <summary>
/// The valid operations of one log, numbered in order of integration, with their ancestors and with the indexes that questions need.
/// It only grows, and it is closed: with an operation it holds everything that one depends on.
/// </summary>
internal sealed class OpGraph(OpGraph? space)
{
    // Ranks above any chain of owners, so that "stands earlier" is one comparison (docs/access.md, cost).
    private const int RankOfOthers = 1 << 20;
    private const int RankOfAdmits = 1 << 21;

    private static readonly IReadOnlyList<int> None = [];

    private readonly List<OpEntry> _entries = [];
    private readonly Dictionary<ChangeHash, int> _indexes = [];
    private readonly Dictionary<PersonId, List<int>> _seats = [];
    private readonly Dictionary<PersonId, List<int>> _cuts = [];
    private readonly Dictionary<int, List<int>> _inviteEnds = [];
    private readonly Dictionary<int, List<int>> _admits = [];
    private readonly List<int> _policies = [];
    private readonly List<int> _invites = [];
    private readonly List<int> _expels = [];
    private readonly List<(int Rank, int Index)> _byRank = [];
    private readonly HashSet<int> _heads = [];
    private readonly Dictionary<PersonId, int> _written = [];

    /// <summary>The graph of the space's log, under a private channel's.</summary>
    public OpGraph? Space { get; } = space;

    public int Count => _entries.Count;

    public long LamportMax { get; private set; }

    /// <summary>The longest chain of authorities.</summary>
    public int DepthMax { get; private set; }

    /// <summary>Everybody whom a grant ever seated.</summary>
    public IReadOnlyCollection<PersonId> EverSeated => _seats.Keys;

    /// <summary>Operations that nothing depends on.</summary>
    public IReadOnlyCollection<int> Heads => _heads;

    public IReadOnlyList<int> Policies => _policies;

    public IReadOnlyList<int> Invites => _invites;

    public IReadOnlyList<int> Expels => _expels;

    /// <summary>All, so that what decides about an operation stands before it.</summary>
    public IReadOnlyList<(int Rank, int Index)> ByRank => _byRank;

    public OpEntry this[int index] => _entries[index];

    public bool TryFind(ChangeHash hash, out int index) => _indexes.TryGetValue(hash, out index);

    /// <summary>How many of them a person wrote.</summary>
    public int CountOf(PersonId author) => _written.GetValueOrDefault(author);

    public bool Has(ChangeHash hash) => _indexes.ContainsKey(hash);

    /// <summary>Granting operations with a seat of the person.</summary>
    public IReadOnlyList<int> SeatsOf(PersonId person) => _seats.TryGetValue(person, out var list) ? list : None;

    /// <summary>Revokes, leaves and expulsions of the person.</summary>
    public IReadOnlyList<int> CutsOf(PersonId person) => _cuts.TryGetValue(person, out var list) ? list : None;

    /// <summary>Revoke-invites of the invite.</summary>
    public IReadOnlyList<int> EndsOf(int invite) => _inviteEnds.TryGetValue(invite, out var list) ? list : None;

    /// <summary>Admissions by the invite.</summary>
    public IReadOnlyList<int> AdmitsOf(int invite) => _admits.TryGetValue(invite, out var list) ? list : None;

    /// <summary>The pasts of operations whose dependencies are all here, joined with those operations.</summary>
    public OpPast PastThrough(IEnumerable<ChangeHash> heads)
    {
        var past = new OpPast(new(), new());
        foreach (var hash in heads)
        {
            if (TryFind(hash, out var index))
            {
                past.Own.UnionWith(_entries[index].Past.Own);
                past.Space.UnionWith(_entries[index].Past.Space);
                past.Own.Add(index);
            }
            else if (Space is not null && Space.TryFind(hash, out index))
            {
                past.Space.UnionWith(Space[index].Past.Own);
                past.Space.Add(index);
            }
        }

        return past;
    }

    /// <summary>Adds an operation that is valid. Its dependencies are here.</summary>
    public OpEntry Add(MembershipOp op, OpPast past)
    {
        var entry = Place(op, past);
        _entries.Add(entry);
        _indexes.Add(op.Hash, entry.Index);
        CollectionsMarshal.GetValueRefOrAddDefault(_written, op.Author, out _)++;
        LamportMax = Math.Max(LamportMax, op.Header.Lamport);
        DepthMax = Math.Max(DepthMax, entry.Depth);

        foreach (var dependency in op.Header.Depends)
        {
            if (TryFind(dependency, out var known))
            {
                _heads.Remove(known);
            }
        }

        _heads.Add(entry.Index);
        foreach (var person in entry.Seats)
        {
            ListOf(_seats, person).Add(entry.Index);
        }

        if (entry.CutSubject is { } subject)
        {
            ListOf(_cuts, subject).Add(entry.Index);
        }

        switch (op)
        {
            case AdmitOp: ListOf(_admits, entry.Invite).Add(entry.Index); break;
            case RevokeInviteOp: ListOf(_inviteEnds, entry.Invite).Add(entry.Index); break;
            case PolicyOp: _policies.Add(entry.Index); break;
            case InviteOp: _invites.Add(entry.Index); break;
            case ExpelOp: _expels.Add(entry.Index); break;
        }

        var place = _byRank.BinarySearch((entry.Rank, entry.Index));
        _byRank.Insert(~place, (entry.Rank, entry.Index));
        return entry;
    }

    /// <summary>True when authority <paramref name="a"/> ranks above the granting operation <paramref name="g"/>: a strict order.</summary>
    public bool Outranks(int a, int g)
    {
        if (_entries[a].Role != AccessRole.Owner || _entries[g].Role != AccessRole.Owner)
        {
            return _entries[a].Role > _entries[g].Role;
        }

        for (var above = _entries[g].Authority; above >= 0; above = _entries[above].Authority)
        {
            if (above == a)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when the cut <paramref name="r"/> of this log would, if effective, end the seat of its subject in <paramref name="g"/>.</summary>
    public bool Kills(int r, int g)
    {
        var cut = _entries[r];
        return !KnowsFor(cut, _entries[g]).Own.Has(r) && (cut.Op is LeaveOp or ExpelOp || Outranks(cut.Authority, g));
    }

    /// <summary>The same for a cut <paramref name="r"/> of the space and a seat of this private channel; rank plays no part.</summary>
    public bool SpaceKills(int r, int g)
    {
        var cut = Space![r];
        return cut.ReachesIntoChannels && !KnowsFor(cut, _entries[g]).Space.Has(r);
    }

    // A link older than a removal never brings the removed person back: against a removal an admission knows only what its invite knew.
    private OpPast KnowsFor(OpEntry cut, OpEntry grant) =>
        grant.IsAdmit && cut.Op is not LeaveOp ? _entries[grant.Invite].Past : grant.Past;

    private OpEntry Place(MembershipOp op, OpPast past)
    {
        var invite = op switch
        {
            AdmitOp admit => _indexes[admit.Invite],
            RevokeInviteOp end => _indexes[end.Invite],
            _ => -1,
        };
        var authority = op switch
        {
            AdmitOp => _entries[invite].Authority,
            { Authority: { } named } => _indexes[named],
            _ => -1,
        };
        var depth = authority < 0 ? 0 : _entries[authority].Depth + 1;
        return new()
        {
            Op = op,
            Index = _entries.Count,
            Past = past,
            Authority = authority,
            Actor = op is AdmitOp ? _entries[invite].Op.Author : op.Author,
            Invite = invite,
            Citation = op is ExpelOp expel && Space!.TryFind(expel.Citation, out var cited) ? cited : -1,
            Seats = SeatsIn(op, past),
            Role = op switch { CreateOp => AccessRole.Owner, GrantOp grant => grant.Role, AdmitOp => AccessRole.Member, _ => 0 },
            Depth = depth,
            Rank = op switch
            {
                AdmitOp => RankOfAdmits,
                ExpelOp => 0,
                _ when authority < 0 => 0,
                _ when _entries[authority].Role == AccessRole.Owner => depth,
                _ => RankOfOthers,
            },
        };
    }

    // A root of a direct message seats everybody but those who left as far as its author knew; only the author itself returns by it.
    private List<PersonId> SeatsIn(MembershipOp op, OpPast past) => op switch
    {
        CreateOp { Kind: AccessDomainKind.DirectMessage } create =>
            [.. create.Owners.Where(person => person == create.Author || !CutsOf(person).Any(past.Own.Has))],
        CreateOp create => [create.Author],
        GrantOp grant => [grant.Subject],
        AdmitOp admit => [admit.Subject],
        _ => [],
    };

    private static List<int> ListOf<TKey>(Dictionary<TKey, List<int>> lists, TKey key) where TKey : notnull
    {
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(lists, key, out _);
        return list ??= [];
    }
}
