namespace Parley.Identity;

/// <summary>The English word list of BIP-39, read once from the assembly.</summary>
internal static class PhraseWords
{
    private const string Resource = "bip39-english.txt";

    /// <summary>2 048 words in alphabetical order.</summary>
    public static string[] All { get; } = Load();

    /// <summary>The word's place on the list, or a negative number.</summary>
    public static int IndexOf(string word) => Array.BinarySearch(All, word, StringComparer.Ordinal);

    private static string[] Load()
    {
        using var stream = typeof(PhraseWords).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
