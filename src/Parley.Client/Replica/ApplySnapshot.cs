using Parley.Chat;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Storage;
using Parley.Store;

namespace Parley.Replica;

/// <summary>A change that waits on disk.</summary>
/// <param name="Change">The change.</param>
/// <param name="Room">The room in which it came.</param>
/// <param name="Why">What it waits for.</param>
/// <param name="WaitsFor">With <see cref="HoldReason.UnknownMember"/>: the domain or channel whose arrival settles it.</param>
/// <param name="IsOperation">It carries a membership operation.</param>
/// <param name="Number">The hub's number of it in that room; null where it came without one.</param>
internal readonly record struct HeldChange(
    Change Change, RoomId Room, HoldReason Why, NodeId? WaitsFor = null, bool IsOperation = false, long? Number = null);

/// <summary>What the store knows about the nodes of a batch, read at once before the batch is judged.</summary>
internal sealed class ApplySnapshot
{
    /// <summary>The newest message of each channel of a JSON array: the channel, its id and its position.</summary>
    public const string NewestOfChannel =
        $"""
        SELECT wanted.value, node.id, {QuerySql.Position} FROM json_each(?1) AS wanted JOIN node ON n = (
          SELECT n FROM node WHERE schema = '{Schemas.ChatMessage}' AND hidden = 0 AND json_extract(properties, '$."channel"') = wanted.value
          ORDER BY t DESC, created_by DESC, root_index DESC, root_hash DESC LIMIT 1)
        """;

    /// <summary>Changes of the batch that are in the log.</summary>
    public HashSet<ChangeHash> Logged { get; } = [];

    /// <summary>Changes of the batch's nodes that wait.</summary>
    public Dictionary<ChangeHash, HeldChange> Held { get; } = [];

    /// <summary>The batch's nodes as they stand.</summary>
    public Dictionary<NodeId, NodeRow> Rows { get; } = [];

    /// <summary>Nodes of which the batch's nodes are awaited.</summary>
    public Dictionary<NodeId, NodeRow> Awaiting { get; } = [];

    /// <summary>Where the nodes named by <c>parley:after</c> stand.</summary>
    public Dictionary<string, (long T, long Lamport)> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>Where the newest message of each channel of the batch stands.</summary>
    public Dictionary<string, TimelinePosition> Newest { get; } = new(StringComparer.Ordinal);

    /// <summary>All logged changes of nodes that must be folded again.</summary>
    public Dictionary<NodeId, List<Change>> Logs { get; } = [];

    /// <param name="driver">The store.</param>
    /// <param name="changes">The batch.</param>
    /// <param name="again">Further nodes, to be judged anew as a whole.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<ApplySnapshot> ReadAsync(
        ISqlDriver driver, IReadOnlyCollection<Change> changes, IReadOnlyCollection<string> again, CancellationToken cancellationToken)
    {
        var nodes = Json(changes.Select(c => c.Node.Value).Concat(again));
        var answer = await driver.ReadAsync(
            [
                Hashes(changes.Select(c => c.Hash)),
                new("SELECT room, reason, wire, waits_for, seq FROM held WHERE operation = 0 AND node IN (SELECT value FROM json_each(?1))", nodes),
                new($"SELECT {NodeRow.Columns} FROM node WHERE id IN (SELECT value FROM json_each(?1))", nodes),
                new($"SELECT {NodeRow.Columns} FROM node WHERE awaits IN (SELECT value FROM json_each(?1))", nodes),
                PlacesOf(changes),
                new(NewestOfChannel, Json(changes.Where(c => Schemas.Is(c.SchemaId, Schemas.ChatMessage)).Select(c => c.Properties["channel"]?.Text))),
            ],
            cancellationToken).ConfigureAwait(false);

        var snapshot = new ApplySnapshot();
        snapshot.Logged.UnionWith(answer[0].Rows.Select(row => new ChangeHash((byte[])row[0]!)));
        foreach (var row in answer[1].Rows)
        {
            var change = ChangeWire.FromTrustedBytes((byte[])row[2]!);
            snapshot.Held[change.Hash] = new(change, new((string)row[0]!), (HoldReason)(long)row[1]!, row[3] is string waits ? new NodeId(waits) : null, Number: (long?)row[4]);
        }

        Fill(snapshot.Rows, answer[2]);
        Fill(snapshot.Awaiting, answer[3]);
        snapshot.AddPlaces(answer[4]);
        foreach (var row in answer[5].Rows)
        {
            snapshot.Newest[(string)row[0]!] = new((long)row[2]!, PersonId.Parse((string)row[3]!), (int)(long)row[4]!, new((byte[])row[5]!));
        }

        await snapshot.CompleteAsync(driver, changes, again, cancellationToken).ConfigureAwait(false);
        return snapshot;
    }

    /// <summary>Which of the hashes are in the log.</summary>
    public static SqlStatement Hashes(IEnumerable<ChangeHash> hashes) => new(
        "SELECT hash FROM change_log WHERE hash IN (SELECT unhex(value) FROM json_each(?1))",
        Json(hashes.Select(h => Convert.ToHexStringLower(h.ToBytes()))));

    /// <summary>Texts as a JSON array, without the nulls and repetitions.</summary>
    public static string Json(IEnumerable<string?> texts) => CanonicalJson.ToText(
        JsonValue.Array([.. texts.OfType<string>().Distinct(StringComparer.Ordinal).Select(JsonValue.Of)]));

    // A second look, for the few batches in which a node gets another root or a waiting change is set free.
    private async Task CompleteAsync(
        ISqlDriver driver, IReadOnlyCollection<Change> changes, IReadOnlyCollection<string> again, CancellationToken cancellationToken)
    {
        var refolded = changes.Where(c => Rows.TryGetValue(c.Node, out var row) && !Logged.Contains(c.Hash)
            && (row.Hidden || row.Refused is not null || Merge.NeedsRefold(row.State, c)));
        var nodes = refolded.Select(c => c.Node.Value).Concat(again).Distinct(StringComparer.Ordinal).ToList();
        if (nodes.Count == 0 && Held.Count == 0)
        {
            return;
        }

        var answer = await driver.ReadAsync(
            [new("SELECT wire FROM change_log WHERE node IN (SELECT value FROM json_each(?1))", Json(nodes)), PlacesOf(Held.Values.Select(h => h.Change))],
            cancellationToken).ConfigureAwait(false);
        foreach (var row in answer[0].Rows)
        {
            var change = ChangeWire.FromTrustedBytes((byte[])row[0]!);
            if (!Logs.TryGetValue(change.Node, out var log))
            {
                Logs[change.Node] = log = [];
            }

            log.Add(change);
        }

        AddPlaces(answer[1]);
        if (Logs.Count > 0)
        {
            var places = await driver.ReadAsync([PlacesOf(Logs.Values.SelectMany(l => l))], cancellationToken).ConfigureAwait(false);
            AddPlaces(places[0]);
        }
    }

    private static SqlStatement PlacesOf(IEnumerable<Change> changes) => new(
        "SELECT id, t, root_lamport FROM node WHERE id IN (SELECT value FROM json_each(?1))",
        Json(changes.Select(c => c.Properties[TimelinePosition.AfterProperty]?.Text)));

    private static void Fill(Dictionary<NodeId, NodeRow> rows, SqlResult answer)
    {
        foreach (var values in answer.Rows)
        {
            var row = NodeRow.Read(values);
            rows[row.State.Id] = row;
        }
    }

    private void AddPlaces(SqlResult answer)
    {
        foreach (var row in answer.Rows)
        {
            Places[(string)row[0]!] = ((long)row[1]!, (long)row[2]!);
        }
    }
}
