using System.Security.Cryptography;
using System.Text;
using Parley.Json;

namespace Parley.Scenarios.Corpus;

/// <summary>What a store holds, as lines of text that say the same of any engine: a list for each table.</summary>
internal sealed class CorpusTables
{
    private const int DigestBytes = 8;

    private readonly SortedDictionary<string, List<string>> _tables = new(StringComparer.Ordinal);

    /// <summary>A table's lines, sorted unless it was <see cref="Log">kept in order</see>.</summary>
    public IReadOnlyList<string> this[string table] => _tables[table];

    /// <summary>The names of the tables.</summary>
    public IEnumerable<string> Names => _tables.Keys;

    /// <summary>Adds a table whose order means nothing.</summary>
    public void Add(string table, IEnumerable<string> lines) => _tables[table] = [.. lines.Order(StringComparer.Ordinal)];

    /// <summary>Adds a table whose order counts.</summary>
    public void Log(string table, IEnumerable<string> lines) => _tables[table] = [.. lines];

    /// <summary>A short hash of each table.</summary>
    public JsonValue Digests() => JsonValue.Object([.. _tables.Select(t => (t.Key, (JsonValue?)JsonValue.Of(Digest(t.Value))))]);

    private static string Digest(List<string> lines) =>
        lines.Count == 0 ? "-" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))).AsSpan(0, DigestBytes));
}
