using System.Runtime.Versioning;
using Parley.Browser.Devices;
using Parley.Calls;
using Parley.Json;
using Parley.Platform;

namespace Parley.Browser.WebRtc;

/// <summary>A call's media in a browser. Voices are heard by themselves; pictures are shown in the elements that <see cref="Show"/> names.</summary>
/// <remarks>Belongs to the tab's one thread. The session that it serves disposes it.</remarks>
public sealed class BrowserCallMedia : ICallMedia
{
    private static int s_last;

    private readonly IWebRtcModule _module;
    private readonly int _engine = Interlocked.Increment(ref s_last);
    private bool _isClosed;

    internal BrowserCallMedia(IWebRtcModule module, Action<MediaFact> fact, bool relayOnly = false)
    {
        _module = module;
        module.Open(_engine, relayOnly, json =>
        {
            if (WebRtcFacts.Read(json) is { } known)
            {
                fact(known);
            }
        });
    }

    /// <summary>Loads the platform; the answer is for <see cref="ParleyOptions.CallMedia"/>.</summary>
    /// <param name="relayOnly">Connects through TURN servers alone, so that nobody in a call sees this device's address.</param>
    [SupportedOSPlatform("browser")]
    public static async Task<OpenCallMedia> LoadAsync(bool relayOnly = false)
    {
        await BrowserPlatform.LoadAsync();
        return fact => new BrowserCallMedia(new WebRtcModule(), fact, relayOnly);
    }

    /// <summary>Shows somebody's camera or screen in the video element of that id, from now on and whatever comes of it.</summary>
    /// <param name="peer">Whose; null for one's own.</param>
    /// <param name="source">Which picture.</param>
    /// <param name="elementId">The element; null for no more.</param>
    public void Show(SessionId? peer, MediaSource source, string? elementId)
    {
        if (!_isClosed)
        {
            _module.Show(_engine, peer?.Value ?? "", source.ToString(), elementId ?? "");
        }
    }

    /// <summary>How loud somebody is heard here: 0 to 1; 0 is a mute that nobody else hears of.</summary>
    public void SetVolume(SessionId peer, double volume)
    {
        if (!_isClosed)
        {
            _module.SetVolume(_engine, peer.Value, Math.Clamp(volume, 0, 1));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<MediaFault?> GetUserMediaAsync(MediaSource source, CancellationToken cancellationToken = default) =>
        _isClosed ? MediaFault.NotReadable : BrowserDevices.FaultOf(await _module.GetUserMediaAsync(_engine, source.ToString()));

    /// <inheritdoc/>
    public async ValueTask<MediaFault?> GetDisplayMediaAsync(CancellationToken cancellationToken = default) =>
        _isClosed ? MediaFault.NotReadable : BrowserDevices.FaultOf(await _module.GetDisplayMediaAsync(_engine));

    /// <inheritdoc/>
    public void ReplaceTracks(CallMedia media)
    {
        if (!_isClosed)
        {
            _module.ReplaceTracks(_engine, media.Audio, media.Video, media.Screen);
        }
    }

    /// <inheritdoc/>
    public void LimitVideo(SessionId peer, VideoLimit limit)
    {
        if (!_isClosed)
        {
            _module.LimitVideo(_engine, peer.Value, limit.CameraBps, limit.CameraScale, limit.CameraFps, limit.ScreenBps, limit.ScreenFps);
        }
    }

    /// <inheritdoc/>
    public void SetConfiguration(IReadOnlyList<IceServer> servers) =>
        _module.SetConfiguration(_engine, CanonicalJson.ToText(new IceServers(servers, 1).ToJson()["servers"]!));

    /// <inheritdoc/>
    public void CreatePeerConnection(SessionId peer, bool isOfferer) => _module.CreatePeerConnection(_engine, peer.Value, isOfferer);

    /// <inheritdoc/>
    public void ClosePeerConnection(SessionId peer) => _module.ClosePeerConnection(_engine, peer.Value);

    /// <inheritdoc/>
    public void CreateOffer(SessionId peer, long round, bool iceRestart) => _module.CreateOffer(_engine, peer.Value, round, iceRestart);

    /// <inheritdoc/>
    public void CreateAnswer(SessionId peer, long round, string offer) => _module.CreateAnswer(_engine, peer.Value, round, offer);

    /// <inheritdoc/>
    public void SetRemoteDescription(SessionId peer, string answer) => _module.SetRemoteDescription(_engine, peer.Value, answer);

    /// <inheritdoc/>
    public void AddIceCandidate(SessionId peer, JsonValue candidate) =>
        _module.AddIceCandidate(_engine, peer.Value, CanonicalJson.ToText(candidate));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _module.Close(_engine);
        }

        return ValueTask.CompletedTask;
    }
}
