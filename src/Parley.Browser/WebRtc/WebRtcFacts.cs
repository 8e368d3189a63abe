using System.Text;
using Parley.Calls;
using Parley.Json;

namespace Parley.Browser.WebRtc;

/// <summary>The facts of webrtc.js.</summary>
internal static class WebRtcFacts
{
    /// <summary>Null where it is none that this side knows.</summary>
    public static MediaFact? Read(string json)
    {
        if (JsonReader.TryRead(Encoding.UTF8.GetBytes(json), out var fact) != JsonFault.None)
        {
            return null;
        }

        // What concerns no peer names none.
        var peer = SessionId.TryParse(fact["peer"]?.Text, out var named) ? named : default;
        var round = fact["round"]?.Integer ?? 0;
        return fact["fact"]?.Text switch
        {
            "offer" when fact["sdp"]?.Text is { } sdp => new OfferCreated(peer, round, sdp),
            "answer" when fact["sdp"]?.Text is { } sdp => new AnswerCreated(peer, round, sdp),
            "candidate" when fact["candidate"] is { } candidate => new IceCandidateFound(peer, round, candidate),
            "health" when Enum.TryParse<LinkHealth>(fact["health"]?.Text, out var health) => new ConnectionStateChanged(peer, health),
            "needed" => new NegotiationNeeded(peer),
            "speaking" => new SpeakingChanged(fact["speaking"]?.Boolean ?? false),
            "ended" when Enum.TryParse<MediaSource>(fact["source"]?.Text, out var source) => new TrackEnded(source),
            "stats" => new StatsMeasured(peer, new(
                Number(fact, "loss"), Number(fact, "roundTripMs"), Number(fact, "jitterMs"), (long)Number(fact, "received"), (long)Number(fact, "sent"),
                fact["relayed"]?.Boolean ?? false, Number(fact, "level"), fact["sentLoss"]?.Number,
                Number(fact, "available"), fact["slow"]?.Boolean ?? false)),
            _ => null,
        };
    }

    private static double Number(JsonValue fact, string name) => fact[name]?.Number ?? 0;
}
