using System.Globalization;
using System.Text;
using Parley.Chat;
using Parley.Ids;
using Parley.Json;
using Parley.Storage;
using Parley.Store;
using Parley.Views;

namespace Parley.Nodes;

/// <summary>Questions to the store as SQL. Schema and property names stand in the text, so that partial and expression indexes apply.</summary>
internal static class QuerySql
{
    // What memberships refuse is failed; else the newest own write that is not acknowledged decides: no row is Stored, an empty text is Local,
    // else the code of the refusal.
    private const string Columns =
        "id, schema, room, created_by, created_at, updated_at, deleted, properties, t, root_index, root_hash, late, "
        + "coalesce(refused, (SELECT coalesce(error, '') FROM outbox WHERE outbox.node = node.id AND own = 1 ORDER BY seq DESC LIMIT 1))";

    /// <summary>Throws <see cref="ArgumentException"/> for a query that cannot be asked.</summary>
    public static SqlStatement Find(NodeQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, NodeQuery.LimitMax, nameof(query));
        var parameters = new List<object?>();
        var sql = new StringBuilder("SELECT ").Append(Columns).Append(" FROM node WHERE ").Append(Where(query, parameters));
        var direction = query.Descending ? "DESC" : "ASC";
        sql.Append(" ORDER BY ").Append(query.Order switch
        {
            // t alone is in the index; the rest settles what shares a millisecond.
            NodeOrder.Timeline => $"t {direction}, created_by {direction}, root_index {direction}, root_hash {direction}",
            NodeOrder.Updated => $"updated_at {direction}, id {direction}",
            NodeOrder.Property => $"{NodeSql.Extract(query.OrderProperty ?? throw new ArgumentException("OrderProperty is not set.", nameof(query)))} {direction}, id {direction}",
        });
        sql.Append(" LIMIT ").Append(Parameter(parameters, (long)query.Limit));
        return new(sql.ToString(), [.. parameters]);
    }

    public static SqlStatement Find(NodeId node) => new($"SELECT {Columns} FROM node WHERE id = ?1 AND hidden = 0", node.Value);

    public static SqlStatement Count(NodeQuery query)
    {
        var parameters = new List<object?>();
        return new("SELECT count(*) FROM node WHERE " + Where(query, parameters), [.. parameters]);
    }

    /// <summary>The order numbers of all matches in timeline order: the snapshot that a reader walks.</summary>
    public static SqlStatement TimelineNumbers(NodeQuery query)
    {
        var parameters = new List<object?>();
        return new("SELECT n FROM node WHERE " + Where(query, parameters) + " ORDER BY " + NodeSql.Position, [.. parameters]);
    }

    /// <summary>The number of the node that became visible last, 0 where there is none.</summary>
    public static SqlStatement Newest { get; } = new("SELECT coalesce(max(n), 0) FROM node");

    /// <summary>The matches with these order numbers, in the order of the numbers' list.</summary>
    public static SqlStatement ByNumbers(IEnumerable<long> numbers) => new(
        $"WITH wanted AS (SELECT key AS place, value AS number FROM json_each(?1)) SELECT {Columns} FROM wanted JOIN node ON n = number ORDER BY place",
        "[" + string.Join(',', numbers.Select(n => n.ToString(CultureInfo.InvariantCulture))) + "]");

    /// <summary>The matches that became visible here after the order number, each with its number in front.</summary>
    public static SqlStatement ArrivedAfter(NodeQuery query, long number, int limit)
    {
        var parameters = new List<object?>();
        var where = Where(query, parameters);
        // The unary plus keeps the planner on the primary key: what is new is few.
        return new(
            $"SELECT {Columns}, n FROM node WHERE n > {Parameter(parameters, number)} AND +{where} ORDER BY n LIMIT {Parameter(parameters, (long)limit)}",
            [.. parameters]);
    }

    public static Node Read(object?[] row)
    {
        var (delivery, error) = row[12] switch
        {
            null => (Delivery.Stored, null),
            "" => (Delivery.Local, null),
            var code => (Delivery.Failed, (string?)code),
        };
        var author = PersonId.Parse((string)row[3]!);
        var position = new TimelinePosition((long)row[8]!, author, (int)(long)row[9]!, new((byte[])row[10]!));
        return new(
            new((string)row[0]!), (string)row[1]!, new((string)row[2]!), author, (long)row[4]!, (long)row[5]!,
            (long)row[6]! == 1, JsonReader.Read((string)row[7]!), position.ToSortKey(), delivery, error, (long)row[11]! == 1);
    }

    private static string Where(NodeQuery query, List<object?> parameters)
    {
        var sql = new StringBuilder("schema = ").Append(Literal(query.SchemaId)).Append(" AND hidden = 0");
        // A blocked person keeps their name: somebody may want to unblock them.
        if (query.SchemaId != Schemas.Profile)
        {
            sql.Append(" AND created_by NOT IN (SELECT person FROM blocked)");
        }

        if (!query.IncludeDeleted)
        {
            sql.Append(" AND deleted = 0");
        }

        foreach (var condition in query.Conditions)
        {
            sql.Append(" AND ").Append(Condition(condition, parameters));
        }

        if (query.Ids is { } ids)
        {
            var list = CanonicalJson.ToText(JsonValue.Array([.. ids.Select(id => JsonValue.Of(id.Value))]));
            sql.Append(" AND id IN (SELECT value FROM json_each(").Append(Parameter(parameters, list)).Append("))");
        }

        Bound(sql, parameters, query.Before, "<");
        Bound(sql, parameters, query.After, ">");
        return sql.ToString();
    }

    private static void Bound(StringBuilder sql, List<object?> parameters, string? sortKey, string comparison)
    {
        if (sortKey is null)
        {
            return;
        }

        var position = TimelineKeys.Parse(sortKey);
        var t = Parameter(parameters, position.T);
        sql.Append(" AND t ").Append(comparison).Append("= ").Append(t).Append(" AND (").Append(NodeSql.Position).Append(") ").Append(comparison)
            .Append(" (").Append(t).Append(", ").Append(Parameter(parameters, position.Author.Value))
            .Append(", ").Append(Parameter(parameters, (long)position.BatchIndex)).Append(", ").Append(Parameter(parameters, position.Hash.ToBytes())).Append(')');
    }

    private static string Condition(PropertyCondition condition, List<object?> parameters)
    {
        var (property, comparison, value) = condition;
        if (value.Boolean is { } truth)
        {
            var negated = comparison switch
            {
                Comparison.Is => "IS",
                Comparison.IsNot => "IS NOT",
                _ => throw new ArgumentException("Truth can only be compared with Is and IsNot.", nameof(condition)),
            };
            return $"json_type(properties, '{NodeSql.Path(property)}') {negated} '{(truth ? "true" : "false")}'";
        }

        object? operand = value.Kind switch
        {
            JsonKind.Null => null,
            JsonKind.Text => value.Text,
            JsonKind.Number => value.Integer is { } integer ? integer : value.Number,
            _ => throw new ArgumentException("Conditions compare with text, numbers, truth or null.", nameof(condition)),
        };
        return comparison switch
        {
            Comparison.Is when operand is null => $"{NodeSql.Extract(property)} IS NULL",
            Comparison.Is => $"{NodeSql.Extract(property)} = {Parameter(parameters, operand)}",
            Comparison.IsNot => $"{NodeSql.Extract(property)} IS NOT {Parameter(parameters, operand)}",
            Comparison.Below => $"{NodeSql.Extract(property)} < {Parameter(parameters, operand)} AND {SameKind(property, value)}",
            Comparison.Above => $"{NodeSql.Extract(property)} > {Parameter(parameters, operand)} AND {SameKind(property, value)}",
            Comparison.Contains =>
                $"json_type(properties, '{NodeSql.Path(property)}') = 'array' AND EXISTS (SELECT 1 FROM json_each(properties, '{NodeSql.Path(property)}') AS item WHERE item.value IS {Parameter(parameters, operand)})",
        };
    }

    // SQLite orders numbers below texts; a comparison is only meant among values of one kind.
    private static string SameKind(string property, JsonValue value) =>
        $"json_type(properties, '{NodeSql.Path(property)}') IN ({(value.Kind == JsonKind.Number ? "'integer', 'real'" : "'text'")})";

    private static string Parameter(List<object?> parameters, object? value)
    {
        parameters.Add(value);
        return "?" + parameters.Count.ToString(CultureInfo.InvariantCulture);
    }

    private static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
