using Parley.Access;
using Parley.Json;

namespace Parley.Cli.Vectors;

/// <summary>Suites <c>authz</c> (an expression) and <c>authz-actions</c> (an action of a schema).</summary>
internal static class AuthorizationVectors
{
    public static JsonValue Evaluate(JsonValue input) =>
        Allowed(AuthExpression.Evaluate(input.Field("expression"), RolesOf(input), input.FlagOf("isAuthenticated")));

    public static JsonValue Act(JsonValue input) =>
        Allowed(AuthExpression.Allows(input.Field("actions"), input.TextOf("action"), RolesOf(input), input.FlagOf("isAuthenticated")));

    private static HashSet<string> RolesOf(JsonValue input) => new(input.TextsOf("roles"), StringComparer.Ordinal);

    private static JsonValue Allowed(bool allowed) => JsonValue.Object(("allowed", JsonValue.Of(allowed)));
}
