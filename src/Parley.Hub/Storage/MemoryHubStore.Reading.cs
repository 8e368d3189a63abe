using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Hub.Storage;

/// <content>Pages of rooms, nodes and members.</content>
internal sealed partial class MemoryHubStore
{
    /// <inheritdoc/>
    public StoredMember? FindMember(NodeId domain, PersonId person)
    {
        lock (_gate)
        {
            return _members.GetValueOrDefault((domain, person));
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredMember> MembershipsOf(PersonId person)
    {
        lock (_gate)
        {
            return [.. _members.Values.Where(member => member.Person == person).OrderBy(static member => member.Domain.Value, StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    public bool IsKnownTo(PersonId person, PersonId stranger)
    {
        lock (_gate)
        {
            return _operations.Values.Any(operation => operation.Change.Author == person
                && _members.TryGetValue((LogCache.ScopeOf(operation.Change), stranger), out var member) && member.Role is not null);
        }
    }

    /// <inheritdoc/>
    public StoredDomain? FindDomain(NodeId domain)
    {
        lock (_gate)
        {
            return _domains.GetValueOrDefault(domain);
        }
    }

    /// <inheritdoc/>
    public bool HasMembers()
    {
        lock (_gate)
        {
            return _domains.Values.Sum(static domain => domain.Version) == _operations.Count;
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
}
