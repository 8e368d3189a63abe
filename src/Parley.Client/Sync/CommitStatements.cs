using Parley.Nodes;
using Parley.Storage;

namespace Parley.Sync;

/// <summary>A judged batch as the statements of its transaction.</summary>
internal static class CommitStatements
{
    public static List<SqlStatement> Of(ApplyBatch batch, bool own)
    {
        var statements = new List<SqlStatement>((batch.Log.Count * 2) + 8);
        foreach (var (change, room) in batch.Log)
        {
            statements.Add(new(
                "INSERT INTO change_log (hash, node, author, lamport, wall, wire) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                change.Hash.ToBytes(), change.Node.Value, change.Author.Value, change.Lamport, change.WallTime, ChangeWire.ToBytes(change, room)));
            if (own)
            {
                statements.Add(new("INSERT INTO outbox (seq, node, own) VALUES (last_insert_rowid(), ?1, 1)", change.Node.Value));
            }
        }

        // In timeline order, so that what becomes visible together is numbered as it is read.
        statements.AddRange(batch.Rows.Values.OrderBy(row => row.Position).Select(row => row.ToUpsert()));
        statements.AddRange(batch.Released.Select(hash => new SqlStatement("DELETE FROM held WHERE hash = ?1", hash.ToBytes())));
        statements.AddRange(batch.NewlyHeld.Select(held => new SqlStatement(
            "INSERT OR IGNORE INTO held (hash, node, room, author, reason, lamport, wall, wire) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            held.Change.Hash.ToBytes(), held.Change.Node.Value, held.Room.Value, held.Change.Author.Value, (long)held.Why,
            held.Change.Lamport, held.Change.WallTime, ChangeWire.ToBytes(held.Change, held.Room))));
        return statements;
    }
}
