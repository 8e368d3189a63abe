using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;
using Parley.Storage;

namespace Parley.Store;

/// <summary>A waiting change as it stands in the store.</summary>
internal static class HeldRow
{
    /// <summary>The columns that <see cref="Read"/> wants, in its order.</summary>
    public const string Columns = "held.wire, held.room, held.reason, held.waits_for, held.operation, held.payer, held.pool, held.seq";

    /// <summary>Reads one.</summary>
    public static WaitingRow Read(object?[] row)
    {
        var change = ChangeWire.FromTrustedBytes((byte[])row[0]!);
        var why = (HoldReason)(long)row[2]!;
        var key = why switch
        {
            HoldReason.UnknownNode => WaitKey.Node(change.Node),
            HoldReason.Future => WaitKey.Future,
            HoldReason.UnknownMember => WaitKey.Domain(new((string)row[3]!)),
        };
        return new(change, new((string)row[1]!), key, why, PersonId.Parse((string)row[5]!), (Pool)(long)row[6]!, (long)row[4]! == 1) { Number = (long?)row[7] };
    }

    /// <summary>Keeps one.</summary>
    public static SqlStatement Insert(WaitingRow row) => new(
        """
        INSERT OR REPLACE INTO held (hash, node, room, author, reason, lamport, wall, wire, waits_for, operation, payer, pool, seq)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        """,
        row.Change.Hash.ToBytes(), row.Change.Node.Value, row.Room.Value, row.Change.Author.Value, (long)row.Why, row.Change.Lamport, row.Change.WallTime,
        ChangeWire.ToBytes(row.Change, row.Room), row.For.Kind == WaitKind.Domain ? row.For.Id.Value : null, row.IsOperation ? 1L : 0L, row.Payer.Value,
        (long)row.Pool, row.Number);
}
