using Parley.Ids;
using Parley.Nodes;
using Parley.Replica;
using Parley.Storage;
using Parley.Views;

namespace Parley.Store;

/// <summary>A change that no hub has acknowledged.</summary>
/// <param name="Seq">Its number in the log.</param>
/// <param name="Hash">Its name.</param>
/// <param name="Room">Its home room.</param>
/// <param name="SchemaId">Its node's schema.</param>
/// <param name="Lamport">Its Lamport time.</param>
/// <param name="Wire">Its wire form.</param>
internal sealed record OutboxEntry(long Seq, ChangeHash Hash, RoomId Room, string SchemaId, long Lamport, byte[] Wire);

/// <summary>What waits for a hub's acknowledgement. Rows leave when a hub has the change, whatever way that became known.</summary>
internal sealed class Outbox(ISqlDriver driver)
{
    private readonly Lock _gate = new();
    private long _rows;
    private long _last;

    /// <summary>Asks for the counts that <see cref="Learn"/> takes; the last statement of every commit.</summary>
    public static SqlStatement Count { get; } =
        new("SELECT count(*), coalesce(sum(own = 1 AND error IS NULL), 0), coalesce(max(seq), 0) FROM outbox WHERE error IS NULL");

    /// <summary>Own changes that wait for an acknowledgement.</summary>
    public int Unsent { get; private set; }

    /// <summary>Called when <see cref="Unsent"/> changed.</summary>
    public Action? Changed { get; set; }

    /// <summary>True where anything waits, offered again included.</summary>
    public bool HoldsAny => Volatile.Read(ref _rows) > 0;

    /// <summary>Called when something new waits.</summary>
    public Action? Filled { get; set; }

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync([Count], cancellationToken).ConfigureAwait(false);
        Learn(answer[0]);
    }

    /// <summary>Takes the answer to <see cref="Count"/>.</summary>
    public void Learn(SqlResult count)
    {
        bool changed, filled;
        lock (_gate)
        {
            var row = count.Rows[0];
            var (rows, unsent, last) = ((long)row[0]!, (int)(long)row[1]!, (long)row[2]!);
            filled = last > _last || rows > _rows;
            changed = unsent != Unsent;
            (_rows, Unsent, _last) = (rows, unsent, last);
        }

        if (filled)
        {
            Filled?.Invoke();
        }

        if (changed)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>The oldest changes that wait, after a number.</summary>
    public async Task<IReadOnlyList<OutboxEntry>> ReadAsync(long afterSeq, int limit, CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync(
            [new(
                """
                SELECT outbox.seq, hash, coalesce(membership_op.room, node.room), coalesce(node.schema, ?3), lamport, wire FROM outbox
                JOIN change_log ON change_log.seq = outbox.seq
                LEFT JOIN membership_op ON membership_op.seq = outbox.seq LEFT JOIN node ON node.id = outbox.node
                WHERE error IS NULL AND (membership_op.room IS NOT NULL OR node.room IS NOT NULL) AND outbox.seq > ?1 ORDER BY outbox.seq LIMIT ?2
                """,
                afterSeq, (long)limit, Schemas.ChatMessage)],
            cancellationToken).ConfigureAwait(false);
        return
        [
            .. answer[0].Rows.Select(row => new OutboxEntry(
                (long)row[0]!, new((byte[])row[1]!), new((string)row[2]!), (string)row[3]!, (long)row[4]!, (byte[])row[5]!)),
        ];
    }

    /// <summary>Which nodes wait because of these changes: asked before <see cref="Settle"/> or <see cref="Fail"/>, so that their screens learn of it.</summary>
    public static SqlStatement Touched(IEnumerable<ChangeHash> hashes) => new(
        $"SELECT DISTINCT node.id, node.schema, node.room FROM outbox JOIN node ON node.id = outbox.node WHERE own = 1 AND seq IN ({Seqs})", Hex(hashes));

    /// <summary>The answer to <see cref="Touched"/> as what a commit touched; null where it was nothing.</summary>
    public static Advance? AdvanceOf(SqlResult touched) => touched.Rows.Count == 0
        ? null
        : Advance.Of(touched.Rows.Select(row => ((string)row[0]!, (string)row[1]!, (string)row[2]!)));

    /// <summary>A hub has these changes.</summary>
    /// <remarks>An older write to the same node that was refused is superseded by them.</remarks>
    public static SqlStatement Settle(IEnumerable<ChangeHash> hashes) => new(
        $"""
        DELETE FROM outbox WHERE seq IN ({Seqs}) OR (error IS NOT NULL AND EXISTS (
          SELECT 1 FROM outbox AS newer WHERE newer.node = outbox.node AND newer.seq > outbox.seq AND newer.own = 1 AND newer.seq IN ({Seqs})))
        """,
        Hex(hashes));

    /// <summary>A hub refused this change for good.</summary>
    public static SqlStatement Fail(ChangeHash hash, string code) =>
        new("UPDATE outbox SET error = ?2 WHERE seq = (SELECT seq FROM change_log WHERE hash = ?1)", hash.ToBytes(), code);

    /// <summary>Offers everything again, or everything of one author: the hub has lost what it had, or is another one.</summary>
    public static IReadOnlyList<SqlStatement> OfferAll(PersonId? author) =>
    [
        new("UPDATE outbox SET error = NULL"),
        new("INSERT OR IGNORE INTO outbox (seq, node, own) SELECT seq, node, 0 FROM change_log WHERE ?1 IS NULL OR author = ?1", author?.Value),
    ];

    private const string Seqs = "SELECT seq FROM change_log WHERE hash IN (SELECT unhex(value) FROM json_each(?1))";

    private static string Hex(IEnumerable<ChangeHash> hashes) => ApplySnapshot.Json(hashes.Select(h => Convert.ToHexStringLower(h.ToBytes())));
}
