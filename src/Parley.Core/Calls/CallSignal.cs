using Parley.Json;

namespace Parley.Calls;

/// <summary>What a <see cref="HelloSignal"/> asks for.</summary>
internal enum HelloAsk
{
    /// <summary>A seat, or for one who sits, the camera.</summary>
    Seat,
    /// <summary>Nothing any more: the claim is withdrawn.</summary>
    Release,
    /// <summary>An offer on the connection that exists.</summary>
    Offer,
    /// <summary>An offer on the connection that exists, with fresh ICE.</summary>
    Restart,
    /// <summary>An offer of a connection made anew.</summary>
    Fresh,
}

/// <summary>Why a claim is refused.</summary>
public enum RejectReason
{
    /// <summary>Every seat is taken.</summary>
    Full,
    /// <summary>There is room for voices, not for one more camera.</summary>
    CameraFull,
    /// <summary>Somebody else's claim is being settled; <see cref="RejectSignal.Rival"/> says whose.</summary>
    Busy,
}

/// <summary>One taken seat, as a member sees it.</summary>
/// <param name="Session">Who sits there.</param>
/// <param name="Video">With the camera on.</param>
/// <param name="IsReference">One that speaks the reference's signals only: it neither grants nor leases.</param>
internal readonly record struct SeatEntry(SessionId Session, bool Video, bool IsReference);

/// <summary>One signal of a call's topic (docs/protocol.md, calls).</summary>
/// <param name="From">The session that speaks.</param>
/// <param name="Target">The session it is for; null for everybody.</param>
internal abstract record CallSignal(SessionId From, SessionId? Target);

/// <summary>Reference: <paramref name="From"/> is in the call. Said once, after the seat is held; <paramref name="Claim"/> (addition) by which claim.</summary>
internal sealed record AnnounceSignal(SessionId From, string Did, CallMedia Media, long? Claim = null) : CallSignal(From, Target: null);

/// <summary>Reference: the answer to an announcement; with <see cref="Claim"/>, a member's consent to that claim.</summary>
/// <param name="From">The member.</param>
/// <param name="To">The newcomer.</param>
/// <param name="Did">The member's DID.</param>
/// <param name="Media">The member's media.</param>
/// <param name="Claim">Addition: the claim that is granted.</param>
/// <param name="Roster">Addition: who sits, with the member itself.</param>
/// <param name="Story">Addition: which call it is.</param>
internal sealed record WelcomeSignal(
    SessionId From, SessionId To, string Did, CallMedia Media, long? Claim = null, IReadOnlyList<SeatEntry>? Roster = null, CallStory? Story = null)
    : CallSignal(From, To);

/// <summary>Reference: an offer. <paramref name="Round"/> and <paramref name="IsFresh"/> are additions.</summary>
/// <param name="From">The offerer.</param>
/// <param name="To">The answerer.</param>
/// <param name="Sdp">The session description.</param>
/// <param name="Round">Counts the offerer's offers, ascending; answers and candidates name it.</param>
/// <param name="IsFresh">The offerer's connection is new; the answerer begins anew too.</param>
internal sealed record OfferSignal(SessionId From, SessionId To, string Sdp, long? Round = null, bool IsFresh = true) : CallSignal(From, To);

/// <summary>Reference: the answer. <paramref name="Round"/> (addition) is the offer's.</summary>
internal sealed record AnswerSignal(SessionId From, SessionId To, string Sdp, long? Round = null) : CallSignal(From, To);

/// <summary>Reference: one ICE candidate, as the browser made it. <paramref name="Round"/> (addition) is the offer's to which it belongs.</summary>
internal sealed record IceSignal(SessionId From, SessionId To, JsonValue Candidate, long? Round = null) : CallSignal(From, To);

/// <summary>Reference: <paramref name="From"/> has left. With <paramref name="Seq"/> (addition) it said so itself and never returns under this id.</summary>
internal sealed record LeaveSignal(SessionId From, long? Seq = null) : CallSignal(From, Target: null);

/// <summary>Addition: asks everybody for a seat or the camera, or one peer for an offer.</summary>
/// <param name="From">Who asks.</param>
/// <param name="To">The one whose offer is asked for; null for claims.</param>
/// <param name="Did">The DID of who asks.</param>
/// <param name="Media">The media that are wanted.</param>
/// <param name="Ask">What is asked for.</param>
/// <param name="Claim">Counts the session's claims, ascending; an older one than the last heard says nothing. To one peer: the last round that was heard of it.</param>
internal sealed record HelloSignal(SessionId From, SessionId? To, string Did, CallMedia Media, HelloAsk Ask, long Claim) : CallSignal(From, To);

/// <summary>Addition: a claim is refused.</summary>
/// <param name="From">The member.</param>
/// <param name="To">Who claimed.</param>
/// <param name="Claim">The refused claim.</param>
/// <param name="Why">The reason.</param>
/// <param name="Rival">Whose claim is in the way, with <see cref="RejectReason.Busy"/>.</param>
internal sealed record RejectSignal(SessionId From, SessionId To, long Claim, RejectReason Why, SessionId? Rival = null) : CallSignal(From, To);

/// <summary>Addition: the sender's media changed.</summary>
/// <param name="From">The member.</param>
/// <param name="Media">Its media now.</param>
/// <param name="Seq">Counts the session's media, lease and leave signals; older ones say nothing.</param>
/// <param name="Claim">The member's last settled claim.</param>
internal sealed record MediaSignal(SessionId From, CallMedia Media, long Seq, long Claim) : CallSignal(From, Target: null);

/// <summary>Addition: the heartbeat that renews the sender's seat.</summary>
/// <param name="From">The member.</param>
/// <param name="Did">Its DID.</param>
/// <param name="Media">Its media now.</param>
/// <param name="Seq">As in <see cref="MediaSignal"/>.</param>
/// <param name="Claim">The member's last settled claim.</param>
/// <param name="Roster">Who sits, with the sender itself.</param>
/// <param name="Story">Which call it is.</param>
internal sealed record LeaseSignal(
    SessionId From, string Did, CallMedia Media, long Seq, long Claim, IReadOnlyList<SeatEntry> Roster, CallStory? Story = null)
    : CallSignal(From, Target: null);

/// <summary>Addition: a person whom a direct message's call rings does not take it. The session is new and does nothing else.</summary>
/// <param name="From">A session of that person.</param>
/// <param name="Did">The person's DID.</param>
internal sealed record DeclineSignal(SessionId From, string Did) : CallSignal(From, Target: null);
