namespace Parley.Scenarios.Hub.Transcripts;

/// <summary>A recorded step in which our hub answers otherwise than the reference's, on purpose.</summary>
/// <param name="Transcript">Its number.</param>
/// <param name="Note">The note above the step.</param>
/// <param name="Ours">What our hub answers instead of all that the reference answered in the step.</param>
/// <param name="Reason">Why.</param>
internal sealed record TranscriptDifference(int Transcript, string Note, string[] Ours, string Reason);

/// <summary>All of them. <c>docs/protocol.md</c> has the same list for readers.</summary>
internal static class TranscriptDifferences
{
    private const string NotJson = "a: error A frame is one JSON object.";

    private const string Answered = "A frame that cannot be understood is answered, where the reference is silent: its sender has a bug that it should see.";
    private const string WholeOrNot = "A known frame with a field missing or of the wrong type is refused and named, not read as something else.";
    private const string OneReading = "Two readers could read it in two ways (W34).";
    private const string NeverRelayed = "What looks like a change and is none is refused, never relayed unverified (W14, W32).";
    private const string Bounds = "Lamport times are integers from 0 to 2^48, so that no change freezes a clock (W8).";
    private const string Bounded = "Depth, length and numbers are bounded before anything is kept.";

    public static IReadOnlyList<TranscriptDifference> All { get; } =
    [
        new(10, "subscribe with a non-string among topics: whole list treated as empty", ["a: error 'topics' must be a list of texts of bounded length."], WholeOrNot),
        new(10, "subscribe without topics", ["a: error 'topics' is missing."], WholeOrNot),
        new(10, "subscribe topics as a string", ["a: error 'topics' must be a list."], WholeOrNot),
        new(10, "publish without data", ["b: error 'data' is missing."], WholeOrNot),
        new(10, "publish with no topic", ["b: error 'topic' is missing."], WholeOrNot),

        new(11, "node-sync-request sinceLamport as a string: ignored", ["b: error 'sinceLamport' must be a number."], WholeOrNot),

        new(12, "signature not base64: no reply at all (unhandled rejection logged by the hub)", ["a: node-error INVALID_SIGNATURE"], Answered),
        new(12, "unknown change type \"future-change\": accepted & relayed", ["a: node-error INVALID_CHANGE"], "Only node-change is applied anywhere; a type that nobody can judge is not stored (W14)."),
        new(12, "lamport negative / huge / fractional: accepted?", ["a: node-error INVALID_CHANGE"], Bounds),
        new(12, "lamport 2^53", ["a: node-error INVALID_LAMPORT"], Bounds),
        new(12, "lamport 1.5", ["a: node-error INVALID_CHANGE"], Bounds),
        new(12, "payload missing: no reply at all (unhandled rejection)", ["a: node-error INVALID_CHANGE"], Answered),
        new(12, "payload null: no reply at all (unhandled rejection)", ["a: node-error INVALID_CHANGE"], Answered),
        new(12, "change without hash: guard fails -> plain pub/sub relay, unverified!", ["a: node-error INVALID_CHANGE"], NeverRelayed),
        new(12, "change as an array", ["a: error 'change' must be an object."], NeverRelayed),
        new(12, "data.room missing: guard fails -> relayed as opaque publish", ["a: error 'room' is missing."], NeverRelayed),
        new(12, "authorDid missing", ["a: node-error INVALID_CHANGE"], "The shape is judged before the hash; the change is refused by both."),
        new(12, "redundant fields lie: lamportAuthor/nodeId/schemaId differ from signed ones (accepted: only payload/authorDid are hashed)", ["a: node-error INVALID_CHANGE"], "What stands outside the signature may not contradict what is signed: the reference routes by it."),
        new(12, "sync: what was stored", ["a: page of room-rej, 3 changes, mark 21, no more"], "The five refused above are not in the room."),

        new(13, "batch of 0: not a batch -> opaque publish", ["a: error 'changes' must be a list within its bounds."], NeverRelayed),
        new(13, "batch of 1001: exceeds MAX_BATCH_CHANGES -> guard fails -> relayed to subscribers as an opaque publish, not persisted", ["a: error 'changes' must be a list within its bounds."], NeverRelayed),

        new(14, "not JSON", [NotJson], Answered),
        new(14, "empty text", [NotJson], Answered),
        new(14, "JSON null", [NotJson], Answered),
        new(14, "JSON number", [NotJson], Answered),
        new(14, "JSON zero", [NotJson], Answered),
        new(14, "JSON string", [NotJson], Answered),
        new(14, "JSON array", [NotJson], Answered),
        new(14, "JSON true", [NotJson], Answered),
        new(14, "empty object", ["a: error 'type' is missing."], Answered),
        new(14, "type number", ["a: error 'type' must be a text of bounded length."], Answered),
        new(14, "duplicate keys (last wins)", [NotJson], OneReading),
        new(14, "BOM prefix", [NotJson], Answered),
        new(14, "two JSON docs", [NotJson], Answered),
        new(14, "trailing comma", [NotJson], Answered),
        new(14, "__proto__", [NotJson], OneReading),
        new(14, "10 000-char topic", ["a: error 'topics' must be a list of texts of bounded length."], Bounded),
        new(14, "number 1e400", [NotJson], Bounded),
        new(14, "binary garbage", [NotJson], Answered),
        new(14, "deep nesting 50k arrays", [NotJson], Bounded),

        new(16, "unparsable frames do not count against the frame budget", [.. Enumerable.Repeat("d: error A frame is one JSON object.", 100), "d: {\"type\":\"pong\"}"], Answered + " The answers are limited as frames are."),
    ];
}
