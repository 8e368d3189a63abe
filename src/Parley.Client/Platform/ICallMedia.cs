using Parley.Calls;
using Parley.Json;

namespace Parley.Platform;

/// <summary>Opens the media engine for one call; what happens in it is told to <paramref name="fact"/>, one at a time, from any thread.</summary>
public delegate ICallMedia OpenCallMedia(Action<MediaFact> fact);

/// <summary>Why a device cannot be used.</summary>
public enum MediaFault
{
    /// <summary>The person, the browser or the system does not allow it.</summary>
    NotAllowed,
    /// <summary>There is none.</summary>
    NotFound,
    /// <summary>Another program has it, or it does not answer.</summary>
    NotReadable,
    /// <summary>This platform cannot do it.</summary>
    NotSupported,
    /// <summary>The background was to be blurred and could not be, so the camera stays off.</summary>
    BlurFailed,
}

/// <summary>
/// The devices and peer connections of one call, by their W3C names: getUserMedia, getDisplayMedia, RTCPeerConnection. It carries out and
/// reports; decisions are the call machine's.
/// </summary>
/// <remarks>
/// The methods without a result never wait and never throw: what is asked of one peer is done in order, and what fails there is reported as
/// <see cref="ConnectionStateChanged"/> with <see cref="LinkHealth.Failed"/>. What is said of a peer without a connection changes nothing.
/// Disposing stops every track and closes every connection.
/// </remarks>
public interface ICallMedia : IAsyncDisposable
{
    /// <summary>Captures the microphone or the camera. Null where it is there, else why it is not.</summary>
    ValueTask<MediaFault?> GetUserMediaAsync(MediaSource source, CancellationToken cancellationToken = default);

    /// <summary>Asks the person for a screen, window or tab. Only from a click. Null where there is one, else why not.</summary>
    ValueTask<MediaFault?> GetDisplayMediaAsync(CancellationToken cancellationToken = default);

    /// <summary>What of the captured is sent to everybody from now on. A microphone that is off stays captured; a camera or screen is stopped.</summary>
    void ReplaceTracks(CallMedia media);

    /// <summary>What the connection to a peer may carry of the pictures, from now on and after it was made anew.</summary>
    void LimitVideo(SessionId peer, VideoLimit limit);

    /// <summary>The ICE servers of connections from now on, and of those that exist at their next ICE restart.</summary>
    void SetConfiguration(IReadOnlyList<IceServer> servers);

    /// <summary>Makes a connection; one that exists to the same peer is closed first.</summary>
    /// <param name="peer">To whom.</param>
    /// <param name="isOfferer">The offerer makes the audio, camera and screen transceivers; the answerer uses those of the offer.</param>
    void CreatePeerConnection(SessionId peer, bool isOfferer);

    /// <summary>Closes the connection to a peer.</summary>
    void ClosePeerConnection(SessionId peer);

    /// <summary>createOffer and setLocalDescription; answered by <see cref="OfferCreated"/>.</summary>
    void CreateOffer(SessionId peer, long round, bool iceRestart);

    /// <summary>setRemoteDescription of an offer, createAnswer and setLocalDescription; answered by <see cref="AnswerCreated"/>.</summary>
    void CreateAnswer(SessionId peer, long round, string offer);

    /// <summary>setRemoteDescription of the answer.</summary>
    void SetRemoteDescription(SessionId peer, string answer);

    /// <summary>addIceCandidate.</summary>
    void AddIceCandidate(SessionId peer, JsonValue candidate);
}
