using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>A comparison of a property with a value.</summary>
public enum Comparison
{
    /// <summary>Equal (text, number, truth); null matches absent and null.</summary>
    Is,
    /// <summary>Different from, absent included.</summary>
    IsNot,
    /// <summary>Less than (number or text by code unit).</summary>
    Below,
    /// <summary>Greater than.</summary>
    Above,
    /// <summary>An array property that holds the value.</summary>
    Contains,
}

/// <summary>A condition on one property.</summary>
public sealed record PropertyCondition(string Property, Comparison Comparison, JsonValue Value);

/// <summary>What rows are ordered by.</summary>
public enum NodeOrder
{
    /// <summary>Timeline position of the create (messages); equals creation order for everything else.</summary>
    Timeline,
    /// <summary>Latest wall time.</summary>
    Updated,
    /// <summary>A property (<see cref="NodeQuery.OrderProperty"/>), text by code unit or number.</summary>
    Property,
}

/// <summary>A question to the store about nodes of one schema. Immutable; build with the methods.</summary>
/// <example><code>NodeQuery.Of(Schemas.ChatMessage).Where("channel", channelId).OrderBy(NodeOrder.Timeline, descending: true).Take(50)</code></example>
public sealed record NodeQuery
{
    /// <summary>The most rows of one answer.</summary>
    public const int LimitMax = 5_000;

    /// <summary>The schema IRI.</summary>
    public required string SchemaId { get; init; }
    /// <summary>All must hold.</summary>
    public IReadOnlyList<PropertyCondition> Conditions { get; init; } = [];
    /// <summary>What rows are ordered by; ties by node id.</summary>
    public NodeOrder Order { get; init; } = NodeOrder.Timeline;
    /// <summary>The property of <see cref="NodeOrder.Property"/>.</summary>
    public string? OrderProperty { get; init; }
    /// <summary>Newest first.</summary>
    public bool Descending { get; init; }
    /// <summary>The most rows.</summary>
    public int Limit { get; init; } = 500;
    /// <summary>Only rows before this sort key (timeline order only): the next page upwards.</summary>
    public string? Before { get; init; }
    /// <summary>Only rows after this sort key (timeline order only).</summary>
    public string? After { get; init; }
    /// <summary>Tombstones too.</summary>
    public bool IncludeDeleted { get; init; }
    /// <summary>Only these nodes, where given.</summary>
    public IReadOnlyList<NodeId>? Ids { get; init; }

    /// <summary>All nodes of a schema.</summary>
    public static NodeQuery Of(string schemaId) => new() { SchemaId = schemaId };

    /// <summary>Adds a condition.</summary>
    public NodeQuery Where(string property, Comparison comparison, JsonValue value) => this with { Conditions = [.. Conditions, new(property, comparison, value)] };
    /// <summary>Adds: the property is this text.</summary>
    public NodeQuery Where(string property, string text) => Where(property, Comparison.Is, JsonValue.Of(text));
    /// <summary>Adds: the property is true, or is not true.</summary>
    public NodeQuery Where(string property, bool value) => Where(property, value ? Comparison.Is : Comparison.IsNot, JsonValue.True);
    /// <summary>Sets the order.</summary>
    public NodeQuery OrderBy(NodeOrder order, bool descending = false) => this with { Order = order, Descending = descending };
    /// <summary>Orders by a property.</summary>
    public NodeQuery OrderBy(string property, bool descending = false) => this with { Order = NodeOrder.Property, OrderProperty = property, Descending = descending };
    /// <summary>Sets the limit, 1 to <see cref="LimitMax"/>.</summary>
    public NodeQuery Take(int limit) => this with { Limit = limit };
}
