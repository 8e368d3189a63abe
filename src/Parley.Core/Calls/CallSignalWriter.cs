using Parley.Json;

namespace Parley.Calls;

/// <summary>Signals as the <c>data</c> of a <c>publish</c> frame (docs/protocol.md, calls).</summary>
internal static class CallSignalWriter
{
    /// <summary>The signal's JSON, without <c>sig</c>.</summary>
    public static JsonValue Write(CallSignal signal) => signal switch
    {
        AnnounceSignal s => Of("announce", s, ("did", JsonValue.Of(s.Did)), ("media", Media(s.Media)), ("claim", Number(s.Claim))),
        WelcomeSignal s => Of("welcome", s, ("did", JsonValue.Of(s.Did)), ("media", Media(s.Media)), ("claim", Number(s.Claim)), ("roster", Roster(s.Roster)), ("call", s.Story?.ToJson())),
        OfferSignal s => Of("offer", s, ("sdp", JsonValue.Of(s.Sdp)), ("round", Number(s.Round)), ("fresh", s.Round is null ? null : JsonValue.Of(s.IsFresh))),
        AnswerSignal s => Of("answer", s, ("sdp", JsonValue.Of(s.Sdp)), ("round", Number(s.Round))),
        IceSignal s => Of("ice", s, ("candidate", s.Candidate), ("round", Number(s.Round))),
        LeaveSignal s => Of("leave", s, ("seq", Number(s.Seq))),
        HelloSignal s => Of(
            "hello", s, ("did", JsonValue.Of(s.Did)), ("media", Media(s.Media)), ("ask", JsonValue.Of(CallSignalWords.Of(s.Ask))), ("claim", Number(s.Claim))),
        RejectSignal s => Of(
            "reject", s, ("claim", Number(s.Claim)), ("why", JsonValue.Of(CallSignalWords.Of(s.Why))), ("rival", s.Rival is { } rival ? Session(rival) : null)),
        DeclineSignal s => Of("decline", s, ("did", JsonValue.Of(s.Did))),
        MediaSignal s => Of("media", s, ("media", Media(s.Media)), ("seq", Number(s.Seq)), ("claim", Number(s.Claim))),
        LeaseSignal s => Of(
            "lease", s, ("did", JsonValue.Of(s.Did)), ("media", Media(s.Media)), ("seq", Number(s.Seq)), ("claim", Number(s.Claim)), ("roster", Roster(s.Roster)),
            ("call", s.Story?.ToJson())),
        _ => throw new ArgumentException("Not a signal of this protocol.", nameof(signal)),
    };

    private static JsonValue Of(string kind, CallSignal signal, params ReadOnlySpan<(string Name, JsonValue? Value)> fields) =>
        JsonValue.Object([("kind", JsonValue.Of(kind)), ("from", Session(signal.From)), ("to", signal.Target is { } to ? Session(to) : null), .. fields]);

    private static JsonValue Session(SessionId session) => JsonValue.Of(session.Value);

    private static JsonValue? Number(long? number) => number is { } value ? JsonValue.Of(value) : null;

    private static JsonValue Media(CallMedia media) => JsonValue.Object(
        ("audio", JsonValue.Of(media.Audio)), ("video", JsonValue.Of(media.Video)), ("screen", JsonValue.Of(media.Screen)),
        ("hand", OnlyTrue(media.Hand)), ("speaking", OnlyTrue(media.Speaking)));

    private static JsonValue? Roster(IReadOnlyList<SeatEntry>? roster) => roster is null ? null : JsonValue.Array(
        [.. roster.Select(seat => JsonValue.Object(
            ("id", Session(seat.Session)), ("video", OnlyTrue(seat.Video)), ("reference", OnlyTrue(seat.IsReference))))]);

    private static JsonValue? OnlyTrue(bool value) => value ? JsonValue.True : null;
}
