using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>Folding changes into a node (docs/protocol.md, merge). Pure.</summary>
/// <remarks>
/// A caller keeps every verified change of a node, also those that the current root refuses to their author: as long as
/// <see cref="NodeRoot.Proven"/> is false another root may come, under which they count.
/// </remarks>
public static class Merge
{
    /// <summary>
    /// Folds the whole set of a node's changes: chooses the root (a proven create, else the lowest (lamport, author, hash) that may create),
    /// drops what <see cref="NodeAccess"/> refuses to its author, then merges property by property.
    /// </summary>
    /// <returns>The state, or null where no change of the set can be the root.</returns>
    public static NodeState? Fold(NodeId node, IReadOnlyCollection<Change> changes)
    {
        Change? root = null;
        RootRank rank = default;
        foreach (var change in changes)
        {
            if (IsOf(node, change)
                && NodeAccess.MayCreate(change, out var proves)
                && RootRank.Of(change, proves) is var candidate
                && (root is null || candidate.CompareTo(rank) < 0))
            {
                (root, rank) = (change, candidate);
            }
        }

        if (root is null)
        {
            return null;
        }

        var folding = new Folding(root, rank.Proven);
        foreach (var change in changes)
        {
            if (IsOf(node, change) && change.Hash != root.Hash && NodeAccess.MayWrite(folding.Root, change))
            {
                folding.Add(change);
            }
        }

        return folding.ToState();
    }

    /// <summary>
    /// Adds one change to a state. Equal to folding the whole set, unless <see cref="NeedsRefold"/> is true.
    /// </summary>
    public static NodeState Add(NodeState state, Change change)
    {
        if (!IsOf(state.Id, change) || change.Hash == state.Root.Hash || !NodeAccess.MayWrite(state.Root, change))
        {
            return state;
        }

        var folding = new Folding(state);
        folding.Add(change);
        return folding.ToState();
    }

    /// <summary>Folds changes whose rights were judged elsewhere (docs/access.md, decide): the root as chosen, and all the others as they are.</summary>
    /// <param name="root">The accepted create.</param>
    /// <param name="proven">Whether it proves its maker.</param>
    /// <param name="others">The accepted changes of the same node; the root among them is passed over.</param>
    public static NodeState FoldAccepted(Change root, bool proven, IEnumerable<Change> others)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(others);
        var folding = new Folding(root, proven);
        foreach (var change in others)
        {
            if (IsOf(root.Node, change) && change.Hash != root.Hash)
            {
                folding.Add(change);
            }
        }

        return folding.ToState();
    }

    /// <summary>Adds one change whose rights were judged elsewhere.</summary>
    public static NodeState AddAccepted(NodeState state, Change change)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(change);
        if (!IsOf(state.Id, change) || change.Hash == state.Root.Hash)
        {
            return state;
        }

        var folding = new Folding(state);
        folding.Add(change);
        return folding.ToState();
    }

    /// <summary>The changes that may be a node's root, in the order of their <see cref="RootRank"/>.</summary>
    public static IReadOnlyList<(Change Change, bool Proves)> Roots(IEnumerable<Change> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var roots = new List<(Change Change, bool Proves)>();
        foreach (var change in changes)
        {
            if (change.Fields.Type == Change.NodeChangeType && NodeAccess.MayCreate(change, out var proves))
            {
                roots.Add((change, proves));
            }
        }

        return [.. roots.OrderBy(root => RootRank.Of(root.Change, root.Proves))];
    }

    /// <summary>True when the change would become the root of a node that has another one: the caller folds the whole set again.</summary>
    public static bool NeedsRefold(NodeState state, Change change)
    {
        var root = state.Root.Rank;

        // Nothing above a proven root can displace it: the usual update is settled without hashing its claim.
        return IsOf(state.Id, change)
            && (!root.Proven || ChangeOrder.Of(change).CompareTo(root.Order) < 0)
            && change.Hash != state.Root.Hash
            && NodeAccess.MayCreate(change, out var proves)
            && RootRank.Of(change, proves).CompareTo(root) < 0;
    }

    private static bool IsOf(NodeId node, Change change) => change.Node == node && change.Fields.Type == Change.NodeChangeType;

    /// <summary>A state under construction.</summary>
    private sealed class Folding
    {
        private readonly NodeId _id;
        private readonly Dictionary<string, StampedValue> _properties;
        private bool _deleted;
        private Stamp? _deletedStamp;
        private long _updatedAt;
        private ChangeOrder _last;

        /// <summary>Begins with the root, whose immutable properties stand for ever.</summary>
        public Folding(Change root, bool proven)
        {
            _id = root.Node;
            Root = new(root.Hash, root.Author, root.WallTime, root.Lamport, root.SchemaId!, proven);
            _properties = new(root.Properties.Members.Count, StringComparer.Ordinal);
            _updatedAt = root.WallTime;
            _last = ChangeOrder.Of(root);
            Write(root, isRoot: true);
        }

        public Folding(NodeState state)
        {
            _id = state.Id;
            Root = state.Root;
            _properties = new(state.Properties, StringComparer.Ordinal);
            _deleted = state.Deleted;
            _deletedStamp = state.DeletedStamp;
            _updatedAt = state.UpdatedAt;
            _last = state.Last;
        }

        public NodeRoot Root { get; }

        public void Add(Change change)
        {
            Write(change, isRoot: false);
            _updatedAt = Math.Max(_updatedAt, change.WallTime);
            var order = ChangeOrder.Of(change);
            _last = order.CompareTo(_last) > 0 ? order : _last;
        }

        public NodeState ToState() => new(_id, Root, _properties, _deleted, _deletedStamp, _updatedAt, _last);

        private void Write(Change change, bool isRoot)
        {
            var stamp = Stamp.Of(change);
            foreach (var (property, value) in change.Properties.Members)
            {
                // What the author knew of a membership is the change's own and no part of the node (docs/access.md, decide).
                if ((isRoot || !NodeAccess.IsImmutable(Root.SchemaId, property)) && property != Change.SeenProperty)
                {
                    WriteProperty(property, value, stamp);
                }
            }

            if (change.Fields.Payload.Deleted is { } deleted)
            {
                WriteDeleted(deleted, stamp with { Keyed = false });
            }
        }

        private void WriteProperty(string property, JsonValue value, in Stamp stamp) =>
            _properties[property] = _properties.TryGetValue(property, out var held) ? held.Compete(property, value, stamp) : new(value, stamp);

        /// <summary>Delete and restore compete among themselves, by author in a tie; one author's own tie is a delete.</summary>
        private void WriteDeleted(bool deleted, in Stamp stamp)
        {
            if (_deletedStamp is { } held)
            {
                var order = stamp.CompareTimes(held);
                order = order != 0 ? order : stamp.Author.CompareTo(held.Author);
                order = order != 0 ? order : deleted.CompareTo(_deleted);
                if (order <= 0)
                {
                    return;
                }
            }

            _deleted = deleted;
            _deletedStamp = stamp;
        }
    }
}
