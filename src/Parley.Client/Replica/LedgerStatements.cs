using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;
using Parley.Storage;
using Parley.Store;

namespace Parley.Replica;

/// <summary>A decision as the statements of its transaction, in few statements: a browser pays for each.</summary>
internal static class LedgerStatements
{
    /// <summary>What it files, judges, keeps waiting and lets go, and what became of memberships.</summary>
    public static IEnumerable<SqlStatement> Of(Decision decision)
    {
        var transitions = decision.Transitions;
        List<Transition.Filed> filed = [.. transitions.OfType<Transition.Filed>()];
        foreach (var one in filed)
        {
            var change = one.Offer.Change;
            yield return new(
                "INSERT INTO change_log (hash, node, author, lamport, wall, wire) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                change.Hash.ToBytes(), change.Node.Value, change.Author.Value, change.Lamport, change.WallTime, one.Offer.WireIn(one.Home));
        }

        var statements = Operations(filed.FindAll(one => one.IsOperation))
            .Concat(Outbox(filed.FindAll(one => one.Offer.Way == Way.Own)))
            .Concat(Judged([.. transitions.OfType<Transition.Judged>()]))
            .Concat(Waiting([.. transitions.OfType<Transition.Ended>()], [.. transitions.OfType<Transition.Waits>()], decision.Rest))
            .Concat(Scopes([.. transitions.OfType<Transition.DomainSet>()]))
            .Concat(Members([.. transitions.OfType<Transition.MemberSet>()]));
        foreach (var statement in statements)
        {
            yield return statement;
        }
    }

    /// <summary>What was left to be judged is judged.</summary>
    public static SqlStatement NothingDue { get; } = new("UPDATE held SET due = NULL WHERE due = 1");

    /// <summary>Nodes that were hidden are shown: whoever reads a conversation as it grows is given what appears in it.</summary>
    public static IEnumerable<SqlStatement> Shown(IReadOnlyList<NodeId> nodes)
    {
        if (nodes.Count > 0)
        {
            yield return new(
                """
                UPDATE node SET n = top + shown.key + 1 FROM json_each(?1) AS shown, (SELECT max(n) AS top FROM node) WHERE node.id = shown.value
                """,
                SqlJson.Of(nodes));
        }
    }

    /// <summary>Access scopes.</summary>
    public static IEnumerable<SqlStatement> Scopes(IReadOnlyCollection<Transition.DomainSet> sets)
    {
        if (sets.Count > 0)
        {
            yield return new(
                """
                INSERT OR REPLACE INTO domain (id, space, version)
                SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(?1)
                """,
                SqlJson.Rows(sets.Select(set => (JsonValue[])[JsonValue.Of(set.Domain.Value), Text(set.Space?.Value), JsonValue.Of(set.Version)])));
        }
    }

    /// <summary>Who is in access scopes.</summary>
    public static IEnumerable<SqlStatement> Members(IReadOnlyCollection<Transition.MemberSet> sets)
    {
        if (sets.Count > 0)
        {
            yield return new(
                """
                INSERT OR REPLACE INTO member (domain, person, role, ended_by)
                SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), unhex(json_extract(value, '$[3]')) FROM json_each(?1)
                """,
                SqlJson.Rows(sets.Select(set => (JsonValue[])
                [
                    JsonValue.Of(set.Domain.Value), JsonValue.Of(set.Person.Value), set.Role is { } role ? JsonValue.Of((int)role) : JsonValue.Null,
                    Text(set.EndedBy is { } end ? SqlJson.Hex(end) : null),
                ])));
        }
    }

    /// <summary>Folds a person's blocks anew.</summary>
    public static IEnumerable<SqlStatement> Blocks(PersonId me) =>
    [
        new("DELETE FROM blocked"),
        new(
            $"""
            INSERT OR IGNORE INTO blocked (person)
            SELECT {NodeSql.Extract("person")} FROM node WHERE schema = ?1 AND created_by = ?2 AND hidden = 0 AND deleted = 0
              AND json_type(properties, '$."lifted"') IS NOT 'true' AND {NodeSql.Extract("person")} IS NOT NULL
            """,
            Schemas.Block, me.Value),
    ];

    private static IEnumerable<SqlStatement> Operations(List<Transition.Filed> operations)
    {
        if (operations.Count > 0)
        {
            yield return new(
                """
                INSERT INTO membership_op (seq, domain, room)
                SELECT seq, json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(?1) JOIN change_log ON hash = unhex(json_extract(value, '$[0]'))
                """,
                SqlJson.Rows(operations.Select(one => (JsonValue[])
                [
                    JsonValue.Of(SqlJson.Hex(one.Offer.Change.Hash)), JsonValue.Of(one.Offer.Shape.OperationOf!.Value.Value), JsonValue.Of(one.Home.Value),
                ])));
        }
    }

    private static IEnumerable<SqlStatement> Outbox(List<Transition.Filed> own)
    {
        if (own.Count > 0)
        {
            yield return new(
                "INSERT INTO outbox (seq, node, own) SELECT seq, node, 1 FROM change_log WHERE hash IN (SELECT unhex(value) FROM json_each(?1))",
                SqlJson.Of(own.Select(one => one.Offer.Change.Hash)));
        }
    }

    // blind = 1: what is said of it may hang on any operation.
    private static IEnumerable<SqlStatement> Judged(IReadOnlyCollection<Transition.Judged> judged)
    {
        if (judged.Count > 0)
        {
            yield return new(
                """
                INSERT OR REPLACE INTO governed_change (seq, domain, author, node, lamport, blind, verdict)
                SELECT seq, json_extract(value, '$[1]'), author, change_log.node, lamport, json_extract(value, '$[2]'), json_extract(value, '$[3]')
                FROM json_each(?1) JOIN change_log ON hash = unhex(json_extract(value, '$[0]'))
                """,
                SqlJson.Rows(judged.GroupBy(one => (one.Change.Hash, one.Scope)).Select(said => said.Last()).Select(one => (JsonValue[])
                [
                    JsonValue.Of(SqlJson.Hex(one.Change.Hash)), JsonValue.Of(one.Scope.Value),
                    JsonValue.Of(one.IsOpen || SeenOperations.Read(one.Change.Properties) is null ? 1 : 0), Text(one.DoesNotCount?.ToCode()),
                ])));
        }
    }

    private static IEnumerable<SqlStatement> Waiting(
        IReadOnlyCollection<Transition.Ended> ended, IReadOnlyCollection<Transition.Waits> waits, IReadOnlyCollection<WaitingRow> rest)
    {
        if (ended.Count > 0)
        {
            yield return new("DELETE FROM held WHERE hash IN (SELECT unhex(value) FROM json_each(?1))", SqlJson.Of(ended.Select(one => one.Row.Change.Hash)));
        }

        foreach (var one in waits)
        {
            yield return HeldRow.Insert(one.Row);
        }

        if (rest.Count > 0)
        {
            yield return new("UPDATE held SET due = 1 WHERE hash IN (SELECT unhex(value) FROM json_each(?1))", SqlJson.Of(rest.Select(row => row.Change.Hash)));
        }
    }

    private static JsonValue Text(string? text) => text is null ? JsonValue.Null : JsonValue.Of(text);
}
