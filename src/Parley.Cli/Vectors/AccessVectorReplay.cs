using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Cli.Vectors;

/// <summary>Delivers a vector's operations to fresh logs and tells what these say, in the shape of the member <c>expected</c>.</summary>
internal sealed class AccessVectorReplay
{
    private readonly AccessVector _vector;
    private readonly AccessVectorHistory _history;
    private readonly MembershipLog _log;
    private readonly MembershipLog? _space;

    public AccessVectorReplay(AccessVector vector, AccessVectorHistory history)
    {
        _vector = vector;
        _history = history;
        _space = vector.Kind == "channel" ? MembershipLog.OfSpace(history.SpaceId) : null;
        _log = vector.Kind switch
        {
            "space" => MembershipLog.OfSpace(history.DomainId),
            "channel" => MembershipLog.OfChannel(history.DomainId, _space!),
            _ => MembershipLog.OfDirectMessage(history.DomainId),
        };
    }

    private IEnumerable<(string Label, MembershipLog Log)> Logs => _space is null ? [(_vector.Kind, _log)] : [("space", _space), ("channel", _log)];

    /// <summary>Delivers operations together: one plan, one round of proofs, one application a log.</summary>
    public void Deliver(IReadOnlyList<string> ops)
    {
        foreach (var group in ops.GroupBy(op => _space is not null && _vector.Ops.First(o => o.Id == op).Domain == "space" ? _space : _log))
        {
            var plan = group.Key.Plan([.. group.Select(_history.ChangeOf)]);
            group.Key.Apply(plan, [.. plan.Checks.ToArray().Select(check => SodiumSignatures.Verify(check))]);
        }
    }

    /// <summary>What the logs say now.</summary>
    public JsonValue Outcome() => JsonValue.Object(
        ("members", Map(Logs.Select(l => (l.Label, Roles(l.Log.Now.Members))))),
        ("access", Roles(_log.Now.Access)),
        ("policy", Map(Logs.Select(l => (l.Label, l.Log.Now.Policy.ToJson())))),
        ("aliveGrants", JsonValue.Array([.. Logs.SelectMany(l => l.Log.Now.Seats).Select(SeatOf).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => s.Value)])),
        ("endedBy", Map(Logs.SelectMany(l => l.Log.Operations.SelectMany(op => EndingsOf(l.Log, op.Hash))))),
        ("ops", Map(_vector.Ops.Select(op => (op.Id, StatusOf(_history.HashOf(op.Id)))))),
        ("decisions", Map(_vector.Queries.Select(query => (query.Id, Decide(query))))));

    private JsonValue StatusOf(ChangeHash op)
    {
        var log = _space?.VerdictOf(op) is null ? _log : _space;
        return log.VerdictOf(op) switch
        {
            { Status: OpStatus.Valid } when log.FateOf(op) is { IsEffective: false } fate => JsonValue.Object(
                ("status", JsonValue.Of("suppressed")), ("reason", JsonValue.Of(fate.Reason.ToReason()!.Value.ToCode())), ("by", Labels(fate.By))),
            { Status: OpStatus.Valid } => JsonValue.Object(("status", JsonValue.Of("effective"))),
            { Status: OpStatus.Held } verdict => Status("held", verdict.Reason?.ToCode()),
            { Status: OpStatus.Refused } verdict => Status("refused", verdict.Reason?.ToCode()),
            _ => JsonValue.Null,
        };
    }

    private JsonValue Decide(AccessVectorQuery query)
    {
        var action = query.Action switch
        {
            "read" => AccessAction.Read,
            "create" => AccessAction.Create,
            "react" => AccessAction.React,
            "edit" => AccessAction.Edit,
            "redact" => AccessAction.Redact,
            "metadata" => AccessAction.Metadata,
            var other => throw new FormatException($"No action '{other}'."),
        };
        var verdict = AccessDecision.Decide(_log, new(_history.PersonOf(query.Author), action)
        {
            Lamport = query.Lamport,
            Seen = query.Seen is { } seen ? [.. seen.Select(_history.HashOf)] : null,
            NodeAuthor = query.NodeAuthor is { } author ? _history.PersonOf(author) : null,
            ChannelCreator = query.ChannelCreator is { } creator ? _history.PersonOf(creator) : null,
            PropertiesWritten = query.Fields,
        });
        return Status(verdict.IsAccepted ? "accepted" : verdict.Hold is not null ? "held" : "refused", verdict.Reason?.ToCode());
    }

    private (string Key, JsonValue Value) SeatOf(Seat seat)
    {
        var (op, person) = (_history.LabelOf(seat.Grant), _history.LabelOf(seat.Person));
        return ($"{op}/{person}", JsonValue.Object(
            ("op", JsonValue.Of(op)), ("subject", JsonValue.Of(person)), ("role", JsonValue.Of(seat.Role.Code()))));
    }

    private IEnumerable<(string, JsonValue)> EndingsOf(MembershipLog log, ChangeHash op) =>
        from person in log.SeatsOf(op)
        let endings = log.EndingsOf(op, person)
        where endings.Count > 0
        select ($"{_history.LabelOf(op)}/{_history.LabelOf(person)}", Labels(endings));

    private JsonValue Labels(IEnumerable<ChangeHash> ops) =>
        JsonValue.Array([.. ops.Select(_history.LabelOf).Order(StringComparer.Ordinal).Select(JsonValue.Of)]);

    private JsonValue Roles(IReadOnlyDictionary<PersonId, AccessRole> roles) =>
        Map(roles.Select(role => (_history.LabelOf(role.Key), JsonValue.Of(role.Value.Code()))));

    private static JsonValue Status(string status, string? reason) =>
        JsonValue.Object(("status", JsonValue.Of(status)), ("reason", reason is null ? null : JsonValue.Of(reason)));

    private static JsonValue Map(IEnumerable<(string Key, JsonValue Value)> members) =>
        JsonValue.Object([.. members.Select(member => KeyValuePair.Create(member.Key, member.Value))]);
}
