using Parley.Json;

namespace Parley.Access;

/// <summary>The authorization expressions of xnet/1.0 schemas: pure evaluation over roles (docs/protocol.md, authorization).</summary>
internal static class AuthExpression
{
    /// <summary>
    /// Evaluates a JSON expression. Unknown or malformed tags are false; so is their negation, because what nobody understood allows nothing.
    /// </summary>
    public static bool Evaluate(JsonValue expression, IReadOnlySet<string> roles, bool isAuthenticated) =>
        Value(expression, roles, isAuthenticated) ?? false;

    /// <summary>
    /// Looks up the expression for an action (create → write; update and write → update, then write; others no fallback) and evaluates it.
    /// A <c>deny</c> anywhere inside that matches denies. Nothing found denies.
    /// </summary>
    public static bool Allows(JsonValue actions, string action, IReadOnlySet<string> roles, bool isAuthenticated) =>
        Find(actions, action) is { } expression && !Denies(expression, roles) && Evaluate(expression, roles, isAuthenticated);

    private static JsonValue? Find(JsonValue actions, string action) => action switch
    {
        "create" => actions["create"] ?? actions["write"],
        "update" or "write" => actions["update"] ?? actions["write"],
        _ => actions[action],
    };

    /// <summary>True, false, or null where the expression is malformed.</summary>
    private static bool? Value(JsonValue? expression, IReadOnlySet<string> roles, bool isAuthenticated) => expression?["_tag"]?.Text switch
    {
        "allow" or "deny" => HoldsAny(expression["roles"], roles),
        "and" => Combine(expression["exprs"], decides: false, roles, isAuthenticated),
        "or" => Combine(expression["exprs"], decides: true, roles, isAuthenticated),
        "not" => !Value(expression["expr"], roles, isAuthenticated),
        "roleRef" => expression["role"]?.Text is { } role ? roles.Contains(role) : null,
        "public" => true,
        "authenticated" => isAuthenticated,
        _ => null,
    };

    /// <summary>One part that <paramref name="decides"/> settles it, whatever the malformed ones might have been.</summary>
    private static bool? Combine(JsonValue? parts, bool decides, IReadOnlySet<string> roles, bool isAuthenticated)
    {
        if (parts is not { Kind: JsonKind.Array })
        {
            return null;
        }

        bool? result = !decides;
        foreach (var part in parts.Items)
        {
            var value = Value(part, roles, isAuthenticated);
            if (value == decides)
            {
                return decides;
            }

            result = value is null ? null : result;
        }

        return result;
    }

    private static bool? HoldsAny(JsonValue? names, IReadOnlySet<string> roles) =>
        names is { Kind: JsonKind.Array } ? names.Items.Any(name => name.Text is { } role && roles.Contains(role)) : null;

    private static bool Denies(JsonValue expression, IReadOnlySet<string> roles) =>
        (expression["_tag"]?.Text == "deny" && HoldsAny(expression["roles"], roles) == true)
        || (expression["exprs"]?.Items.Any(part => Denies(part, roles)) ?? false)
        || (expression["expr"] is { } inner && Denies(inner, roles));
}
