using Parley.Access;
using Parley.Ids;
using Parley.Nodes;
using Parley.Storage;

namespace Parley.Replica;

/// <summary>A judged batch as the statements of its transaction. With own writes what this person wrote goes into the outbox; what it set free does not.</summary>
internal static class CommitStatements
{
    /// <summary>What operations came to. Before the changes that rest on them: a hub takes them in this order.</summary>
    public static IEnumerable<SqlStatement> Of(MembershipEffects effects, PersonId? own)
    {
        foreach (var (change, domain) in effects.Valid)
        {
            var room = RoomNames.OfMessages(domain);
            yield return new(
                "INSERT INTO change_log (hash, node, author, lamport, wall, wire) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                change.Hash.ToBytes(), change.Node.Value, change.Author.Value, change.Lamport, change.WallTime, ChangeWire.ToBytes(change, room));
            yield return new("INSERT INTO membership_op (seq, domain, room) VALUES (last_insert_rowid(), ?1, ?2)", domain.Value, room.Value);
            if (change.Author == own)
            {
                yield return new("INSERT INTO outbox (seq, node, own) VALUES (last_insert_rowid(), ?1, 1)", change.Node.Value);
            }
        }

        foreach (var hash in effects.Released)
        {
            yield return Release(hash);
        }

        foreach (var held in effects.NewlyHeld)
        {
            yield return Hold(held);
        }
    }

    public static List<SqlStatement> Of(ApplyBatch batch, PersonId? own)
    {
        var statements = new List<SqlStatement>((batch.Log.Count * 2) + 8);
        foreach (var (change, room) in batch.Log)
        {
            statements.Add(new(
                "INSERT INTO change_log (hash, node, author, lamport, wall, wire) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                change.Hash.ToBytes(), change.Node.Value, change.Author.Value, change.Lamport, change.WallTime, ChangeWire.ToBytes(change, room)));
            if (change.Author == own)
            {
                statements.Add(new("INSERT INTO outbox (seq, node, own) VALUES (last_insert_rowid(), ?1, 1)", change.Node.Value));
            }
        }

        // In timeline order, so that what becomes visible together is numbered as it is read.
        statements.AddRange(batch.Rows.Values.OrderBy(row => row.Position).Select(row => row.ToUpsert()));
        statements.AddRange(batch.Released.Select(Release));
        statements.AddRange(batch.NewlyHeld.Select(Hold));

        foreach (var (change, domain, verdict) in batch.Governed)
        {
            statements.Add(new(
                """
                INSERT OR REPLACE INTO governed_change (seq, domain, author, node, lamport, blind, verdict)
                SELECT seq, ?2, ?3, ?4, ?5, ?6, ?7 FROM change_log WHERE hash = ?1
                """,
                change.Hash.ToBytes(), domain.Value, change.Author.Value, change.Node.Value, change.Lamport,
                verdict.WaitsFor is not null || SeenOperations.Read(change.Properties) is null ? 1L : 0L, verdict.Refusal?.ToCode()));
        }

        // Whoever reads a conversation as it grows is given what appears in it.
        statements.AddRange(batch.Shown.Select(node => new SqlStatement("UPDATE node SET n = (SELECT max(n) + 1 FROM node) WHERE id = ?1", node.Value)));
        return statements;
    }

    /// <summary>Folds a person's blocks anew.</summary>
    public static IEnumerable<SqlStatement> Blocks(PersonId me) =>
    [
        new("DELETE FROM blocked"),
        new(
            $"""
            INSERT OR IGNORE INTO blocked (person)
            SELECT {QuerySql.Extract("person")} FROM node WHERE schema = ?1 AND created_by = ?2 AND hidden = 0 AND deleted = 0
              AND json_type(properties, '$."lifted"') IS NOT 'true' AND {QuerySql.Extract("person")} IS NOT NULL
            """,
            Schemas.Block, me.Value),
    ];

    private static SqlStatement Release(ChangeHash hash) => new("DELETE FROM held WHERE hash = ?1", hash.ToBytes());

    private static SqlStatement Hold(HeldChange held) => new(
        """
        INSERT OR IGNORE INTO held (hash, node, room, author, reason, lamport, wall, wire, waits_for, operation, seq)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        """,
        held.Change.Hash.ToBytes(), held.Change.Node.Value, held.Room.Value, held.Change.Author.Value, (long)held.Why,
        held.Change.Lamport, held.Change.WallTime, ChangeWire.ToBytes(held.Change, held.Room), held.WaitsFor?.Value, held.IsOperation ? 1L : 0L, held.Number);
}
