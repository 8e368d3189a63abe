namespace Parley.Scenarios.Corpus;

/// <summary>Where today's engines are meant to leave something else than those of the recording: stream, table and hash, below the reason.</summary>
internal sealed class CorpusDifferences
{
    private readonly Dictionary<(string Stream, string Table), string> _meant = [];

    private CorpusDifferences()
    {
    }

    /// <summary>What was listed and never asked for.</summary>
    public IReadOnlyList<string> Unused => [.. _meant.Select(static m => $"{m.Key.Stream} {m.Key.Table}")];

    /// <summary>Reads the list; a line that begins with # is a comment, and above each group one says why.</summary>
    public static CorpusDifferences Read(string path)
    {
        var differences = new CorpusDifferences();
        var hasReason = false;
        foreach (var line in File.ReadLines(path))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                hasReason = line.Length > 0;
                continue;
            }

            Assert.True(hasReason, $"Nothing says why: {line}");
            var parts = line.Split(' ');
            differences._meant.Add((parts[0], parts[1]), parts[2]);
        }

        return differences;
    }

    /// <summary>The hash that is meant, or null where the recorded one is.</summary>
    public string? Take(string stream, string table) => _meant.Remove((stream, table), out var digest) ? digest : null;
}
