using System.Buffers.Text;
using Parley.Access;
using Parley.Chat;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Storage;
using Parley.Store;

namespace Parley.Replica;

/// <summary>Turns drafts into signed changes: limits, rights, ids, one Lamport tick a batch (docs/protocol.md, change record).</summary>
internal sealed partial class NodeWriter(ISqlDriver driver, ApplyPath apply, ISigner signer, RandomBytes random)
{
    /// <summary>The most drafts of one write: what one frame carries.</summary>
    public const int DraftsMax = 1_000;

    /// <summary>How long the answer to a tab's command is kept for its resending, ms.</summary>
    private const long CommandsKeptMs = 86_400_000;

    /// <summary>
    /// Writes the drafts as one batch; a command that was carried out already is only answered again.
    /// Throws <see cref="ParleyException"/>: Invalid, Forbidden, Storage.
    /// </summary>
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

        using (await apply.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            var known = await ReadAsync(drafts, command, cancellationToken).ConfigureAwait(false);
            if (known.Answer is { } answered)
            {
                return answered;
            }

            await apply.Memberships.RefreshAsync(cancellationToken).ConfigureAwait(false);
            var changes = await SignAsync(Draft(drafts, known), cancellationToken).ConfigureAwait(false);
            CheckRights(changes, known);
            List<NodeId> ids = [.. changes.Select(c => c.Node)];
            var options = new CommitOptions(Own: true, Alongside: command is null ? null : () => Remember(command, ids));
            await apply.CommitAsync([.. changes.Select(c => new OfferedChange(c, null))], options, null, cancellationToken).ConfigureAwait(false);
            return ids;
        }
    }

    // In the transaction of the write itself, so that a resent command is done once whatever happens between.
    private IEnumerable<SqlStatement> Remember(string command, List<NodeId> ids) =>
    [
        new("INSERT INTO command (id, answer, at) VALUES (?1, ?2, ?3)", command, CanonicalJson.ToText(JsonValue.Array([.. ids.Select(id => JsonValue.Of(id.Value))])), apply.NowMs),
        new("DELETE FROM command WHERE at < ?1", apply.NowMs - CommandsKeptMs),
    ];

    private List<ChangeDraft> Draft(IReadOnlyList<NodeDraft> drafts, Known known)
    {
        var wall = apply.NowMs;
        var rights = drafts.Select(draft => RightsOf(draft, draft.Node is { } id ? known.Rows.GetValueOrDefault(id) : null)).ToList();
        var lamport = rights.OfType<RoomRights.Governed>().Select(r => r.Log.NextLamport).Append(apply.Clock.Now + 1).Max();
        var batch = drafts.Count > 1 ? "batch-" + Token(16) : null;
        var last = known.Rows.ToDictionary(row => row.Key, row => row.Value.State.LastHash);
        var changes = new List<ChangeDraft>(drafts.Count);
        foreach (var draft in drafts)
        {
            var changeId = Token(16);
            var node = draft.Node ?? NodeProof.IdFor(signer.Person, changeId);
            var isCreate = !last.TryGetValue(node, out var parent);
            Check(draft, isCreate);
            var properties = isCreate ? WithAfter(draft, known) : WithChannel(draft, known.Rows.GetValueOrDefault(node));
            if (rights[changes.Count] is RoomRights.Governed { Log: var log })
            {
                properties = properties.With(Change.SeenProperty, SeenOperations.ToJson(SeenOperations.For(log, signer.Person)));
            }

            var mark = batch is null ? (BatchMark?)null : new(batch, changes.Count, drafts.Count);
            var change = Canonical(new(
                changeId, new(node, draft.SchemaId, properties, draft.Deleted), isCreate ? null : parent.ToString(), signer.Person, wall, lamport, mark));
            last[node] = change.Hash;
            changes.Add(change);
        }

        // Only now: a refused draft must not spend a tick.
        apply.Clock.See(lamport);
        return changes;
    }

    private static void Check(NodeDraft draft, bool isCreate)
    {
        if (draft.Node is { } id && !NodeId.TryParse(id.Value, out _))
        {
            throw Invalid("The node id is empty or too long.");
        }

        var fault = Schemas.Find(draft.SchemaId) is { } schema
            ? isCreate ? schema.FaultOfCreate(draft.Properties) : schema.FaultOfUpdate(draft.Properties)
            : draft.SchemaId.StartsWith("xnet://", StringComparison.Ordinal) ? null : "The schema is not an IRI.";
        if (fault is not null)
        {
            throw Invalid(fault);
        }
    }

    // Signed, so that the timeline is the same everywhere (docs/protocol.md, timeline order).
    private static JsonValue WithAfter(NodeDraft draft, Known known) =>
        Schemas.Is(draft.SchemaId, Schemas.ChatMessage)
        && draft.Properties[TimelinePosition.AfterProperty] is null
        && draft.Properties["channel"]?.Text is { } channel
        && known.Newest.TryGetValue(channel, out var newest)
            ? draft.Properties.With(TimelinePosition.AfterProperty, JsonValue.Of(newest))
            : draft.Properties;

    // A hub of the reference forwards an edit only where it says its channel itself (tactic C.1).
    private static JsonValue WithChannel(NodeDraft draft, NodeRow? row) =>
        (Schemas.Is(draft.SchemaId, Schemas.ChatMessage) || Schemas.Is(draft.SchemaId, Schemas.Reaction))
        && row?.Channel is { } channel
        && draft.Properties["channel"] is null
            ? draft.Properties.With("channel", JsonValue.Of(channel))
            : draft.Properties;

    private async Task<List<Change>> SignAsync(List<ChangeDraft> drafts, CancellationToken cancellationToken)
    {
        var signatures = await signer.SignAsync(drafts.Select(d => d.BytesToSign).ToArray(), cancellationToken).ConfigureAwait(false);
        var changes = new List<Change>(drafts.Count);
        for (var i = 0; i < signatures.Length; i++)
        {
            var change = drafts[i].Complete(signatures[i]);

            // What every other replica would refuse must not be durable here either.
            var fault = JsonReader.TryRead(ChangeWire.ToBytes(change, RoomNames.Author(signer.Person)), out var wire);
            if (ChangeVerification.Plan(fault == JsonFault.None ? wire : JsonValue.Null, out _, out var why) is null)
            {
                throw Invalid("The change breaks a bound of the protocol: " + why);
            }

            changes.Add(change);
        }

        return changes;
    }

    private static ChangeDraft Canonical(ChangeFields fields)
    {
        try
        {
            return new(fields);
        }
        catch (ArgumentException fault)
        {
            throw new ParleyException(ParleyErrorCode.Invalid, fault.Message, fault);
        }
    }

    private async Task<Known> ReadAsync(IReadOnlyList<NodeDraft> drafts, string? command, CancellationToken cancellationToken)
    {
        var messages = drafts.Where(d => Schemas.Is(d.SchemaId, Schemas.ChatMessage));
        var answer = await driver.ReadAsync(
            [
                new($"SELECT {NodeRow.Columns} FROM node WHERE id IN (SELECT value FROM json_each(?1))", ApplySnapshot.Json(drafts.Select(d => d.Node?.Value))),
                new(ApplySnapshot.NewestOfChannel, ApplySnapshot.Json(messages.Select(d => d.Properties["channel"]?.Text))),
                new("SELECT answer FROM command WHERE id = ?1", command),
            ],
            cancellationToken).ConfigureAwait(false);
        return new(
            answer[0].Rows.Select(NodeRow.Read).ToDictionary(row => row.State.Id),
            answer[1].Rows.ToDictionary(row => (string)row[0]!, row => (string)row[1]!, StringComparer.Ordinal),
            answer[2].Rows is [[string ids]] ? [.. JsonReader.Read(ids).Items.Select(id => new NodeId(id.Text!))] : null);
    }

    private string Token(int bytes)
    {
        Span<byte> entropy = stackalloc byte[bytes];
        random(entropy);
        return Base64Url.EncodeToString(entropy);
    }

    private static ParleyException Invalid(string why) => new(ParleyErrorCode.Invalid, why);

    private readonly record struct Known(Dictionary<NodeId, NodeRow> Rows, Dictionary<string, string> Newest, IReadOnlyList<NodeId>? Answer);
}
