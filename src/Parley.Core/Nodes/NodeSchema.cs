using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>What a property may hold (docs/protocol.md, schemas).</summary>
public enum PropertyType
{
    /// <summary>Text of at most <see cref="PropertyRule.LengthMax"/> UTF-16 units.</summary>
    Text,
    /// <summary>A finite number.</summary>
    Number,
    /// <summary>True or false.</summary>
    Checkbox,
    /// <summary>Milliseconds since the epoch.</summary>
    Date,
    /// <summary>One of <see cref="PropertyRule.Options"/>.</summary>
    Select,
    /// <summary>A DID.</summary>
    Person,
    /// <summary>Several DIDs.</summary>
    Persons,
    /// <summary>A node id.</summary>
    Relation,
    /// <summary>Several node ids.</summary>
    Relations,
    /// <summary>Any JSON within the depth bound.</summary>
    Json,
    /// <summary>The declared mentions of a message.</summary>
    Mentions,
}

/// <summary>One property of a schema.</summary>
public sealed record PropertyRule(string Name, PropertyType Type, bool Required = false, int LengthMax = 500, IReadOnlyList<string>? Options = null)
{
    private const double DateEnd = 32_503_680_000_000;

    /// <summary>Null when the value keeps the rule (null values do), else what it must be.</summary>
    internal string? Fault(JsonValue value) => value.IsNull ? null : Type switch
    {
        PropertyType.Text => value.Text is { } text && text.Length <= LengthMax ? null : $"a text of at most {LengthMax} UTF-16 units",
        PropertyType.Number => value.Number is not null ? null : "a finite number",
        PropertyType.Checkbox => value.Boolean is not null ? null : "true or false",
        PropertyType.Date => value.Number is >= 0 and < DateEnd ? null : "milliseconds from 1970 to 2999",
        PropertyType.Select => Options!.Contains(value.Text, StringComparer.Ordinal) ? null : "one of: " + string.Join(", ", Options!),
        PropertyType.Person => Nodes.Mentions.IsDid(value.Text) ? null : "a DID",
        PropertyType.Persons => Nodes.Mentions.IsDid(value.Text) || IsListOf(value, Nodes.Mentions.IsDid) ? null : "a list of DIDs",
        PropertyType.Relation => IsNodeId(value.Text) ? null : "a node id",
        PropertyType.Relations => IsNodeId(value.Text) || IsListOf(value, IsNodeId) ? null : "a list of node ids",
        PropertyType.Json => IsWithin(value, JsonReader.DepthMax) ? null : $"JSON of at most {JsonReader.DepthMax} levels",
        PropertyType.Mentions => Nodes.Mentions.Fault(value) is null ? null : "mentions",
    };

    private static bool IsNodeId(string? text) => NodeId.TryParse(text, out _);

    private static bool IsListOf(JsonValue value, Func<string?, bool> isGood) =>
        value.Kind == JsonKind.Array && value.Items.All(item => isGood(item.Text));

    private static bool IsWithin(JsonValue value, int depth) => value.Kind switch
    {
        JsonKind.Array => depth > 0 && value.Items.All(item => IsWithin(item, depth - 1)),
        JsonKind.Object => depth > 0 && value.Members.All(member => IsWithin(member.Value, depth - 1)),
        JsonKind.Null or JsonKind.False or JsonKind.True or JsonKind.Number or JsonKind.Text => true,
    };
}

/// <summary>A schema: its IRI and the limits that our own writes keep. What others write is merged whatever it holds.</summary>
/// <remarks>Properties that begin <c>parley:</c> are ours in every schema and may hold any JSON.</remarks>
public sealed record NodeSchema(string Iri, IReadOnlyList<PropertyRule> Properties)
{
    /// <summary>What the properties begin with that Parley adds to any schema.</summary>
    public const string OwnPrefix = "parley:";

    private readonly Dictionary<string, PropertyRule> _rules = Properties.ToDictionary(rule => rule.Name, StringComparer.Ordinal);

    /// <summary>Checks a create's properties. Null when good; else a sentence for developers that names the property.</summary>
    public string? FaultOfCreate(JsonValue properties)
    {
        foreach (var rule in Properties)
        {
            if (rule.Required && properties[rule.Name] is null or { IsNull: true })
            {
                return $"'{rule.Name}' is required.";
            }
        }

        return FaultOfValues(properties);
    }

    /// <summary>Checks an update's properties (nulls clear; required ones may not be cleared).</summary>
    public string? FaultOfUpdate(JsonValue properties)
    {
        foreach (var rule in Properties)
        {
            if (rule.Required && properties[rule.Name] is { IsNull: true })
            {
                return $"'{rule.Name}' is required and cannot be cleared.";
            }
        }

        return FaultOfValues(properties);
    }

    private string? FaultOfValues(JsonValue properties)
    {
        if (properties.Kind != JsonKind.Object)
        {
            return "Properties are an object.";
        }

        foreach (var (name, value) in properties.Members)
        {
            if (_rules.TryGetValue(name, out var rule))
            {
                if (rule.Fault(value) is { } wanted)
                {
                    return $"'{name}' must be {wanted}.";
                }
            }
            else if (!name.StartsWith(OwnPrefix, StringComparison.Ordinal))
            {
                return $"'{name}' is no property of {Iri}.";
            }
        }

        return null;
    }
}
