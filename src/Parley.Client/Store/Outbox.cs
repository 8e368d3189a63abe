using Parley.Ids;
using Parley.Nodes;
using Parley.Storage;

namespace Parley.Store;

/// <summary>A change that no hub has filed.</summary>
/// <param name="Seq">Its number in the log.</param>
/// <param name="Hash">Its name.</param>
/// <param name="Room">Its home room.</param>
/// <param name="SchemaId">Its node's schema.</param>
/// <param name="Lamport">Its Lamport time.</param>
/// <param name="Wire">Its wire form.</param>
/// <param name="IsOperation">It carries a membership operation.</param>
internal sealed record OutboxEntry(long Seq, ChangeHash Hash, RoomId Room, string SchemaId, long Lamport, byte[] Wire, bool IsOperation = false);

/// <summary>
/// What the hub lacks. A row leaves when a hub has the change in its log, whatever way that became known, and for nothing else: one that waits
/// at the hub or was refused stays, and is offered again when that may end otherwise.
/// </summary>
internal sealed class Outbox(ISqlDriver driver, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _rows;
    private long _answered;
    private long _last;

    /// <summary>Asks for the counts that <see cref="Learn"/> takes; the last statement of every commit.</summary>
    public static SqlStatement Count { get; } = new(
        "SELECT count(*), coalesce(sum(state > 0), 0), coalesce(sum(own = 1 AND error IS NULL), 0), coalesce(max(seq), 0) FROM outbox");

    /// <summary>The rooms into which nothing is pushed for now.</summary>
    public PushPauses Pauses { get; } = new(time);

    /// <summary>Own changes that no hub has filed, those that were refused left out.</summary>
    public int Unsent { get; private set; }

    /// <summary>Called when <see cref="Unsent"/> changed.</summary>
    public Action? Changed { get; set; }

    /// <summary>True where there is any row, offered again included.</summary>
    public bool HoldsAny => Volatile.Read(ref _rows) > 0;

    /// <summary>True where something waits at the hub or was refused, or a room is paused for that.</summary>
    public bool HoldsAnswered => Volatile.Read(ref _answered) > 0 || Pauses.HasAny;

    /// <summary>Called when something new is to be sent.</summary>
    public Action? Filled { get; set; }

    /// <summary>Called when something is to be sent again.</summary>
    public Action? Resumed { get; set; }

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
            var (rows, answered, unsent, last) = ((long)row[0]!, (long)row[1]!, (int)(long)row[2]!, (long)row[3]!);
            filled = last > _last || rows > _rows;
            changed = unsent != Unsent;
            (_rows, _answered, Unsent, _last) = (rows, answered, unsent, last);
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

    /// <summary>After the commit of <see cref="OfferAgain"/>: these rooms are pushed again, what is refused there included.</summary>
    public void Resume(IReadOnlyCollection<string> rooms)
    {
        if (rooms.Count > 0)
        {
            Pauses.Lift(rooms);
            Resumed?.Invoke();
        }
    }

    /// <summary>
    /// What is to be sent next, oldest first: operations after a number; if there are none, changes of nodes after another, without those of
    /// paused rooms. Both are read at one time, so nothing goes out before an operation that came with it.
    /// </summary>
    public async Task<IReadOnlyList<OutboxEntry>> ReadAsync(long operationsAfter, long othersAfter, int limit, CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync(
            [
                new(
                    """
                    SELECT outbox.seq, hash, room, ?3, lamport, wire, 1 FROM outbox
                    JOIN change_log ON change_log.seq = outbox.seq JOIN membership_op ON membership_op.seq = outbox.seq
                    WHERE state = 0 AND outbox.seq > ?1 ORDER BY outbox.seq LIMIT ?2
                    """,
                    operationsAfter, (long)limit, Schemas.ChatMessage),
                new(
                    """
                    SELECT outbox.seq, hash, room, schema, lamport, wire, 0 FROM outbox
                    JOIN change_log ON change_log.seq = outbox.seq JOIN node ON node.id = outbox.node
                    WHERE state = 0 AND outbox.seq > ?1 AND room NOT IN (SELECT value FROM json_each(?3))
                      AND NOT EXISTS (SELECT 1 FROM membership_op WHERE membership_op.seq = outbox.seq)
                    ORDER BY outbox.seq LIMIT ?2
                    """,
                    othersAfter, (long)limit, SqlJson.Of(Pauses.Paused)),
            ],
            cancellationToken).ConfigureAwait(false);
        return
        [
            .. (answer[0].Rows.Count > 0 ? answer[0] : answer[1]).Rows.Select(row => new OutboxEntry(
                (long)row[0]!, new((byte[])row[1]!), new((string)row[2]!), (string)row[3]!, (long)row[4]!, (byte[])row[5]!, (long)row[6]! == 1)),
        ];
    }

    /// <summary>Which nodes' delivery these changes decide: asked before <see cref="Settle"/>, <see cref="Waits"/> or <see cref="Fail"/>, so that their screens learn of it.</summary>
    public static SqlStatement Touched(IEnumerable<ChangeHash> hashes) => new(
        $"SELECT DISTINCT node.id, node.schema, node.room FROM outbox JOIN node ON node.id = outbox.node WHERE own = 1 AND seq IN ({Seqs})", Hex(hashes));

    /// <summary>A hub has these changes in its log.</summary>
    /// <remarks>An older write to the same node that was refused does not decide any more what is shown of it; it goes on being offered.</remarks>
    public static IReadOnlyList<SqlStatement> Settle(IEnumerable<ChangeHash> hashes)
    {
        var hex = Hex(hashes);
        return
        [
            new(
                $"""
                UPDATE outbox SET own = 0 WHERE error IS NOT NULL AND EXISTS (
                  SELECT 1 FROM outbox AS newer WHERE newer.node = outbox.node AND newer.seq > outbox.seq AND newer.own = 1 AND newer.seq IN ({Seqs}))
                """,
                hex),
            new($"DELETE FROM outbox WHERE seq IN ({Seqs})", hex),
        ];
    }

    /// <summary>A hub keeps these changes, and they wait there.</summary>
    public static SqlStatement Waits(IEnumerable<ChangeHash> hashes) => new($"UPDATE outbox SET state = 1, error = NULL WHERE seq IN ({Seqs})", Hex(hashes));

    /// <summary>A hub refused this change, as things stand.</summary>
    public static SqlStatement Fail(ChangeHash hash, string code) =>
        new("UPDATE outbox SET state = 2, error = ?2 WHERE seq = (SELECT seq FROM change_log WHERE hash = ?1)", hash.ToBytes(), code);

    /// <summary>What waits at the hub is asked for in each session once: it may be in the hub's log meanwhile.</summary>
    public static SqlStatement AskForWaiting { get; } = new("UPDATE outbox SET state = 0 WHERE state = 1");

    /// <summary>Offers again what waits or was refused in these rooms. A reason stays until the hub says otherwise.</summary>
    public static SqlStatement OfferAgain(IEnumerable<string> rooms) => new(
        $"UPDATE outbox SET state = 0 WHERE state > 0 AND seq IN (SELECT outbox.seq FROM outbox {Home} WHERE state > 0 AND {InRooms})", SqlJson.Of(rooms));

    /// <summary>Asks for the rooms in which something waits at the hub or was refused.</summary>
    public static SqlStatement AnsweredRooms { get; } =
        new($"SELECT DISTINCT coalesce(membership_op.room, node.room) AS home FROM outbox {Home} WHERE state > 0 AND home IS NOT NULL");

    /// <summary>Offers everything of these rooms: the hub has lost what it had of them.</summary>
    public static SqlStatement OfferRooms(IEnumerable<string> rooms) => new(
        $"""
        INSERT INTO outbox (seq, node, own) SELECT outbox.seq, outbox.node, 0 FROM change_log AS outbox {Home} WHERE {InRooms}
        ON CONFLICT (seq) DO UPDATE SET state = 0
        """,
        SqlJson.Of(rooms));

    /// <summary>Offers everything, or everything of one author: the hub has lost what it had, or is another one.</summary>
    public static SqlStatement OfferAll(PersonId? author) => new(
        """
        INSERT INTO outbox (seq, node, own) SELECT seq, node, 0 FROM change_log WHERE ?1 IS NULL OR author = ?1 OR seq IN (SELECT seq FROM outbox)
        ON CONFLICT (seq) DO UPDATE SET state = 0
        """,
        author?.Value);

    private const string Seqs = "SELECT seq FROM change_log WHERE hash IN (SELECT unhex(value) FROM json_each(?1))";
    private const string Home = "LEFT JOIN membership_op ON membership_op.seq = outbox.seq LEFT JOIN node ON node.id = outbox.node";
    private const string InRooms = "coalesce(membership_op.room, node.room) IN (SELECT value FROM json_each(?1))";

    private static string Hex(IEnumerable<ChangeHash> hashes) => SqlJson.Of(hashes);
}
