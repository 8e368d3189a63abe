using Microsoft.Data.Sqlite;
using Parley.EndToEnd.App;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Ledger;

/// <summary>What lies in the databases of hubs and replicas, read beside the processes that own them.</summary>
internal static class Databases
{
    /// <summary>Where a hub keeps what it has.</summary>
    public static string Of(HubProcess hub) => InFolder(hub.Folder);

    /// <summary>The hub's database in a folder.</summary>
    public static string InFolder(string folder) => Path.Combine(folder, "hub.db");

    /// <summary>
    /// Fails if a person's own replica takes something of theirs as stored that the hub has not filed: what waits there, or is not there at
    /// all, is unsent.
    /// </summary>
    public static async Task NothingIsStoredThatWaitsAsync(HubProcess hub, params Laptop[] laptops)
    {
        foreach (var laptop in laptops)
        {
            var stored = Hashes(laptop.Store, "SELECT hash FROM change_log WHERE author = $1 AND seq NOT IN (SELECT seq FROM outbox)", await laptop.DidAsync());
            stored.ExceptWith(Hashes(Of(hub), "SELECT hash FROM changes"));
            Assert.True(stored.Count == 0, $"{stored.Count} changes of {laptop.Name}'s count as stored and are not filed.");
        }
    }

    /// <summary>Has each of them come again until the hub has filed all that is in their stores, whoever wrote it.</summary>
    public static async Task EverythingIsFiledAsync(HubProcess hub, params Laptop[] laptops)
    {
        foreach (var laptop in laptops)
        {
            await Eventually.SeesAsync(
                async () =>
                {
                    await laptop.ReadAsync();
                    var lacking = Hashes(laptop.Store, "SELECT hash FROM change_log");
                    lacking.ExceptWith(Hashes(Of(hub), "SELECT hash FROM changes"));
                    return lacking.Count;
                },
                static lacking => lacking == 0,
                Conversation.Patience);
        }
    }

    /// <summary>Copies a hub's database while the hub runs, as SQLite's own tool does.</summary>
    public static void Copy(HubProcess hub, string file)
    {
        using var from = Open(Of(hub));
        using var to = new SqliteConnection($"Data Source={file};Pooling=False");
        to.Open();
        from.BackupDatabase(to);
    }

    private static HashSet<string> Hashes(string file, string question, params string[] parameters)
    {
        using var connection = Open(file);
        using var command = connection.CreateCommand();
        command.CommandText = question;
        for (var i = 0; i < parameters.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", parameters[i]);
        }

        var hashes = new HashSet<string>(StringComparer.Ordinal);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            hashes.Add(Convert.ToHexString((byte[])rows[0]));
        }

        return hashes;
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return connection;
    }
}
