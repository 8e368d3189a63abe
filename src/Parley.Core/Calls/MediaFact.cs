using Parley.Json;

namespace Parley.Calls;

/// <summary>What a medium comes from.</summary>
public enum MediaSource
{
    /// <summary>The microphone.</summary>
    Microphone,
    /// <summary>The camera.</summary>
    Camera,
    /// <summary>A shared screen, window or tab.</summary>
    Screen,
}

/// <summary>What the media engine reports; the events and answers of the W3C's interfaces, by their names.</summary>
public abstract record MediaFact;

/// <summary>createOffer and setLocalDescription are done.</summary>
public sealed record OfferCreated(SessionId Peer, long Round, string Sdp) : MediaFact;

/// <summary>createAnswer and setLocalDescription are done.</summary>
public sealed record AnswerCreated(SessionId Peer, long Round, string Sdp) : MediaFact;

/// <summary>The event icecandidate, for the descriptions of a round.</summary>
public sealed record IceCandidateFound(SessionId Peer, long Round, JsonValue Candidate) : MediaFact;

/// <summary>The event connectionstatechange: new and connecting, connected, disconnected, failed.</summary>
public sealed record ConnectionStateChanged(SessionId Peer, LinkHealth Health) : MediaFact;

/// <summary>The event negotiationneeded.</summary>
public sealed record NegotiationNeeded(SessionId Peer) : MediaFact;

/// <summary>getStats, reduced.</summary>
public sealed record StatsMeasured(SessionId Peer, LinkStats Stats) : MediaFact;

/// <summary>The own microphone hears somebody speak, or no more.</summary>
public sealed record SpeakingChanged(bool IsSpeaking) : MediaFact;

/// <summary>The event ended of an own track: a device was unplugged, or the person ended the sharing in the browser's own bar.</summary>
public sealed record TrackEnded(MediaSource Source) : MediaFact;

/// <summary>This device has another network.</summary>
public sealed record NetworkChanged : MediaFact;
