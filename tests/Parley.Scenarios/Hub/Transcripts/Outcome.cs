using Parley.Json;

namespace Parley.Scenarios.Hub.Transcripts;

/// <summary>What a hub answered, as one short comparable text: what has to be the same in ours, without what ours adds.</summary>
internal static class Outcome
{
    private const int LargeBytes = 100_000;

    /// <summary>A close by the hub.</summary>
    public static string Close(string connection, int code) => $"{connection}: close {code}";

    /// <summary>A frame; null where it is of no interest.</summary>
    public static string? Of(string connection, JsonValue frame) => frame["type"]?.Text switch
    {
        "handshake" => null,
        "version-mismatch" => $"{connection}: version-mismatch {frame["clientVersion"]} {frame["suggestion"]!.Text}",
        "error" => $"{connection}: error {frame["message"]!.Text}",
        "node-error" => $"{connection}: node-error {frame["code"]!.Text}",
        "node-sync-response" => Page(connection, frame["room"]!.Text!, frame["changes"]!.Items.Count, frame["highWaterMark"]!.Number!.Value, frame["hasMore"]?.Boolean ?? false),
        "publish" => $"{connection}: publish {frame["topic"]!.Text} {Data(frame["data"])}",
        _ => $"{connection}: {frame}",
    };

    /// <summary>A frame too large to look into.</summary>
    public static string OfLarge(string connection, int bytes) => $"{connection}: {bytes} bytes";

    /// <summary>True for frames that are compared by their size.</summary>
    public static bool IsLarge(JsonValue frame, int bytes) => bytes > LargeBytes && frame["type"]?.Text == "publish";

    /// <summary>A frame of which the recording keeps only the ends; a page is told by the note behind it.</summary>
    public static string OfCut(TranscriptLine line, string noteAfter)
    {
        if (!line.Line["head"]!.Text!.StartsWith("{\"type\":\"node-sync-response\"", StringComparison.Ordinal))
        {
            return OfLarge(line.Connection, (int)line.Line["bytes"]!.Integer!);
        }

        var facts = noteAfter[(noteAfter.IndexOf(':', StringComparison.Ordinal) + 1)..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(static f => f.Split('='))
            .ToDictionary(static f => f[0], static f => f[1], StringComparer.Ordinal);
        return Page(line.Connection, "room-page", int.Parse(facts["changes"], null), double.Parse(facts["highWaterMark"], null), facts["hasMore"] == "true");
    }

    private static string Page(string connection, string room, int changes, double mark, bool hasMore) =>
        $"{connection}: page of {room}, {changes} changes, mark {mark}, {(hasMore ? "more" : "no more")}";

    private static string Data(JsonValue? data) => data?["type"]?.Text is "node-change"
        ? $"change {data["change"]?["hash"]?.Text ?? "without hash"} of {data["room"]?.Text ?? "no room"}"
        : data?.ToString() ?? "nothing";
}
