using Parley.Ids;

namespace Parley.Calls;

/// <summary>Where one's own part in a call stands.</summary>
public enum CallPhase
{
    /// <summary>Not asked for yet.</summary>
    New,
    /// <summary>A seat is asked for.</summary>
    Asking,
    /// <summary>In the call.</summary>
    Seated,
    /// <summary>Over, for good: joining again is a new session.</summary>
    Ended,
}

/// <summary>Why a call is over.</summary>
public enum EndReason
{
    /// <summary>One left.</summary>
    Left,
    /// <summary>Every seat was taken.</summary>
    Full,
    /// <summary>There was room for a voice, not for a camera.</summary>
    CameraFull,
    /// <summary>Those in the call were heard of and did not answer.</summary>
    NoAnswer,
    /// <summary>No connection to anybody in the call came about, or came back.</summary>
    Unreachable,
    /// <summary>One may not be in the channel, or not any more.</summary>
    NotAMember,
}

/// <summary>The connection to one other participant.</summary>
public enum LinkHealth
{
    /// <summary>Being made.</summary>
    Connecting,
    /// <summary>Media can flow.</summary>
    Connected,
    /// <summary>Silent; it may come back by itself.</summary>
    Interrupted,
    /// <summary>Broken.</summary>
    Failed,
}

/// <summary>Another participant, as shown.</summary>
/// <param name="Session">The session.</param>
/// <param name="Media">What it sends.</param>
/// <param name="Health">The connection to it.</param>
/// <param name="IsGivenUp">Every attempt at a connection failed.</param>
internal readonly record struct CallPeer(SessionId Session, CallMedia Media, LinkHealth Health, bool IsGivenUp);

/// <summary>A call as one participant sees it.</summary>
/// <param name="Phase">Where one's own part stands.</param>
/// <param name="End">Why it is over, once it is.</param>
/// <param name="Media">What one sends oneself.</param>
/// <param name="CameraRefusal">Why the camera stays off though it was wanted.</param>
/// <param name="IsSignaling">Signals can be sent and heard; media go on without.</param>
/// <param name="Peers">The others who sit, by session.</param>
/// <param name="Story">Which call it is, once somebody sits.</param>
/// <param name="Declined">Who was rung and does not take the call, sorted.</param>
internal sealed record CallState(
    CallPhase Phase, EndReason? End, CallMedia Media, RejectReason? CameraRefusal, bool IsSignaling, IReadOnlyList<CallPeer> Peers, CallStory? Story,
    IReadOnlyList<PersonId> Declined);
