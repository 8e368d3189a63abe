using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using Parley.Browser.Interop;

namespace Parley.Browser.WebRtc;

/// <inheritdoc cref="IWebRtcModule"/>
/// <remarks>The two that answer are rare, so the plain Task marshalling does.</remarks>
[SupportedOSPlatform("browser")]
internal sealed partial class WebRtcModule : IWebRtcModule
{
    public void Open(int engine, bool relayOnly, Action<string> fact) => OpenModule(engine, relayOnly, fact);

    public void Close(int engine) => CloseModule(engine);

    public Task<string> GetUserMediaAsync(int engine, string source) => GetUserMediaModule(engine, source);

    public Task<string> GetDisplayMediaAsync(int engine) => GetDisplayMediaModule(engine);

    public void ReplaceTracks(int engine, bool audio, bool video, bool screen) => ReplaceTracksModule(engine, audio, video, screen);

    public void LimitVideo(int engine, string peer, int cameraBps, double cameraScale, int cameraFps, int screenBps, int screenFps) =>
        LimitVideoModule(engine, peer, cameraBps, cameraScale, cameraFps, screenBps, screenFps);

    public void SetConfiguration(int engine, string servers) => SetConfigurationModule(engine, servers);

    public void CreatePeerConnection(int engine, string peer, bool isOfferer) => CreatePeerConnectionModule(engine, peer, isOfferer);

    public void ClosePeerConnection(int engine, string peer) => ClosePeerConnectionModule(engine, peer);

    public void CreateOffer(int engine, string peer, double round, bool iceRestart) => CreateOfferModule(engine, peer, round, iceRestart);

    public void CreateAnswer(int engine, string peer, double round, string sdp) => CreateAnswerModule(engine, peer, round, sdp);

    public void SetRemoteDescription(int engine, string peer, string sdp) => SetRemoteDescriptionModule(engine, peer, sdp);

    public void AddIceCandidate(int engine, string peer, string candidate) => AddIceCandidateModule(engine, peer, candidate);

    public void Show(int engine, string peer, string source, string elementId) => ShowModule(engine, peer, source, elementId);

    public void SetVolume(int engine, string peer, double volume) => SetVolumeModule(engine, peer, volume);

    [JSImport("open", ModuleNames.WebRtc)]
    private static partial void OpenModule(int engine, bool relayOnly, [JSMarshalAs<JSType.Function<JSType.String>>] Action<string> fact);

    [JSImport("close", ModuleNames.WebRtc)]
    private static partial void CloseModule(int engine);

    [JSImport("getUserMedia", ModuleNames.WebRtc)]
    private static partial Task<string> GetUserMediaModule(int engine, string source);

    [JSImport("getDisplayMedia", ModuleNames.WebRtc)]
    private static partial Task<string> GetDisplayMediaModule(int engine);

    [JSImport("replaceTracks", ModuleNames.WebRtc)]
    private static partial void ReplaceTracksModule(int engine, bool audio, bool video, bool screen);

    [JSImport("limitVideo", ModuleNames.WebRtc)]
    private static partial void LimitVideoModule(
        int engine, string peer, int cameraBps, double cameraScale, int cameraFps, int screenBps, int screenFps);

    [JSImport("setConfiguration", ModuleNames.WebRtc)]
    private static partial void SetConfigurationModule(int engine, string servers);

    [JSImport("createPeerConnection", ModuleNames.WebRtc)]
    private static partial void CreatePeerConnectionModule(int engine, string peer, bool isOfferer);

    [JSImport("closePeerConnection", ModuleNames.WebRtc)]
    private static partial void ClosePeerConnectionModule(int engine, string peer);

    [JSImport("createOffer", ModuleNames.WebRtc)]
    private static partial void CreateOfferModule(int engine, string peer, double round, bool iceRestart);

    [JSImport("createAnswer", ModuleNames.WebRtc)]
    private static partial void CreateAnswerModule(int engine, string peer, double round, string sdp);

    [JSImport("setRemoteDescription", ModuleNames.WebRtc)]
    private static partial void SetRemoteDescriptionModule(int engine, string peer, string sdp);

    [JSImport("addIceCandidate", ModuleNames.WebRtc)]
    private static partial void AddIceCandidateModule(int engine, string peer, string candidate);

    [JSImport("show", ModuleNames.WebRtc)]
    private static partial void ShowModule(int engine, string peer, string source, string elementId);

    [JSImport("setVolume", ModuleNames.WebRtc)]
    private static partial void SetVolumeModule(int engine, string peer, double volume);
}
