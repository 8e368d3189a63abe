using System.Text;
using Parley.Json;

namespace Parley.Scenarios.Hub.Transcripts;

/// <summary>One recorded line: what a client sent, what the hub answered, or what happened to a connection.</summary>
/// <param name="Connection">Whose.</param>
/// <param name="Kind"><c>c2h</c>, <c>h2c</c>, <c>connect</c>, <c>open</c> or <c>close</c>.</param>
/// <param name="AtMs">When, ms since the recording began.</param>
/// <param name="Line">The line itself.</param>
internal sealed record TranscriptLine(string Connection, string Kind, double AtMs, JsonValue Line)
{
    /// <summary>The bytes that the client sent, put together again where the recording keeps only their head and tail.</summary>
    public byte[] Sent()
    {
        if (Line["raw"]?.Text is { } raw)
        {
            return Encoding.UTF8.GetBytes(raw);
        }

        if (Line["frame"] is { } frame)
        {
            return Encoding.UTF8.GetBytes(Text(frame));
        }

        var head = Line["head"]!.Text!;
        var bytes = (int)Line["bytes"]!.Integer!.Value;
        if (IsBinary)
        {
            var start = Convert.FromBase64String(head);
            return start.Length >= bytes ? start[..bytes] : [.. start, .. new byte[bytes - start.Length]];
        }

        // Only frames that repeat one character were cut: of 'y', or of brackets around nothing.
        var tail = Line["tail"]!.Text!;
        var middle = bytes - head.Length - tail.Length;
        return Encoding.UTF8.GetBytes(tail[0] == ']'
            ? head + new string('[', 50_000 - head.Count(static c => c == '[')) + new string(']', 50_000 - tail.Count(static c => c == ']')) + tail
            : head + new string('y', middle) + tail);
    }

    /// <summary>True for a binary frame.</summary>
    public bool IsBinary => Line["binary"]?.Boolean == true;

    /// <summary>True where the recording keeps only head and tail of the frame.</summary>
    public bool IsCut => Line["truncated"]?.Boolean == true;

    /// <summary>JSON as a client would write it: members in their order, which the canonical form would sort.</summary>
    private static string Text(JsonValue value) => value.Kind switch
    {
        JsonKind.Object => "{" + string.Join(',', value.Members.Select(static m => $"{JsonValue.Of(m.Key)}:{Text(m.Value)}")) + "}",
        JsonKind.Array => "[" + string.Join(',', value.Items.Select(Text)) + "]",
        _ => value.ToString(),
    };
}

/// <summary>The lines between two notes: one step of a recording.</summary>
internal sealed record TranscriptStep(string Note, IReadOnlyList<TranscriptLine> Lines)
{
    /// <summary>What the reference's hub said and did, per connection, in short.</summary>
    public IReadOnlyList<string> ReferenceOutcomes(string noteAfter) =>
        [.. Lines
            .Where(static l => l.Kind == "h2c" || (l.Kind == "close" && l.Line["code"]!.Integer is not (1000 or 1005)))
            .Select(l => l.Kind == "close" ? Outcome.Close(l.Connection, (int)l.Line["code"]!.Integer!)
                : l.IsCut ? Outcome.OfCut(l, noteAfter)
                : Outcome.Of(l.Connection, l.Line["frame"]!))
            .OfType<string>()];
}

/// <summary>A recording of a reference hub.</summary>
internal static class Transcript
{
    /// <summary>The folder of the recordings, or null where there is none.</summary>
    public static string? Folder
    {
        get
        {
            if (Environment.GetEnvironmentVariable("PARLEY_TRANSCRIPTS") is { Length: > 0 } named)
            {
                return named;
            }

            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Parley.slnx")))
                {
                    var beside = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "transcripts"));
                    return Directory.Exists(beside) ? beside : null;
                }
            }

            return null;
        }
    }

    /// <summary>Reads a recording by its number, cut into steps at its notes.</summary>
    public static IReadOnlyList<TranscriptStep> Read(string folder, int number)
    {
        var steps = new List<TranscriptStep>();
        var note = "(before the first note)";
        var lines = new List<TranscriptLine>();
        foreach (var text in File.ReadLines(Directory.EnumerateFiles(folder, $"{number}-*.jsonl").Single()))
        {
            // The recordings hold names such as __proto__ on purpose, which our reader refuses: hide them from it.
            var line = JsonReader.Read(text.Replace("\"__proto__\"", "\"__hidden__\"", StringComparison.Ordinal));
            if (line["dir"]!.Text == "note")
            {
                steps.Add(new(note, lines));
                (note, lines) = (line["text"]!.Text!.Replace("__hidden__", "__proto__", StringComparison.Ordinal), []);
            }
            else
            {
                lines.Add(new(line["conn"]!.Text!, line["event"]?.Text ?? line["dir"]!.Text!, line["t"]!.Number!.Value, line));
            }
        }

        steps.Add(new(note, lines));
        return steps;
    }
}
