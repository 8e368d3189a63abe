using Parley.Replica;
using Parley.Storage;

namespace Parley.Scenarios.Corpus;

/// <summary>What of a replica's store is compared: as it stands on disk, whoever wrote it.</summary>
internal static class ReplicaTables
{
    private static readonly SqlStatement[] Questions =
    [
        new("SELECT hex(hash), node, author FROM change_log"),
        new(
            """
            SELECT id, schema, room, created_by, created_at, hex(root_hash), root_index, proven, deleted, properties, updated_at, t, coalesce(after_node, '-'),
              late, hidden, coalesce(refused, '-') FROM node
            """),
        new("SELECT hex(hash), room, reason, coalesce(waits_for, '-'), operation FROM held"),
        new("SELECT hex(hash) FROM outbox JOIN change_log ON change_log.seq = outbox.seq WHERE own = 1"),
    ];

    private static readonly string[] Names = ["filed", "node", "held", "outbox"];

    /// <summary>Reads the tables.</summary>
    public static async Task<CorpusTables> ReadAsync(ISqlDriver store, LedgerLogs logs)
    {
        var tables = new CorpusTables();
        var answers = await store.ReadAsync(Questions);
        for (var i = 0; i < Names.Length; i++)
        {
            tables.Add(Names[i], answers[i].Rows.Select(row => string.Join(' ', row)));
        }

        tables.Add("member", logs.All.SelectMany(log => log.Now.Access.Select(a => $"{log.Domain} {a.Key} {a.Value}")));
        return tables;
    }
}
