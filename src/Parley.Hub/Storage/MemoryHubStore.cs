using Parley.Ids;
using Parley.Nodes;

namespace Parley.Hub.Storage;

/// <summary>A hub's store that is gone with the process: for tests and trials.</summary>
internal sealed class MemoryHubStore(string epoch, long sinceMs = 0) : IHubStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ChangeHash, FiledChange> _changes = [];
    private readonly Dictionary<NodeId, StoredNode> _nodes = [];
    private readonly OrderedDictionary<ChangeHash, HeldChange> _held = [];
    private readonly OrderedDictionary<ChangeHash, FiledChange> _operations = [];
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AuthorUsage> _usage = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _revoked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredStanding> _standings = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Epoch { get; } = epoch;

    /// <inheritdoc/>
    public long SinceMs { get; } = sinceMs;

    /// <inheritdoc/>
    public StoreFacts Look(IReadOnlyCollection<ChangeHash> changes, IReadOnlyCollection<NodeId> nodes)
    {
        var facts = new StoreFacts();
        lock (_gate)
        {
            foreach (var hash in changes)
            {
                if (_changes.TryGetValue(hash, out var filed))
                {
                    facts.Changes[hash] = new(filed.Home, filed.Seq);
                }
                else if (_held.TryGetValue(hash, out var held))
                {
                    facts.Changes[hash] = new(held.Room, 0);
                }
            }

            foreach (var id in nodes)
            {
                if (_nodes.TryGetValue(id, out var node))
                {
                    facts.Nodes[id] = node;
                }
            }

            foreach (var held in _held.Values)
            {
                if (nodes.Contains(held.WaitsFor))
                {
                    facts.Held.TryAdd(held.WaitsFor, []);
                    facts.Held[held.WaitsFor].Add(held);
                }
            }
        }

        return facts;
    }

    /// <inheritdoc/>
    public long NextSeq(string room)
    {
        lock (_gate)
        {
            return _rooms.TryGetValue(room, out var known) ? known.NextSeq : 1;
        }
    }

    /// <inheritdoc/>
    public AuthorUsage Usage(string author)
    {
        lock (_gate)
        {
            return _usage.GetValueOrDefault(author);
        }
    }

    /// <inheritdoc/>
    public HeldChange? FindHeld(ChangeHash hash)
    {
        lock (_gate)
        {
            return _held.GetValueOrDefault(hash);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<WaitingRow> Waiting(string scope, string? payer)
    {
        lock (_gate)
        {
            return
            [
                .. _held.Values.Where(h => h.Scope == scope && (payer is null || (h.Payer == payer && !h.IsOperation)))
                    .Select(static h => new WaitingRow(h.Hash, h.Payer, h.Wire.Length)),
            ];
        }
    }

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
    public (IReadOnlyList<byte[]> Filed, IReadOnlyList<HeldChange> Held) Operations()
    {
        lock (_gate)
        {
            return ([.. _operations.Values.Select(static o => o.Wire)], [.. _held.Values.Where(static h => h.IsOperation)]);
        }
    }

    /// <inheritdoc/>
    public void Commit(StoreWrites writes)
    {
        lock (_gate)
        {
            foreach (var filed in writes.Filed)
            {
                _changes.Add(filed.Change.Hash, filed);
                RoomOf(filed.Home).Entries.Add(filed.Seq, filed);
            }

            foreach (var hash in writes.Operations)
            {
                _operations.Add(hash, _changes[hash]);
            }

            foreach (var listing in writes.Listed)
            {
                RoomOf(listing.Room).Entries.Add(listing.Seq, _changes[listing.Hash]);
            }

            foreach (var (id, node) in writes.Nodes)
            {
                _nodes[id] = node;
            }

            foreach (var (name, wallMs) in writes.Revoked)
            {
                _revoked.TryAdd(name, wallMs);
            }

            foreach (var hash in writes.Released)
            {
                _held.Remove(hash);
            }

            foreach (var held in writes.Held)
            {
                _held.Add(held.Hash, held);
            }

            foreach (var (room, next) in writes.NextSeqs)
            {
                RoomOf(room).NextSeq = next;
            }

            foreach (var (author, usage) in writes.Usage)
            {
                _usage[author] = usage;
            }
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
    public IReadOnlyList<Revocation> Revoked()
    {
        lock (_gate)
        {
            return [.. _revoked.Select(static r => new Revocation(r.Key, r.Value)).OrderBy(static r => r.WallMs).ThenBy(static r => r.Name, StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    public void Revoke(string name, long wallMs)
    {
        lock (_gate)
        {
            _revoked.TryAdd(name, wallMs);
        }
    }

    /// <inheritdoc/>
    public void Unrevoke(string name)
    {
        lock (_gate)
        {
            _revoked.Remove(name);
        }
    }

    /// <inheritdoc/>
    public string? Setting(string name)
    {
        lock (_gate)
        {
            return _settings.GetValueOrDefault(name);
        }
    }

    /// <inheritdoc/>
    public void Set(string name, string? value)
    {
        lock (_gate)
        {
            if (value is null)
            {
                _settings.Remove(name);
            }
            else
            {
                _settings[name] = value;
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredStanding> Standings()
    {
        lock (_gate)
        {
            return [.. _standings.Values.OrderBy(static s => s.WallMs).ThenBy(static s => s.Did, StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    public void SetStanding(string did, Standing? standing, long wallMs)
    {
        lock (_gate)
        {
            if (standing is { } said)
            {
                _standings[did] = new(did, said, wallMs);
            }
            else
            {
                _standings.Remove(did);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<AuthorTotal> AuthorTotals(int limit)
    {
        lock (_gate)
        {
            return
            [
                .. _usage.Select(static u => new AuthorTotal(u.Key, u.Value))
                    .OrderByDescending(static a => a.Usage.Bytes).ThenBy(static a => a.Did, StringComparer.Ordinal).Take(limit),
            ];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<RoomTotal> RoomTotals(int limit)
    {
        lock (_gate)
        {
            return
            [
                .. _changes.Values.GroupBy(static c => c.Home, StringComparer.Ordinal)
                    .Select(static room => new RoomTotal(room.Key, room.Count(), room.Sum(static c => (long)c.Wire.Length)))
                    .OrderByDescending(static r => r.Bytes).ThenBy(static r => r.Room, StringComparer.Ordinal).Take(limit),
            ];
        }
    }

    /// <inheritdoc/>
    public bool Read(string room, long afterSeq, IPageReader reader)
    {
        List<KeyValuePair<long, FiledChange>> entries;
        lock (_gate)
        {
            entries = _rooms.TryGetValue(room, out var known) ? [.. known.Entries.Where(e => e.Key > afterSeq)] : [];
        }

        return entries.TrueForAll(e => reader.Take(e.Key, e.Value.Change.Lamport, e.Value.Wire));
    }

    /// <inheritdoc/>
    public bool ReadByLamport(string room, double sinceLamport, IPageReader reader)
    {
        List<KeyValuePair<long, FiledChange>> entries;
        lock (_gate)
        {
            entries = _rooms.TryGetValue(room, out var known)
                ? [.. known.Entries.Where(e => e.Value.Change.Lamport > sinceLamport).OrderBy(e => e.Value.Change.Lamport).ThenBy(e => e.Value.Change.Author).ThenBy(e => e.Key)]
                : [];
        }

        return entries.TrueForAll(e => reader.Take(e.Key, e.Value.Change.Lamport, e.Value.Wire));
    }

    /// <inheritdoc/>
    public bool ReadOperations(string room, long afterSeq, IPageReader reader)
    {
        List<FiledChange> operations;
        lock (_gate)
        {
            operations = [.. _operations.Values.Where(o => o.Seq > afterSeq && string.Equals(o.Home, room, StringComparison.Ordinal)).OrderBy(o => o.Seq)];
        }

        return operations.TrueForAll(o => reader.Take(o.Seq, o.Change.Lamport, o.Wire));
    }

    /// <inheritdoc/>
    public KnownNode? Find(NodeId id)
    {
        lock (_gate)
        {
            return _nodes.TryGetValue(id, out var node) && _changes.TryGetValue(node.Root.Hash, out var root) ? new(node, root.Wire) : null;
        }
    }

    /// <inheritdoc/>
    public long MaxLamport(string room)
    {
        lock (_gate)
        {
            return _rooms.TryGetValue(room, out var known) && known.Entries.Count > 0 ? known.Entries.Values.Max(f => f.Change.Lamport) : 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private Room RoomOf(string name)
    {
        if (!_rooms.TryGetValue(name, out var room))
        {
            _rooms[name] = room = new();
        }

        return room;
    }

    private sealed class Room
    {
        public SortedList<long, FiledChange> Entries { get; } = [];

        public long NextSeq { get; set; } = 1;
    }
}
