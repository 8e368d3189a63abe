namespace Parley.Scenarios.Corpus;

/// <summary>Where the corpus lies in the source tree.</summary>
internal static class CorpusPaths
{
    private static readonly Lazy<string> Folder = new(static () =>
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Parley.slnx")))
            {
                return Path.Combine(folder.FullName, "tests", "corpus");
            }
        }

        throw new InvalidOperationException("The tests do not stand below the repository's folder.");
    });

    /// <summary>The streams.</summary>
    public static string Streams => Path.Combine(Folder.Value, "streams.br");

    /// <summary>The intended differences.</summary>
    public static string Differences => Path.Combine(Folder.Value, "differences.txt");
}
