using Parley.Cli.Vectors;
using Parley.Json;

namespace Parley.Access;

/// <summary>What the naive model says about a whole history, in the shape of a vector's member <c>expected</c>.</summary>
internal static class NaiveOutcome
{
    private static readonly string[] s_roles = ["", "member", "admin", "owner"];

    public static JsonValue Of(NaiveAccess model)
    {
        var world = model.World;
        var valid = model.Valid();
        var now = new NaiveView(model, valid);
        string[] logs = world.Kind == "channel" ? ["space", "channel"] : [world.Kind];
        var seats = (from g in valid from s in model.Seats(g) orderby (g, s) select (Grant: g, Person: s)).ToList();
        return JsonValue.Object(
            ("members", Map(logs.Select(log => (log, Roles(person => now.Role(log, person)))))),
            ("access", Roles(person => world.Kind != "channel" || now.Role("space", person) > 0 ? now.Role(world.Kind, person) : 0)),
            ("policy", Map(logs.Select(log => (log, JsonValue.Object(("post", Value(now.Policy(log, "post"))), ("hist", Value(now.Policy(log, "hist")))))))),
            ("aliveGrants", JsonValue.Array(
            [
                .. seats.Where(seat => now.Alive(seat.Grant, seat.Person)).OrderBy(seat => $"{seat.Grant}/{seat.Person}", StringComparer.Ordinal).Select(seat => JsonValue.Object(
                    ("op", JsonValue.Of(seat.Grant)), ("subject", JsonValue.Of(seat.Person)), ("role", JsonValue.Of(s_roles[model.Class(seat.Grant)])))),
            ])),
            ("endedBy", Map(seats.Select(seat => ($"{seat.Grant}/{seat.Person}", now.Endings(seat.Grant, seat.Person)))
                .Where(ended => ended.Item2.Count > 0).Select(ended => (ended.Item1, Labels(ended.Item2))))),
            ("ops", Map(world.Ops.Select(op => (op.Id, StatusOf(op.Id))))),
            ("decisions", Map(world.Queries.Select(query => (query.Id, Status(NaiveDecision.Decide(model, query)))))));

        JsonValue StatusOf(string op) => model.Verdict(op) is not ("valid", _) ? Status(model.Verdict(op))
            : now.Void(op) is ({ } reason, var by) ? Status(("suppressed", reason)).With("by", Labels(by))
            : Status(("effective", null));

        JsonValue Roles(Func<string, int> roleOf) =>
            Map(world.People.Keys.Where(person => roleOf(person) > 0).Select(person => (person, JsonValue.Of(s_roles[roleOf(person)]))));
    }

    private static JsonValue Status((string Status, string? Reason) verdict) =>
        JsonValue.Object(("status", JsonValue.Of(verdict.Status)), ("reason", Value(verdict.Reason)));

    private static JsonValue? Value(string? text) => text is null ? null : JsonValue.Of(text);

    private static JsonValue Labels(IEnumerable<string> ops) => JsonValue.Array([.. ops.Select(JsonValue.Of)]);

    private static JsonValue Map(IEnumerable<(string Key, JsonValue Value)> members) =>
        JsonValue.Object([.. members.Select(member => KeyValuePair.Create(member.Key, member.Value))]);
}
