using Parley.Ledger;
using Parley.Storage;

namespace Parley.Store;

/// <summary>The replica's Lamport clock in its store.</summary>
internal static class LamportRow
{
    /// <summary>Reads it.</summary>
    public static async Task<LamportWindow> LoadAsync(ISqlDriver driver, CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync([new("SELECT value FROM meta WHERE key = 'lamport'")], cancellationToken).ConfigureAwait(false);
        return new(answer[0].Rows is [[long now]] ? now : 0);
    }

    /// <summary>The statement that keeps the highest time seen or given.</summary>
    public static SqlStatement Keep(long now) =>
        new("INSERT INTO meta (key, value) VALUES ('lamport', ?1) ON CONFLICT (key) DO UPDATE SET value = max(value, ?1)", now);
}
