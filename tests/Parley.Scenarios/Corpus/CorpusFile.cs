using System.IO.Compression;
using System.Text;
using Parley.Json;

namespace Parley.Scenarios.Corpus;

/// <summary>
/// The corpus as one compressed file of lines: how many changes and streams there are; the changes, each once; of each stream its name, its
/// test, what is expected, and its steps.
/// </summary>
internal static class CorpusFile
{
    private const int Quality = 11;
    private const int WindowBits = 24;

    /// <summary>Reads the streams.</summary>
    public static IReadOnlyList<CorpusStream> Read(string path)
    {
        using var reader = new StreamReader(new BrotliStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
        JsonValue Line() => JsonReader.Read(reader.ReadLine() ?? throw new InvalidDataException("The corpus ends early."));
        var counts = Line();
        var wires = new string[(int)counts["changes"]!.Integer!.Value];
        for (var i = 0; i < wires.Length; i++)
        {
            wires[i] = reader.ReadLine()!;
        }

        var streams = new List<CorpusStream>();
        for (var count = counts["streams"]!.Integer!.Value; count > 0; count--)
        {
            var head = Line();
            var steps = new JsonValue[(int)head["steps"]!.Integer!.Value];
            for (var i = 0; i < steps.Length; i++)
            {
                steps[i] = Line();
            }

            streams.Add(new(head["name"]!.Text!, head["test"]!.Text!, steps, wires, head["expected"]!));
        }

        return streams;
    }

    /// <summary>Writes streams whose steps hold their changes.</summary>
    public static void Write(string path, IReadOnlyList<CorpusStream> streams)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var body = new StringBuilder();
        foreach (var stream in streams)
        {
            Add(body, JsonValue.Object(
                ("name", JsonValue.Of(stream.Name)), ("test", JsonValue.Of(stream.Test)), ("expected", stream.Expected), ("steps", JsonValue.Of(stream.Steps.Count))));
            foreach (var step in stream.Steps)
            {
                Add(body, MapWires(step, wire => JsonValue.Of(numbers.TryAdd(wire.Text!, numbers.Count) ? numbers.Count - 1 : numbers[wire.Text!])));
            }
        }

        var head = new StringBuilder();
        Add(head, JsonValue.Object(("changes", JsonValue.Of(numbers.Count)), ("streams", JsonValue.Of(streams.Count))));
        foreach (var wire in numbers.Keys)
        {
            head.Append(wire).Append('\n');
        }

        var text = Encoding.UTF8.GetBytes(head.Append(body).ToString());
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(text.Length)];
        if (!BrotliEncoder.TryCompress(text, compressed, out var length, Quality, WindowBits))
        {
            throw new InvalidOperationException("The corpus could not be compressed.");
        }

        File.WriteAllBytes(path, compressed.AsSpan(0, length));
    }

    /// <summary>A step with each of its changes replaced.</summary>
    public static JsonValue MapWires(JsonValue step, Func<JsonValue, JsonValue> map)
    {
        if (step["own"] is { } own)
        {
            return step.With("own", Map(own, map));
        }

        if (step["frames"] is { } frames)
        {
            return step.With("frames", Map(frames, frame => frame.With("offers", Map(frame["offers"]!, map))));
        }

        return step["offers"] is { } offers
            ? step.With("offers", Map(offers, offer => JsonValue.Array([map(offer.Items[0]), offer.Items[1]])))
            : step;
    }

    private static JsonValue Map(JsonValue list, Func<JsonValue, JsonValue> map) => JsonValue.Array([.. list.Items.Select(map)]);

    private static void Add(StringBuilder text, JsonValue line) => text.Append(CanonicalJson.ToText(line)).Append('\n');
}
