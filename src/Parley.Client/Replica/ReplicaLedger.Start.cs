using Parley.Access;
using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;
using Parley.Storage;
using Parley.Store;

namespace Parley.Replica;

// What a ledger does when its store is opened.
internal sealed partial class ReplicaLedger
{
    // Set by the step of the schema with which threads got the rights of what they hang on.
    private const string ThreadsAnew = "threads-anew";

    /// <summary>
    /// Reads the membership logs, and settles what waits for something that is here: a program that ended between two commits left it. Once.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var entered = await EnterAsync(cancellationToken).ConfigureAwait(false);
        await Logs.LoadAsync(cancellationToken).ConfigureAwait(false);
        await WriteMembersAsync(cancellationToken).ConfigureAwait(false);
        List<WaitKey> due = [];
        List<NodeId>? anew = null;
        var questions = new StoreQuestions();
        questions.Ask(
            new(
                """
                SELECT waits_for, max(operation), EXISTS (SELECT 1 FROM node WHERE node.id = waits_for) FROM held
                WHERE waits_for IS NOT NULL GROUP BY waits_for
                """),
            answer => due.AddRange(answer.Rows.Where(row => (long)row[1]! == 1 || (long)row[2]! == 1 || IsScope(new((string)row[0]!)))
                .Select(row => WaitKey.Domain(new((string)row[0]!)))));
        questions.Ask(new($"SELECT {HeldRow.Columns} FROM held WHERE due = 1"), answer => _rest = [.. answer.Rows.Select(HeldRow.Read)]);
        questions.Ask(
            new(
                $"""
                SELECT {NodeSql.Extract("target")} FROM node AS thread WHERE schema = '{Schemas.Channel}' AND id LIKE 'room-%'
                  AND NOT EXISTS (SELECT 1 FROM node WHERE node.id = json_extract(thread.properties, '$."target"'))
                """),
            answer => answer.Rows.Select(row => NodeId.TryParse(row[0] as string, out var target) ? target : (NodeId?)null).OfType<NodeId>().ToList()
                .ForEach(_engine.AwaitTarget));
        questions.Ask(
            new(
                $"""
                SELECT id FROM meta LEFT JOIN node ON schema = '{Schemas.Channel}' AND id LIKE 'room-%' WHERE key = '{ThreadsAnew}'
                """),
            answer => anew = answer.Rows.Count == 0 ? null : [.. answer.Rows.Select(row => row[0]).OfType<string>().Select(id => new NodeId(id))]);
        await questions.RunAsync(_parts.Store, cancellationToken).ConfigureAwait(false);
        await SettleAsync(due, anew, cancellationToken).ConfigureAwait(false);
        using var turn = await DraftAsync(cancellationToken).ConfigureAwait(false);
        var domains = Logs.All.Select(log => log.Domain).ToList();
        await FollowAsync(await _follows.OfAllAsync(turn, domains, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

        // So that the order in which they are read is known before the first of them is.
        foreach (var room in _parts.Rooms.Followed().Where(room => !RoomBook.IsProfile(room)))
        {
            await turn.RulingOfAsync(new(room), cancellationToken).ConfigureAwait(false);
        }

        turn.Committed();
    }

    private bool IsScope(NodeId id) => Logs.Has(id) || _engine.Generals.SpaceOf(id) is not null;

    private async Task SettleAsync(List<WaitKey> due, List<NodeId>? anew, CancellationToken cancellationToken)
    {
        if (due.Count == 0 && anew is null)
        {
            return;
        }

        using var turn = await BeginAsync(() => _engine.Continue(due, [], anew ?? [], NowMs), cancellationToken).ConfigureAwait(false);
        await turn.RunAsync(null, cancellationToken).ConfigureAwait(false);
        var options = new CommitOptions(Alongside: anew is null ? [] : [new("DELETE FROM meta WHERE key = ?1", ThreadsAnew)]);
        await CommitAsync(turn, options, [], isOwn: false, cancellationToken).ConfigureAwait(false);
    }

    // A store that an earlier version wrote has the logs alone. What waits there was charged to nobody.
    private async Task WriteMembersAsync(CancellationToken cancellationToken)
    {
        var answer = await _parts.Store.ReadAsync(
            [new("SELECT id, version FROM domain"), new("SELECT EXISTS (SELECT 1 FROM held WHERE pool IS NULL)")], cancellationToken).ConfigureAwait(false);
        var versions = answer[0].Rows.ToDictionary(row => new NodeId((string)row[0]!), row => (long)row[1]!);
        List<MembershipLog> changed = [.. Logs.All.Where(log => versions.GetValueOrDefault(log.Domain) != log.Count)];
        if (changed.Count == 0 && (long)answer[1].Rows[0][0]! == 0)
        {
            return;
        }

        List<SqlStatement> statements =
        [
            .. LedgerStatements.Scopes([.. changed.Select(log => new Transition.DomainSet(log.Domain, log.Space?.Domain, log.Count))]),
            .. LedgerStatements.Members([.. changed.SelectMany(log => log.Graph.EverSeated.Select(
                person => new Transition.MemberSet(log.Domain, person, log.Now.AccessOf(person), log.EndOf(person)?.Hash)))]),
            new(
                """
                UPDATE held SET payer = coalesce(payer, author), pool = CASE WHEN EXISTS (
                  SELECT 1 FROM member WHERE person = author AND (domain = waits_for OR room IN ('xnet-channel-' || domain, 'xnet-workspace-' || domain)))
                  THEN 0 ELSE 1 END WHERE pool IS NULL
                """),
        ];
        await _parts.Store.WriteAsync(statements, cancellationToken).ConfigureAwait(false);
    }
}
