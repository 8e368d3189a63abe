using Parley.Nodes;

namespace Parley.Hub.Storage;

/// <summary>A hub's store that is gone with the process: for tests and trials.</summary>
internal sealed class MemoryHubStore(string epoch) : IHubStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ChangeHash, FiledChange> _changes = [];
    private readonly Dictionary<NodeId, StoredNode> _nodes = [];
    private readonly Dictionary<ChangeHash, HeldChange> _held = [];
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AuthorUsage> _usage = new(StringComparer.Ordinal);
    private readonly HashSet<string> _revoked = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Epoch { get; } = epoch;

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
                if (nodes.Contains(held.Node))
                {
                    facts.Held.TryAdd(held.Node, []);
                    facts.Held[held.Node].Add(held);
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
    public void Commit(StoreWrites writes)
    {
        lock (_gate)
        {
            foreach (var filed in writes.Filed)
            {
                _changes.Add(filed.Change.Hash, filed);
                RoomOf(filed.Home).Entries.Add(filed.Seq, filed);
            }

            foreach (var listing in writes.Listed)
            {
                RoomOf(listing.Room).Entries.Add(listing.Seq, _changes[listing.Hash]);
            }

            foreach (var (id, node) in writes.Nodes)
            {
                _nodes[id] = node;
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
    public IReadOnlyCollection<string> Revoked()
    {
        lock (_gate)
        {
            return [.. _revoked];
        }
    }

    /// <inheritdoc/>
    public void Revoke(string name, long wallMs)
    {
        lock (_gate)
        {
            _revoked.Add(name);
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
