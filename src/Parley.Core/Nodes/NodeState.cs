using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>The change that counts as a node's creation.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Author">Who made the node.</param>
/// <param name="WallTime">When, by the author's clock.</param>
/// <param name="Lamport">Its Lamport time.</param>
/// <param name="SchemaId">The node's schema.</param>
/// <param name="Proven">True where the create reproduces the node's id; such a root is never displaced by one that does not.</param>
public sealed record NodeRoot(ChangeHash Hash, PersonId Author, long WallTime, long Lamport, string SchemaId, bool Proven)
{
    /// <summary>Where it stands among the changes that may be the root.</summary>
    public RootRank Rank => new(Proven, new(Lamport, Author, Hash));
}

/// <summary>
/// A node folded from the changes accepted so far: a pure function of their set (order, repetition and batching do not matter).
/// </summary>
/// <remarks>Immutable; folding returns a new state. A node without a root has only held changes and is not shown.</remarks>
/// <param name="Id">The node.</param>
/// <param name="Root">The change that made it.</param>
/// <param name="Properties">Every property ever written, by name, with its winner.</param>
/// <param name="Deleted">True while the winning delete or restore is a delete.</param>
/// <param name="DeletedStamp">The stamp of that delete or restore, or null where there was none.</param>
/// <param name="UpdatedAt">The latest wall time of its changes, ms.</param>
/// <param name="Last">The highest of its changes by (lamport, author, hash).</param>
public sealed record NodeState(
    NodeId Id,
    NodeRoot Root,
    IReadOnlyDictionary<string, StampedValue> Properties,
    bool Deleted,
    Stamp? DeletedStamp,
    long UpdatedAt,
    ChangeOrder Last)
{
    /// <summary>The node's schema.</summary>
    public string SchemaId => Root.SchemaId;

    /// <summary>The hash of <see cref="Last"/>: the parent of the next change written here.</summary>
    public ChangeHash LastHash => Last.Hash;

    /// <summary>The value of a property, or null where none was ever written (a written null is <see cref="JsonValue.Null"/>).</summary>
    public JsonValue? this[string property] => Properties.TryGetValue(property, out var value) ? value.Value : null;

    /// <summary>All properties as one JSON object.</summary>
    public JsonValue ToJson() => JsonValue.Object([.. Properties.Select(p => KeyValuePair.Create(p.Key, p.Value.Value))]);
}
