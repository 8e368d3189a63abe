using Parley.Access;
using Parley.Commands;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;
using Parley.Storage;
using Parley.Store;

namespace Parley.Replica;

/// <summary>
/// Own writes, each in one transaction: drafted, signed, and judged by the rules that everybody judges them by, so that nothing leaves here
/// that others would refuse. A command that was carried out already is only answered again.
/// </summary>
internal sealed partial class NodeWriter(ISqlDriver driver, ReplicaLedger ledger, ISigner signer, RandomBytes random)
{
    /// <summary>The most drafts of one write: what one frame carries.</summary>
    public const int DraftsMax = 1_000;

    /// <summary>How long the answer to a tab's command is kept for its resending, ms.</summary>
    private const long CommandsKeptMs = 86_400_000;

    /// <summary>Writes the drafts as one batch. Throws <see cref="ParleyException"/>: Invalid, Forbidden, Storage.</summary>
    public async Task<IReadOnlyList<NodeId>> WriteAsync(IReadOnlyList<NodeDraft> drafts, string? command, CancellationToken cancellationToken)
    {
        if (drafts.Count == 0)
        {
            return [];
        }

        if (drafts.Count > DraftsMax)
        {
            throw Invalid($"A batch holds at most {DraftsMax} drafts.");
        }

        using var entered = await ledger.EnterAsync(cancellationToken).ConfigureAwait(false);
        var known = await ReadAsync(drafts, command, cancellationToken).ConfigureAwait(false);
        if (known.Answer is { } answered)
        {
            return answered;
        }

        using var turn = await ledger.DraftAsync(cancellationToken).ConfigureAwait(false);
        List<NodeId> written = [.. (await AppendAsync(turn, drafts, known, cancellationToken).ConfigureAwait(false)).Select(change => change.Node)];
        await ledger.CommitOwnAsync(turn, new(Alongside: Remember(command, written)), cancellationToken).ConfigureAwait(false);
        return written;
    }

    /// <summary>
    /// Carries out a command about memberships in one transaction. Throws <see cref="ParleyException"/>: Invalid, Forbidden, NotFound, Storage.
    /// </summary>
    /// <returns>The one answer: an id, or a hash as text.</returns>
    public async Task<IReadOnlyList<NodeId>> ActAsync(MembershipCommand act, string? command, CancellationToken cancellationToken)
    {
        using var entered = await ledger.EnterAsync(cancellationToken).ConfigureAwait(false);
        if ((await ReadAsync([], command, cancellationToken).ConfigureAwait(false)).Answer is { } answered)
        {
            return answered;
        }

        using var turn = await ledger.DraftAsync(cancellationToken).ConfigureAwait(false);
        var membership = new LedgerMembershipTurn(ledger, turn, SignAsync, random);
        List<NodeId> answer = [new(await act.RunAsync(membership, cancellationToken).ConfigureAwait(false))];
        var known = await ReadAsync(membership.Drafts, null, cancellationToken).ConfigureAwait(false);
        await AppendAsync(turn, membership.Drafts, known, cancellationToken).ConfigureAwait(false);
        await ledger.CommitOwnAsync(turn, new(Alongside: Remember(command, answer)), cancellationToken).ConfigureAwait(false);
        return answer;
    }

    /// <summary>A verdict on an own change that is no acceptance, as an exception.</summary>
    public static ParleyException Forbidden(Verdict? verdict, string otherwise) =>
        verdict is Verdict.Refused { Reason: { } reason } ? new(ParleyErrorCode.Forbidden, reason) : new(ParleyErrorCode.Forbidden, otherwise);

    // Signs the drafts and has the ledger judge them. Throws ParleyException: Forbidden.
    private async Task<List<Change>> AppendAsync(LedgerTurn turn, IReadOnlyList<NodeDraft> drafts, Known known, CancellationToken cancellationToken)
    {
        if (drafts.Count == 0)
        {
            return [];
        }

        turn.Reads.Learn(drafts.Select(draft => draft.Node).OfType<NodeId>(), known.Rows);
        turn.Reads.Timeline.LearnNewest(known.Timeline);
        List<MembershipLog?> logs = [];
        foreach (var draft in drafts)
        {
            var room = RoomOf(draft, draft.Node is { } id ? known.Rows.GetValueOrDefault(id) : null);
            logs.Add(room is { } home ? (await turn.RulingOfAsync(home, cancellationToken).ConfigureAwait(false)).Log : null);
        }

        var changes = await SignAsync(Draft(drafts, known, logs), cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < changes.Count; i++)
        {
            turn.Reads.Made(changes[i], isMinted: drafts[i].Node is null);
        }

        turn.Transaction.Append([.. changes.Select(change => Offered.Of(new(change, null, null, Way.Own)))]);
        await turn.RunAsync(questions => turn.Reads.Timeline.Ask(changes, questions), cancellationToken).ConfigureAwait(false);
        var refused = turn.Transaction.Verdicts.Skip(turn.Transaction.Verdicts.Count - changes.Count).FirstOrDefault(verdict => verdict is not Verdict.Accepted);
        return refused is null ? changes : throw Forbidden(refused, "Who may write here is not known yet.");
    }

    // In the transaction of the write itself, so that a resent command is done once whatever happens between.
    private IReadOnlyList<SqlStatement>? Remember(string? command, List<NodeId> ids) => command is null ? null :
    [
        new("INSERT INTO command (id, answer, at) VALUES (?1, ?2, ?3)", command, CanonicalJson.ToText(JsonValue.Array([.. ids.Select(id => JsonValue.Of(id.Value))])), ledger.NowMs),
        new("DELETE FROM command WHERE at < ?1", ledger.NowMs - CommandsKeptMs),
    ];

    // Where a node lives, its whole create says.
    private RoomId? RoomOf(NodeDraft draft, NodeRow? row) => row is not null
        ? row.Room
        : HomeRoom.Of(new ChangeFields("draft", new(draft.Node ?? new("draft"), draft.SchemaId, draft.Properties, draft.Deleted), null, signer.Person, 0, 0));

    private async Task<Known> ReadAsync(IReadOnlyList<NodeDraft> drafts, string? command, CancellationToken cancellationToken)
    {
        var messages = drafts.Where(d => Schemas.Is(d.SchemaId, Schemas.ChatMessage));
        var answer = await driver.ReadAsync(
            [
                new($"SELECT {NodeRow.Columns} FROM node WHERE id IN (SELECT value FROM json_each(?1))", SqlJson.Of(drafts.Select(d => d.Node?.Value))),
                new(TimelineFacts.NewestOfChannel, SqlJson.Of(messages.Select(d => d.Properties["channel"]?.Text))),
                new("SELECT answer FROM command WHERE id = ?1", command),
            ],
            cancellationToken).ConfigureAwait(false);
        return new(
            answer[0].Rows.Select(NodeRow.Read).ToDictionary(row => row.State.Id),
            answer[1],
            answer[1].Rows.ToDictionary(row => (string)row[0]!, row => (string)row[1]!, StringComparer.Ordinal),
            answer[2].Rows is [[string ids]] ? [.. JsonReader.Read(ids).Items.Select(id => new NodeId(id.Text!))] : null);
    }

    private readonly record struct Known(
        Dictionary<NodeId, NodeRow> Rows, SqlResult Timeline, Dictionary<string, string> Newest, IReadOnlyList<NodeId>? Answer);
}
