using Parley.Identity;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;
using Parley.Storage;
using Parley.Store;

namespace Parley.Replica;

/// <summary>
/// What one transaction of the ledger reads from the store: answers its needs with one call of the driver each, and remembers the rows of
/// nodes, which are written in their place afterwards.
/// </summary>
internal sealed class LedgerReads(ISqlDriver driver, ISignatures signatures, LedgerLogs logs, RoomBook rooms)
{
    private readonly Dictionary<NodeId, NodeRow?> _rows = [];
    private readonly HashSet<ChangeHash> _made = [];
    private readonly HashSet<NodeId> _minted = [];

    /// <summary>Nodes as they stand in the store; null if they are not there.</summary>
    public IReadOnlyDictionary<NodeId, NodeRow?> Rows => _rows;

    /// <summary>What places in the timeline rest on.</summary>
    public TimelineFacts Timeline { get; } = new();

    /// <summary>The row of a node that was read, or null.</summary>
    public NodeRow? Find(NodeId node) => _rows.GetValueOrDefault(node);

    /// <summary>These rows were read already; a node without one is not in the store.</summary>
    public void Learn(IEnumerable<NodeId> nodes, IReadOnlyDictionary<NodeId, NodeRow> rows)
    {
        foreach (var node in nodes)
        {
            _rows[node] = rows.GetValueOrDefault(node);
        }
    }

    /// <summary>A change that was made here a moment ago: the store cannot have it.</summary>
    /// <param name="change">The change.</param>
    /// <param name="isMinted">Its node's id is as new.</param>
    public void Made(Change change, bool isMinted)
    {
        _made.Add(change.Hash);
        if (isMinted)
        {
            _minted.Add(change.Node);
            _rows[change.Node] = null;
            Timeline.Minted(change.Node);
        }
    }

    /// <summary>Answers. <paramref name="along"/> asks more in the same call.</summary>
    public async Task<Known> AnswerAsync(Needs needs, Action<StoreQuestions>? along, CancellationToken cancellationToken)
    {
        var known = new Known();
        var questions = new StoreQuestions();
        AskChanges(needs, known, questions);
        AskNodes(needs, known, questions);
        AskWaiting(needs, known, questions);
        AskGoverned(needs, known, questions);
        foreach (var domain in needs.Logs)
        {
            logs.Ask(domain, operations => known.Logs[domain] = operations, questions);
        }

        foreach (var crowd in needs.Crowds)
        {
            AskCrowd(crowd, known, questions);
        }

        along?.Invoke(questions);
        await questions.RunAsync(driver, cancellationToken).ConfigureAwait(false);
        if (needs.Proofs.Length > 0)
        {
            known.ProofsHold = await signatures.VerifyAsync(needs.Proofs, cancellationToken).ConfigureAwait(false);
        }

        return known;
    }

    private void AskChanges(Needs needs, Known known, StoreQuestions questions)
    {
        List<ChangeHash> open = [.. needs.Changes.Where(hash => !_made.Contains(hash))];
        if (open.Count == 0)
        {
            return;
        }

        var hashes = SqlJson.Of(open);
        questions.Ask(
            new("SELECT hash, seq FROM change_log WHERE hash IN (SELECT unhex(value) FROM json_each(?1))", hashes),
            answer =>
            {
                foreach (var row in answer.Rows)
                {
                    // A replica names no rooms to those who offer what it has.
                    known.Changes[new((byte[])row[0]!)] = new(new(default, (long)row[1]!), null);
                }
            });
        questions.Ask(
            new($"SELECT {HeldRow.Columns} FROM held WHERE hash IN (SELECT unhex(value) FROM json_each(?1))", hashes),
            answer =>
            {
                foreach (var row in answer.Rows.Select(HeldRow.Read))
                {
                    known.Changes[row.Change.Hash] = new(new(row.Room, 0), row);
                }
            });
    }

    private void AskNodes(Needs needs, Known known, StoreQuestions questions)
    {
        List<NodeId> open = [];
        foreach (var node in needs.Nodes)
        {
            if (!_rows.TryGetValue(node, out var row))
            {
                open.Add(node);
            }
            else if (row is not null)
            {
                known.Nodes[node] = FactsOf(row);
            }
        }

        if (open.Count > 0)
        {
            Learn(open, new Dictionary<NodeId, NodeRow>());
            questions.Ask(
                new($"SELECT {NodeRow.Columns} FROM node WHERE id IN (SELECT value FROM json_each(?1))", SqlJson.Of(open)),
                answer =>
                {
                    foreach (var row in answer.Rows.Select(NodeRow.Read))
                    {
                        _rows[row.State.Id] = row;
                        known.Nodes[row.State.Id] = FactsOf(row);
                    }
                });
        }

        if (needs.Roots.Count > 0)
        {
            questions.Ask(
                new("SELECT wire FROM change_log JOIN node ON root_hash = hash WHERE id IN (SELECT value FROM json_each(?1))", SqlJson.Of(needs.Roots)),
                answer =>
                {
                    foreach (var change in answer.Rows.Select(ReadChange))
                    {
                        known.Roots[change.Node] = change;
                    }
                });
        }

        if (needs.Histories.Count > 0)
        {
            questions.Ask(
                new("SELECT wire FROM change_log WHERE node IN (SELECT value FROM json_each(?1))", SqlJson.Of(needs.Histories)),
                answer =>
                {
                    foreach (var node in answer.Rows.Select(ReadChange).GroupBy(change => change.Node))
                    {
                        known.Histories[node.Key] = [.. node];
                    }
                });
        }
    }

    private void AskWaiting(Needs needs, Known known, StoreQuestions questions)
    {
        Ask("reason = 0 AND node", WaitKind.Node);
        Ask("waits_for", WaitKind.Domain);
        Ask("room", WaitKind.Room);
        if (needs.Future is { } future)
        {
            questions.Ask(
                new(
                    $"SELECT {HeldRow.Columns} FROM held WHERE reason = 1 AND wall <= ?1 AND lamport <= ?2 ORDER BY lamport, hash LIMIT ?3",
                    future.WallMsMax, future.LamportMax, (long)future.RowsMax),
                answer => known.Future = new([.. answer.Rows.Select(HeldRow.Read)], null, false));
            questions.Ask(
                new("SELECT min(lamport) FILTER (WHERE wall <= ?1), count(*) FROM held WHERE reason = 1", future.WallMsMax),
                answer =>
                {
                    // What was dropped waits for its time like what is here.
                    var early = rooms.Early();
                    var lowest = early.Where(redo => redo.Wall <= future.WallMsMax).Select(redo => redo.Lamport).Append((long?)answer.Rows[0][0]).Min();
                    known.Future = known.Future! with { LamportMin = lowest, Any = (long)answer.Rows[0][1]! > known.Future.Rows.Count || early.Count > 0 };
                });
        }

        void Ask(string column, WaitKind kind)
        {
            List<NodeId> ids = [.. needs.Waiting.Where(key => key.Kind == kind && !(kind == WaitKind.Node && _minted.Contains(key.Id))).Select(key => key.Id)];
            if (ids.Count > 0)
            {
                questions.Ask(
                    new($"SELECT {HeldRow.Columns} FROM held WHERE {column} IN (SELECT value FROM json_each(?1))", SqlJson.Of(ids)),
                    answer =>
                    {
                        foreach (var rows in answer.Rows.Select(HeldRow.Read).GroupBy(row => kind == WaitKind.Room ? WaitKey.In(row.Room) : row.For))
                        {
                            known.Waiting[rows.Key] = [.. rows];
                        }
                    });
            }
        }
    }

    private static void AskGoverned(Needs needs, Known known, StoreQuestions questions)
    {
        foreach (var (domain, people, lamport) in needs.Governed)
        {
            var statement = people is null
                ? new SqlStatement("SELECT DISTINCT node FROM governed_change WHERE domain = ?1 AND lamport >= ?2", domain.Value, lamport)
                : new(
                    """
                    SELECT DISTINCT node FROM governed_change WHERE domain = ?1 AND lamport >= ?2 AND author IN (SELECT value FROM json_each(?3))
                    UNION SELECT node FROM governed_change WHERE domain = ?1 AND lamport >= ?2 AND blind = 1
                    """,
                    domain.Value, lamport, SqlJson.Of(people.Select(person => person.Value)));
            questions.Ask(statement, answer => known.Governed.UnionWith(answer.Rows.Select(row => new NodeId((string)row[0]!))));
        }

        if (needs.NodesIn.Count > 0)
        {
            // The message index only serves a query that names the schema in its text.
            foreach (var schema in (string[])[Schemas.ChatMessage, Schemas.Reaction])
            {
                questions.Ask(
                    new($"SELECT id FROM node WHERE schema = '{schema}' AND {NodeSql.Extract("channel")} IN (SELECT value FROM json_each(?1))", SqlJson.Of(needs.NodesIn)),
                    answer => known.NodesIn.UnionWith(answer.Rows.Select(row => new NodeId((string)row[0]!))));
            }
        }
    }

    private static void AskCrowd(CrowdQuestion crowd, Known known, StoreQuestions questions)
    {
        List<object?> parameters = [(long)crowd.Pool];
        var where = "pool = ?1" + Where("room", crowd.Room?.Value) + Where("payer", crowd.Payer?.Value);
        questions.Ask(
            new($"SELECT count(*), coalesce(sum(length(wire)), 0) FROM held WHERE {where}", [.. parameters]),
            answer => known.Crowds[crowd] = Crowd.Empty with { Count = (long)answer.Rows[0][0]!, Bytes = (long)answer.Rows[0][1]! });
        if (crowd.OldestMax == 0)
        {
            return;
        }

        questions.Ask(
            new($"SELECT payer, count(*), sum(length(wire)) FROM held WHERE {where} GROUP BY payer", [.. parameters]),
            answer => known.Crowds[crowd] = known.Crowds[crowd] with
            {
                Payers = answer.Rows.ToDictionary(row => PersonId.Parse((string)row[0]!), row => new Share((long)row[1]!, (long)row[2]!)),
            });
        foreach (var most in (string[])["count(*)", "sum(length(wire))"])
        {
            questions.Ask(
                new(
                    $"""
                    SELECT {HeldRow.Columns} FROM held JOIN (SELECT payer AS who, {most} AS share FROM held WHERE {where} GROUP BY payer) ON who = payer
                    WHERE {where} ORDER BY share DESC, payer, lamport, hash LIMIT {crowd.OldestMax}
                    """,
                    [.. parameters]),
                answer => known.Crowds[crowd] = known.Crowds[crowd] with
                {
                    Oldest = [.. known.Crowds[crowd].Oldest.UnionBy(answer.Rows.Select(HeldRow.Read), static row => row.Change.Hash)],
                });
        }

        string Where(string column, string? value)
        {
            if (value is null)
            {
                return "";
            }

            parameters.Add(value);
            return $" AND {column} = ?{parameters.Count}";
        }
    }

    private static NodeFacts FactsOf(NodeRow row) => new(row.State.Id, row.Room, row.State.Root, row.State, row.Hidden, Reasons.Find(row.Refused));

    private static Change ReadChange(object?[] row) => ChangeWire.FromTrustedBytes((byte[])row[0]!);
}
