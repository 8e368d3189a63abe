using Parley.Json;
using Xunit;

namespace Parley.Access;

public sealed class AuthExpressionTests
{
    private const string Member = """{"_tag":"allow","roles":["member"]}""";
    private const string Banned = """{"_tag":"deny","roles":["banned"]}""";

    [Theory]
    [InlineData("""{"_tag":"wizard"}""")]
    [InlineData("""{"_tag":5}""")]
    [InlineData("""{}""")]
    [InlineData("""null""")]
    [InlineData("""{"_tag":"allow"}""")]
    [InlineData("""{"_tag":"allow","roles":"member"}""")]
    [InlineData("""{"_tag":"roleRef"}""")]
    [InlineData("""{"_tag":"and","exprs":{}}""")]
    [InlineData("""{"_tag":"not"}""")]
    public void What_is_not_understood_allows_nothing_not_even_negated(string expression)
    {
        Assert.False(Evaluate(expression, "member"));
        Assert.False(Evaluate($$$"""{"_tag":"not","expr":{{{expression}}}}""", "member"));
        Assert.False(Evaluate($$"""{"_tag":"and","exprs":[{{Member}},{{expression}}]}""", "member"));
        Assert.True(Evaluate($$"""{"_tag":"or","exprs":[{{expression}},{{Member}}]}""", "member"));
    }

    [Fact]
    public void As_a_predicate_deny_is_true_when_it_matches()
    {
        Assert.True(Evaluate(Banned, "banned"));
        Assert.False(Evaluate(Banned, "member"));
    }

    [Fact]
    public void In_an_action_a_deny_that_matches_anywhere_inside_denies()
    {
        var either = $$$"""{"write":{"_tag":"or","exprs":[{{{Member}}},{"_tag":"not","expr":{"_tag":"not","expr":{{{Banned}}}}}]}}""";
        Assert.True(Allows(either, "create", "member"));
        Assert.False(Allows(either, "create", "member", "banned"));
        Assert.False(Allows(either, "create", "banned"));
    }

    [Theory]
    [InlineData("share")]
    [InlineData("admin")]
    [InlineData("delete")]
    [InlineData("read")]
    [InlineData("fly")]
    public void Only_create_update_and_write_fall_back(string action) =>
        Assert.False(Allows($$$"""{"write":{{{Member}}},"create":{{{Member}}},"update":{{{Member}}}}""", action, "member"));

    private static bool Evaluate(string expression, params string[] roles) =>
        AuthExpression.Evaluate(JsonReader.Read(expression), roles.ToHashSet(), isAuthenticated: true);

    private static bool Allows(string actions, string action, params string[] roles) =>
        AuthExpression.Allows(JsonReader.Read(actions), action, roles.ToHashSet(), isAuthenticated: true);
}
