using System.Text;

namespace Parley.Scenarios.Corpus;

/// <summary>
/// Everything that the tests gave the engines of replica and hub that there were before the ledger, given to the ledger's hosts: they leave the
/// same in their stores and answer the same, but where <c>differences.txt</c> says why not (tests/README.md, the corpus).
/// </summary>
public sealed class CorpusTests
{
    private const string TablesVariable = "PARLEY_CORPUS_TABLES";

    [Fact, Trait("size", "long")]
    public async Task Today_s_engines_come_to_what_was_recorded()
    {
        var differences = CorpusDifferences.Read(CorpusPaths.Differences);
        var streams = CorpusFile.Read(CorpusPaths.Streams);
        var wrong = new StringBuilder();
        var count = 0;
        var replayed = new CorpusTables[streams.Count];
        await Parallel.ForAsync(0, streams.Count, async (i, _) => replayed[i] = await StreamReplay.RunAsync(streams[i]));
        foreach (var (stream, tables) in streams.Zip(replayed))
        {
            var digests = tables.Digests();
            foreach (var table in tables.Names)
            {
                var (is_, was) = (digests[table]!.Text!, stream.Expected[table]!.Text!);
                var meant = differences.Take(stream.Name, table) ?? was;
                if (is_ != meant)
                {
                    count++;
                    wrong.Append(is_ == was ? $"# not different any more: {stream.Name} {table}\n" : $"# {stream.Test}\n{stream.Name} {table} {is_}\n");
                }
            }
        }

        Assert.True(count == 0 && differences.Unused.Count == 0, $"""
            {count} tables of {streams.Count} streams are not what they were. Where that is meant, it stands in {CorpusPaths.Differences} with the reason:
            {wrong}{string.Join('\n', differences.Unused.Select(static line => "# no such stream or table: " + line))}
            """);
    }

    /// <summary>Writes each stream's tables into the folder that <c>PARLEY_CORPUS_TABLES</c> names, so that those of two builds can be compared line by line.</summary>
    [Fact(Explicit = true)]
    public async Task Tables_as_text()
    {
        var folder = Environment.GetEnvironmentVariable(TablesVariable) ?? throw new InvalidOperationException($"{TablesVariable} names no folder.");
        foreach (var stream in CorpusFile.Read(CorpusPaths.Streams))
        {
            var tables = await StreamReplay.RunAsync(stream);
            var place = Directory.CreateDirectory(Path.Combine(folder, stream.Name)).FullName;
            foreach (var table in tables.Names)
            {
                // A lone surrogate is no text for a file.
                await File.WriteAllLinesAsync(Path.Combine(place, table), tables[table], new UTF8Encoding(false, throwOnInvalidBytes: false));
            }
        }
    }
}
