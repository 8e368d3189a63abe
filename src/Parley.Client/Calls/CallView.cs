using Parley.Ids;
using Parley.Platform;

namespace Parley.Calls;

/// <summary>Somebody else in a call.</summary>
/// <param name="Session">Their session: one tab or program.</param>
/// <param name="Person">Who it is; null where the session id of a foreign client does not say so.</param>
/// <param name="Media">What they send, whether they speak, whether their hand is up.</param>
/// <param name="Health">The connection to them.</param>
/// <param name="IsGivenUp">Every attempt at a connection failed.</param>
/// <param name="Quality">How well it carries.</param>
/// <param name="Cause">What is the matter where that is not well.</param>
/// <param name="IsRelayed">It goes through a TURN server.</param>
/// <param name="SentVideo">How much of the own pictures goes to them: less where the connection is bad, so that the voice stays whole.</param>
public sealed record CallParticipant(
    SessionId Session, PersonId? Person, CallMedia Media, LinkHealth Health, bool IsGivenUp, CallQuality Quality, QualityCause Cause, bool IsRelayed,
    VideoStep SentVideo = VideoStep.Full)
{
    /// <summary>Whose tile, row and name it is: the person's DID, or the session id where a foreign client does not say who it is.</summary>
    public string Who => Person?.Value ?? Session.Value;
}

/// <summary>A device that could not be used.</summary>
public readonly record struct DeviceFault(MediaSource Source, MediaFault Fault);

/// <summary>A call as its person sees it: one snapshot for a screen. No words in it, only codes.</summary>
/// <param name="Channel">Where the call is.</param>
/// <param name="Phase">Where one's own part stands.</param>
/// <param name="End">Why it is over, once it is.</param>
/// <param name="Media">What one sends oneself, as everybody hears of it.</param>
/// <param name="CameraRefusal">Why the camera stays off though it was wanted; until it is wanted again.</param>
/// <param name="Fault">The device that could not be used last; null once one could.</param>
/// <param name="IsSignaling">Signals reach the others. Media go on without; nobody new can come in.</param>
/// <param name="StartedAt">When the call began; null before one is in it.</param>
/// <param name="Others">The others, by session.</param>
/// <param name="Declined">Who was rung in a direct message and does not take the call.</param>
public sealed record CallView(
    NodeId Channel,
    CallPhase Phase,
    EndReason? End,
    CallMedia Media,
    RejectReason? CameraRefusal,
    DeviceFault? Fault,
    bool IsSignaling,
    DateTimeOffset? StartedAt,
    IReadOnlyList<CallParticipant> Others,
    IReadOnlyList<PersonId> Declined)
{
    /// <inheritdoc/>
    public bool Equals(CallView? other) =>
        other is not null && Channel == other.Channel && Phase == other.Phase && End == other.End && Media == other.Media
        && CameraRefusal == other.CameraRefusal && Fault == other.Fault && IsSignaling == other.IsSignaling && StartedAt == other.StartedAt
        && Others.SequenceEqual(other.Others) && Declined.SequenceEqual(other.Declined);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Channel, Phase, Media, Others.Count);
}
