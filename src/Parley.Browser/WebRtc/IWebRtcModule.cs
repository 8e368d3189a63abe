namespace Parley.Browser.WebRtc;

/// <summary>webrtc.js: the peer connections of calls, each call under a number. Answers with the name of a fault, or with nothing.</summary>
internal interface IWebRtcModule
{
    void Open(int engine, bool relayOnly, Action<string> fact);

    void Close(int engine);

    Task<string> GetUserMediaAsync(int engine, string source);

    Task<string> GetDisplayMediaAsync(int engine);

    void ReplaceTracks(int engine, bool audio, bool video, bool screen);

    void LimitVideo(int engine, string peer, int cameraBps, double cameraScale, int cameraFps, int screenBps, int screenFps);

    void SetConfiguration(int engine, string servers);

    void CreatePeerConnection(int engine, string peer, bool isOfferer);

    void ClosePeerConnection(int engine, string peer);

    void CreateOffer(int engine, string peer, double round, bool iceRestart);

    void CreateAnswer(int engine, string peer, double round, string sdp);

    void SetRemoteDescription(int engine, string peer, string sdp);

    void AddIceCandidate(int engine, string peer, string candidate);

    void Show(int engine, string peer, string source, string elementId);

    void SetVolume(int engine, string peer, double volume);
}
