using System.Text;
using Parley.Json;

namespace Parley.Cli.Demo;

/// <summary>A channel of the demo.</summary>
internal sealed record DemoChannel(string Name, string? Topic, string Language);

/// <summary>What people say in one language.</summary>
internal sealed record DemoLanguage(IReadOnlyList<string> Openers, IReadOnlyList<string> Replies);

/// <summary>The words of the demo, from <c>phrases.json</c>.</summary>
internal sealed class Phrases
{
    private Phrases(JsonValue root)
    {
        People = Texts(root["people"]);
        Emoji = Texts(root["emoji"]);
        Pages = [.. root["pages"]!.Items.Select(p => (p.Items[0].Text!, p.Items[1].Text!))];
        Channels = [.. root["channels"]!.Items.Select(c => new DemoChannel(c["name"]!.Text!, c["topic"]?.Text, c["language"]!.Text!))];
        Languages = root["languages"]!.Members.ToDictionary(
            m => m.Key, m => new DemoLanguage(Texts(m.Value["openers"]), Texts(m.Value["replies"])), StringComparer.Ordinal);
    }

    public IReadOnlyList<string> People { get; }
    public IReadOnlyList<string> Emoji { get; }
    public IReadOnlyList<(string Title, string Body)> Pages { get; }
    public IReadOnlyList<DemoChannel> Channels { get; }
    public IReadOnlyDictionary<string, DemoLanguage> Languages { get; }

    public static Phrases Load()
    {
        using var stream = typeof(Phrases).Assembly.GetManifestResourceStream("demo-phrases.json")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new Phrases(JsonReader.Read(reader.ReadToEnd()));
    }

    private static string[] Texts(JsonValue? list) => [.. list!.Items.Select(i => i.Text!)];
}
