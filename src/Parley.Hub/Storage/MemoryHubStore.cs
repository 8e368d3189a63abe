using Parley.Access;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Hub.Storage;

/// <summary>A hub's store that is gone with the process: for tests and trials.</summary>
internal sealed partial class MemoryHubStore(string epoch, long sinceMs = 0) : IHubStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ChangeHash, FiledChange> _changes = [];
    private readonly Dictionary<NodeId, StoredNode> _nodes = [];
    private readonly OrderedDictionary<ChangeHash, HeldChange> _held = [];
    private readonly OrderedDictionary<ChangeHash, FiledChange> _operations = [];
    private readonly Dictionary<NodeId, StoredDomain> _domains = [];
    private readonly Dictionary<(NodeId Domain, PersonId Person), StoredMember> _members = [];
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AuthorUsage> _usage = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Epoch { get; } = epoch;

    /// <inheritdoc/>
    public long SinceMs { get; } = sinceMs;

    /// <inheritdoc/>
    public void ForgetWaiting(long beforeWallMs)
    {
        lock (_gate)
        {
            foreach (var held in _held.Values.Where(h => h.WallMs < beforeWallMs).ToList())
            {
                _held.Remove(held.Hash);
                var usage = _usage.GetValueOrDefault(held.Payer);
                _usage[held.Payer] = usage with { Bytes = usage.Bytes - held.Wire.Length, Held = usage.Held - 1 };
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Change> Operations()
    {
        lock (_gate)
        {
            return [.. _operations.Values.Select(static operation => operation.Change)];
        }
    }

    /// <inheritdoc/>
    public Known Load(Needs needs)
    {
        lock (_gate)
        {
            var known = new Known();
            foreach (var hash in needs.Changes)
            {
                if (_changes.TryGetValue(hash, out var filed))
                {
                    known.Changes[hash] = new(new(new(filed.Home), filed.Seq), null);
                }
                else if (_held.TryGetValue(hash, out var held) && held.ToRow() is var row)
                {
                    known.Changes[hash] = new(new(row.Room, 0), row);
                }
            }

            foreach (var id in needs.Nodes.Where(_nodes.ContainsKey))
            {
                known.Nodes[id] = new(id, new(_nodes[id].Home), _nodes[id].Root);
            }

            foreach (var id in needs.Roots.Where(_nodes.ContainsKey))
            {
                known.Roots[id] = _changes[_nodes[id].Root.Hash].Change;
            }

            foreach (var key in needs.Waiting)
            {
                known.Waiting[key] = [.. _held.Values.Where(held => held.WaitsFor.Value == HeldChange.NameOf(key)).Select(static held => held.ToRow())];
            }

            foreach (var person in needs.Usage)
            {
                var usage = _usage.GetValueOrDefault(person.Value);
                known.Usage[person] = new(usage.Bytes, usage.Changes + usage.Held);
            }

            foreach (var person in needs.SpacesMade)
            {
                known.SpacesMade[person] = _domains.Keys.Count(id => AccessDomains.KindOf(id) == AccessDomainKind.Space && LogOf(id)[0].Change.Author == person);
            }

            foreach (var domain in needs.Logs)
            {
                known.Logs[domain] = ReadLogs(domain);
            }

            foreach (var question in needs.Crowds)
            {
                known.Crowds[question] = Count(question);
            }

            return known;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Place> Commit(Decision decision, in Alongside alongside)
    {
        var places = new List<Place>();
        lock (_gate)
        {
            var moved = new Dictionary<ChangeHash, long>();
            foreach (var transition in decision.Transitions)
            {
                if (Write(transition, moved, alongside.WallMs) is { } place)
                {
                    places.Add(place);
                }
            }

            foreach (var (name, wallMs) in alongside.Revoked)
            {
                _revoked.TryAdd(name, wallMs);
            }
        }

        return places;
    }

    /// <inheritdoc/>
    public void Release()
    {
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<WaitKey> Awaited()
    {
        lock (_gate)
        {
            return [.. _held.Values.Select(static held => HeldChange.KeyOf(held.WaitsFor.Value)).Distinct()];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<(StoredDomain Domain, int Members)> Domains()
    {
        lock (_gate)
        {
            return
            [
                .. _domains.Values.OrderBy(static domain => domain.Id.Value, StringComparer.Ordinal)
                    .Select(domain => (domain, _members.Values.Count(member => member.Domain == domain.Id && member.Role is not null))),
            ];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Change> ReadLogs(NodeId domain)
    {
        lock (_gate)
        {
            var head = _domains.TryGetValue(domain, out var known) ? known.Space ?? domain : domain;
            return
            [
                .. _operations.Values.Select(static operation => operation.Change)
                    .Where(change => LogCache.ScopeOf(change) is var scope && (scope == head || (_domains.TryGetValue(scope, out var of) && of.Space == head))),
            ];
        }
    }

    /// <inheritdoc/>
    public long Clear(string room)
    {
        lock (_gate)
        {
            if (!_rooms.TryGetValue(room, out var known))
            {
                return 0;
            }

            var count = known.Entries.Count;
            foreach (var filed in known.Entries.Values.Where(f => string.Equals(f.Home, room, StringComparison.Ordinal)).ToList())
            {
                _changes.Remove(filed.Change.Hash);
                _operations.Remove(filed.Change.Hash);
                foreach (var other in _rooms.Values)
                {
                    foreach (var (seq, _) in other.Entries.Where(e => ReferenceEquals(e.Value, filed)).ToList())
                    {
                        other.Entries.Remove(seq);
                    }
                }
            }

            known.Entries.Clear();
            return count;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private Place? Write(Transition transition, Dictionary<ChangeHash, long> moved, long wallMs)
    {
        switch (transition)
        {
            case Transition.Filed { Offer: var offer, Home: var home, IsOperation: var isOperation }:
                var room = RoomOf(home.Value);
                var filed = new FiledChange(offer.Change, home.Value, room.NextSeq++, offer.WireIn(home));
                _changes.Add(offer.Change.Hash, filed);
                room.Entries.Add(filed.Seq, filed);
                if (isOperation)
                {
                    _operations.Add(offer.Change.Hash, filed);
                }

                Charge(offer.Change.Author.Value, filed.Wire.Length, 0, 1);
                return new(home, filed.Seq);
            case Transition.Listed listed:
                var other = RoomOf(listed.Room.Value);
                other.Entries.Add(other.NextSeq, _changes[listed.Offer.Change.Hash]);
                return new(listed.Room, other.NextSeq++);
            case Transition.NodeSet { After: var node }:
                _nodes[node.Id] = new(node.Id, node.Home.Value, node.Root);
                return null;
            case Transition.Waits(var row):
                var held = HeldChange.Of(row, moved.GetValueOrDefault(row.Change.Hash, wallMs));
                _held.Add(held.Hash, held);
                Charge(held.Payer, held.Wire.Length, 1, 0);
                return null;
            case Transition.Ended ended:
                if (_held.Remove(ended.Row.Change.Hash, out var gone))
                {
                    Charge(gone.Payer, -gone.Wire.Length, -1, 0);
                    moved[gone.Hash] = gone.WallMs;
                }

                return null;
            case Transition.MemberSet member:
                _members[(member.Domain, member.Person)] = new(member.Domain, member.Person, member.Role, member.EndedBy);
                return null;
            case Transition.DomainSet domain:
                _domains[domain.Domain] = new(domain.Domain, domain.Space, domain.Version);
                return null;
            default:
                throw new InvalidOperationException("No hub writes this.");
        }
    }

    private Crowd Count(CrowdQuestion question)
    {
        var scope = HeldChange.ScopeOf(question.Pool, question.Room);
        var rows = _held.Values.Where(held => held.Scope == scope && (question.Payer is null || held.Payer == question.Payer.Value.Value)).ToList();
        var payers = rows.GroupBy(static held => held.Payer, StringComparer.Ordinal)
            .ToDictionary(static of => of.Key, static of => new Share(of.Count(), of.Sum(static held => (long)held.Wire.Length)), StringComparer.Ordinal);
        IEnumerable<HeldChange> Oldest(Func<Share, long> of) => rows.OrderByDescending(held => of(payers[held.Payer])).ThenBy(static held => held.Payer, StringComparer.Ordinal)
            .ThenBy(static held => ChangeWire.FromTrustedBytes(held.Wire).Lamport).ThenBy(static held => held.Hash).Take(question.OldestMax);
        return new(
            rows.Count, rows.Sum(static held => (long)held.Wire.Length), payers.ToDictionary(static of => PersonId.FromTrusted(of.Key), static of => of.Value),
            [.. Oldest(static share => share.Count).UnionBy(Oldest(static share => share.Bytes), static held => held.Hash).Select(static held => held.ToRow())]);
    }

    private void Charge(string did, long bytes, long held, long changes)
    {
        var usage = _usage.GetValueOrDefault(did);
        _usage[did] = new(usage.Bytes + bytes, usage.Held + held, usage.Changes + changes);
    }

    private List<FiledChange> LogOf(NodeId domain) => [.. _operations.Values.Where(operation => LogCache.ScopeOf(operation.Change) == domain)];

    private Room RoomOf(string name)
    {
        if (!_rooms.TryGetValue(name, out var room))
        {
            _rooms[name] = room = new();
        }

        return room;
    }

    private sealed record FiledChange(Change Change, string Home, long Seq, byte[] Wire);

    private sealed class Room
    {
        public SortedList<long, FiledChange> Entries { get; } = [];

        public long NextSeq { get; set; } = 1;
    }
}
