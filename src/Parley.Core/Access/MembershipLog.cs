using Parley.Ids;
using Parley.Nodes;

namespace Parley.Access;

/// <summary>Bounds of what a log keeps beside its valid operations. Exceeding one only delays: others offer the operation again.</summary>
internal sealed record MembershipLogLimits
{
    /// <summary>The most held operations of one author.</summary>
    public int HeldPerAuthorMax { get; init; } = 64;

    /// <summary>The most held operations.</summary>
    public int HeldMax { get; init; } = 1024;

    /// <summary>The most refusals remembered.</summary>
    public int RefusalsMax { get; init; } = 4096;
}

/// <summary>
/// The membership log of one domain: the signed operations known here and what they come to (docs/access.md).
/// Arrival in any order, batching and repetition ends in the same state on every replica; no clock is read and no hash compared.
/// </summary>
/// <remarks>
/// In memory and without I/O: the owner keeps the changes on disk and offers them again after a start, in any order.
/// A private channel's log stands over its space's log and follows it by itself. One thread at a time for a space and all its channels.
/// </remarks>
internal sealed partial class MembershipLog
{
    private const int PastsMax = 64;

    private readonly OpGraph _graph;
    private readonly HeldOps _held;
    private readonly RefusedOps _refused;
    private readonly Dictionary<OpPast, Standing> _pasts = [];
    private readonly List<MembershipLog> _channels = [];
    private readonly Standing _now;

    private MembershipLog(NodeId domain, AccessDomainKind kind, MembershipLog? space, MembershipLogLimits? limits)
    {
        if (AccessDomains.KindOf(domain) != kind)
        {
            throw new ArgumentException("The id names no domain of this kind.", nameof(domain));
        }

        limits ??= new();
        Domain = domain;
        Kind = kind;
        Space = space;
        _graph = new(space?._graph);
        _held = new(limits.HeldPerAuthorMax, limits.HeldMax);
        _refused = new(limits.RefusalsMax);
        _now = new(_graph, null, space?._now);
    }

    /// <summary>The domain's id.</summary>
    public NodeId Domain { get; }

    /// <summary>What the domain is.</summary>
    public AccessDomainKind Kind { get; }

    /// <summary>The log of a private channel's space; else null.</summary>
    public MembershipLog? Space { get; }

    /// <summary>What all valid operations say. The object follows the log.</summary>
    public Standing Now => _now;

    /// <summary>How many operations are valid.</summary>
    public int Count => _graph.Count;

    /// <summary>The valid operations, dependencies before what depends on them.</summary>
    public IEnumerable<MembershipOp> Operations => Enumerable.Range(0, _graph.Count).Select(index => _graph[index].Op);

    /// <summary>
    /// The valid operations of this log and, of a private channel, of its space that no other one depends on, newest first:
    /// what an honest author names as known.
    /// </summary>
    public IReadOnlyList<ChangeHash> Heads => [.. HeadEntries().Select(entry => entry.Op.Hash)];

    /// <summary>A Lamport time above every operation here; what is written next must have at least this.</summary>
    public long NextLamport =>
        1 + Math.Max(Space?.NextLamport - 1 ?? 0, Math.Max(_graph.LamportMax, _held.All.Max(held => held.Op?.Header.Lamport) ?? 0));

    /// <summary>The hashes that held operations wait for and that are not here: what to ask others for.</summary>
    public IReadOnlyList<ChangeHash> Wanted => [.. _held.Wanted.Where(hash => Space?._held.Waits(hash) != true)];

    /// <summary>An empty log of a space.</summary>
    /// <exception cref="ArgumentException">The id is not a space's.</exception>
    public static MembershipLog OfSpace(NodeId space, MembershipLogLimits? limits = null) => new(space, AccessDomainKind.Space, null, limits);

    /// <summary>An empty log of a direct message.</summary>
    /// <exception cref="ArgumentException">The id is not a direct message's.</exception>
    public static MembershipLog OfDirectMessage(NodeId id, MembershipLogLimits? limits = null) => new(id, AccessDomainKind.DirectMessage, null, limits);

    /// <summary>An empty log of a private channel over the log of its space.</summary>
    /// <exception cref="ArgumentException">The id is not a private channel's, or <paramref name="space"/> is no space's log.</exception>
    public static MembershipLog OfChannel(NodeId channel, MembershipLog space, MembershipLogLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(space);
        if (space.Kind != AccessDomainKind.Space)
        {
            throw new ArgumentException("A private channel stands over a space.", nameof(space));
        }

        var log = new MembershipLog(channel, AccessDomainKind.Channel, space, limits);
        space._channels.Add(log);
        return log;
    }

    /// <summary>The verdict on an operation of this domain, or null where it is unknown (or its refusal forgotten).</summary>
    public OpVerdict? VerdictOf(ChangeHash op) =>
        _graph.Has(op) ? OpVerdict.Valid
        : _held.ReasonOf(op) is { } hold ? OpVerdict.HeldFor(hold)
        : _refused.ReasonOf(op) is { } refusal ? OpVerdict.RefusedFor(refusal)
        : null;

    /// <summary>Whether a valid operation has effect and what took it away; null where it is not a valid one of this log.</summary>
    public OpFate? FateOf(ChangeHash op)
    {
        if (!_graph.TryFind(op, out var index))
        {
            return null;
        }

        var reason = _now.ReasonOf(index);
        var causes = reason == VoidReason.CitationVoid ? _graph.Space! : _graph;
        return reason == VoidReason.None ? OpFate.Effective : new(reason, Hashes(_now.CausesOf(index), causes));
    }

    /// <summary>The effective operations that end a person's seat in a granting operation, sorted; empty where none does.</summary>
    public IReadOnlyList<ChangeHash> EndingsOf(ChangeHash grant, PersonId person) =>
        _graph.TryFind(grant, out var index) && _graph[index].Seats.Contains(person)
            ? [.. Hashes(_now.Endings(index, person), _graph).Concat(Hashes(_now.SpaceEndings(index, person), _graph.Space)).Order()]
            : [];

    /// <summary>Whom a granting operation seats; empty for others.</summary>
    public IReadOnlyList<PersonId> SeatsOf(ChangeHash grant) => _graph.TryFind(grant, out var index) ? _graph[index].Seats : [];

    /// <summary>What the log said to somebody who knew these operations and what they build on.</summary>
    /// <param name="heads">Valid operations of this log and, of a private channel, of its space.</param>
    /// <returns>Null where one of them is not valid here.</returns>
    public Standing? At(IReadOnlyCollection<ChangeHash> heads)
    {
        ArgumentNullException.ThrowIfNull(heads);
        return heads.All(IsValidHere) ? FixedStandingOf(_graph.PastThrough(heads)) : null;
    }

    /// <summary>
    /// True while a person has no access and an effective removal or leave of it is known: a hub then takes nothing more from its connections
    /// for this room, whatever Lamport time it claims (docs/access.md, enforcement).
    /// </summary>
    public bool IsBarred(PersonId person) =>
        _now.AccessOf(person) is null
        && (_graph.CutsOf(person).Any(_now.IsEffective) || Space?._graph.CutsOf(person).Any(Space._now.IsEffective) == true);

    /// <summary>Which operation of this log ended a person's access, the latest where several did; null while they have it, or where none is here.</summary>
    public MembershipOp? EndOf(PersonId person) => _now.AccessOf(person) is not null
        ? null
        : _graph.CutsOf(person).Where(_now.IsEffective).Select(cut => _graph[cut].Op).MaxBy(op => (op.Header.Lamport, op.Author, op.Hash));

    /// <summary>True if an operation here ever seated the person, with effect or without.</summary>
    internal bool EverSeated(PersonId person) => _graph.SeatsOf(person).Count > 0;

    /// <summary>How many valid operations a person wrote.</summary>
    internal int CountOf(PersonId author) => _graph.CountOf(author);

    /// <summary>True if everything that the operation depends on is settled here, so that this log would not hold it.</summary>
    /// <param name="change">The carrying change.</param>
    /// <param name="arriving">Operations that are offered with it, before it.</param>
    internal bool CanDecide(Change change, IReadOnlySet<ChangeHash> arriving)
    {
        var shape = MembershipOpReader.Read(change, Domain, out var op);
        return shape.Hold is null
            && (op is null || op.Header.Depends.All(hash => IsValidHere(hash) || arriving.Contains(hash)) || op.Header.Depends.Any(IsRefusedHere));
    }

    /// <summary>The first operation that a change of this log rests on and that is not here; null if none is missing, or it cannot be read.</summary>
    internal ChangeHash? MissingOf(Change change)
    {
        if (MembershipOpReader.Read(change, change.Properties["channel"]?.Text is { } scope ? new(scope) : Domain, out var op).Hold is not null || op is null)
        {
            return null;
        }

        foreach (var hash in op.Header.Depends)
        {
            if (!IsValidHere(hash))
            {
                return hash;
            }
        }

        return null;
    }

    internal bool IsValidHere(ChangeHash op) => _graph.Has(op) || Space?._graph.Has(op) == true;

    internal bool IsRefusedHere(ChangeHash op) => _refused.Has(op) || Space?._refused.Has(op) == true;

    internal OpGraph Graph => _graph;

    /// <summary>What a closed set says; <see cref="Now"/> itself where the set is everything, so not to be kept.</summary>
    internal Standing StandingOf(OpPast past) =>
        past.Own.Covers(_graph.Count) && (Space is null || past.Space.Covers(Space._graph.Count)) ? _now : FixedStandingOf(past);

    // Of a past it never changes, so it is kept for the next who asks.
    private Standing FixedStandingOf(OpPast past)
    {
        if (!_pasts.TryGetValue(past, out var standing))
        {
            if (_pasts.Count >= PastsMax)
            {
                _pasts.Clear();
            }

            var space = Space?.FixedStandingOf(new(past.Space, new()));
            _pasts.Add(past, standing = new(_graph, past.Own, space));
        }

        return standing;
    }

    /// <summary>The heads of everything known here, newest first.</summary>
    internal IEnumerable<OpEntry> HeadEntries()
    {
        var own = _graph.Heads.Select(index => _graph[index]);
        var known = _graph.PastThrough(own.Select(entry => entry.Op.Hash)).Space;
        var outer = _graph.Space?.Heads.Where(index => !known.Has(index)).Select(index => _graph.Space[index]) ?? [];
        return own.Concat(outer).OrderByDescending(entry => entry.Op.Header.Lamport).ThenBy(entry => entry.Op.Hash);
    }

    private static List<ChangeHash> Hashes(IEnumerable<int> indexes, OpGraph? graph) => [.. indexes.Select(index => graph![index].Op.Hash).Order()];
}
