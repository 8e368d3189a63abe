using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>A write to one node: make it (<see cref="Node"/> null, or a derived id that is not here yet) or change it.</summary>
public sealed record NodeDraft
{
    /// <summary>The node; null makes a new one with a self-certifying id.</summary>
    public NodeId? Node { get; init; }
    /// <summary>The schema. Always given: it goes into every signed payload.</summary>
    public required string SchemaId { get; init; }
    /// <summary>The properties to write; null values clear.</summary>
    public JsonValue Properties { get; init; } = JsonValue.EmptyObject;
    /// <summary>True tombstones, false restores.</summary>
    public bool? Deleted { get; init; }
}
