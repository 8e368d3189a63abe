using System.Buffers.Text;
using Parley.Access;
using Parley.Chat;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Store;

namespace Parley.Replica;

// From drafts to signed changes: limits, ids, one Lamport tick a batch (docs/protocol.md, change record).
internal sealed partial class NodeWriter
{
    // Of each draft the membership log that governs its room; null if none does.
    private List<ChangeDraft> Draft(IReadOnlyList<NodeDraft> drafts, Known known, List<MembershipLog?> logs)
    {
        var wall = ledger.NowMs;
        var lamport = logs.OfType<MembershipLog>().Select(log => log.NextLamport).Append(ledger.Clock.Now + 1).Max();
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
            if (logs[changes.Count] is { } log)
            {
                properties = properties.With(Change.SeenProperty, SeenOperations.ToJson(SeenOperations.For(log, signer.Person)));
            }

            var mark = batch is null ? (BatchMark?)null : new(batch, changes.Count, drafts.Count);
            var change = Canonical(new(
                changeId, new(node, draft.SchemaId, properties, draft.Deleted), isCreate ? null : parent.ToString(), signer.Person, wall, lamport, mark));
            last[node] = change.Hash;
            changes.Add(change);
        }

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

    private string Token(int bytes)
    {
        Span<byte> entropy = stackalloc byte[bytes];
        random(entropy);
        return Base64Url.EncodeToString(entropy);
    }

    private static ParleyException Invalid(string why) => new(ParleyErrorCode.Invalid, why);
}
