using Parley.Browser.Devices;
using Parley.Browser.IceCheck;
using Parley.Browser.Keys;
using Parley.Browser.Storage;
using Parley.Browser.Tabs;
using Parley.Browser.WebRtc;

namespace Parley.EndToEnd.Modules;

/// <summary>storage.js of a real page.</summary>
internal sealed class PageStorageModule(ModulePage page) : IStorageModule
{
    public void Connect(string tabId, Action<int, int> done)
    {
        page.Storage.Done = done;
        page.Call("storage.connect", tabId);
    }

    public void Lead() => page.Call("storage.lead");

    public void Execute(int call, bool write, Span<byte> batch) =>
        page.Call("storage.execute", new { call, write, batch = Convert.ToBase64String(batch) });

    public void Close(int call) => page.Call("storage.close", call);

    public void Take(int call, Span<byte> into) => page.Storage.Take(call, into);

    public string TakeError(int call) => page.Storage.TakeError(call);
}

/// <summary>keys.js of a real page.</summary>
internal sealed class PageKeysModule(ModulePage page) : IKeysModule
{
    public void Connect(Action<int, int> done)
    {
        page.Keys.Done = done;
        page.Call("keys.connect");
    }

    public void Find(int call) => page.Call("keys.find", call);

    public void Create(int call, Span<byte> seed, string words, bool backedUp) =>
        page.Call("keys.create", new { call, seed = Convert.ToBase64String(seed), words, backedUp });

    public void RevealWords(int call) => page.Call("keys.revealWords", call);

    public void MarkBackedUp(int call) => page.Call("keys.markBackedUp", call);

    public void Sign(int call, Span<byte> batch) => page.Call("keys.sign", new { call, batch = Convert.ToBase64String(batch) });

    public void Open(int call, Span<byte> seed) => page.Call("keys.open", new { call, seed = Convert.ToBase64String(seed) });

    public void SignWith(int call, int handle, Span<byte> batch) => page.Call("keys.signWith", new { call, handle, batch = Convert.ToBase64String(batch) });

    public void Close(int handle) => page.Call("keys.close", handle);

    public void OpenDevice(int call, bool anew) => page.Call("keys.openDevice", new { call, anew });

    public void Forget(int call) => page.Call("keys.forget", call);

    public void Verify(int call, Span<byte> batch) => page.Call("keys.verify", new { call, batch = Convert.ToBase64String(batch) });

    public void Take(int call, Span<byte> into) => page.Keys.Take(call, into);

    public string TakeError(int call) => page.Keys.TakeError(call);
}

/// <summary>tabs.js of a real page.</summary>
internal sealed class PageTabsModule(ModulePage page) : ITabsModule
{
    public void Open(Action<string> receive)
    {
        page.Received = receive;
        page.Call("tabs.open");
    }

    public void Lead(Action leading)
    {
        page.Leads = leading;
        page.Call("tabs.lead");
    }

    public void Post(string json) => page.Call("tabs.post", json);

    public void Close() => page.Call("tabs.close");
}

/// <summary>devices.js of a real page.</summary>
internal sealed class PageDevicesModule(ModulePage page) : IDevicesModule
{
    public void Watch(Action<string> changed)
    {
        page.DevicesChanged = changed;
        page.CallInTurn("devices.watch");
    }

    public void Choose(string kind, string id) => page.CallInTurn("devices.choose", new { kind, id });

    public Task<string> StartMeterAsync(Action<double> level)
    {
        page.LevelMeasured = level;
        return page.AskAsync("devices.startMeter");
    }

    public void StopMeter() => page.CallInTurn("devices.stopMeter");

    public Task<string> StartPreviewAsync(string elementId) => page.AskAsync("devices.startPreview", elementId);

    public void StopPreview() => page.CallInTurn("devices.stopPreview");

    public Task<string> BlurAsync(bool isOn) => page.AskAsync("devices.blur", isOn);

    public Task<string> TestSpeakerAsync() => page.AskAsync("devices.testSpeaker");
}

/// <summary>webrtc.js of a real page. What a call's driver asks for comes from its own queue.</summary>
internal sealed class PageWebRtcModule(ModulePage page) : IWebRtcModule
{
    public void Open(int engine, bool relayOnly, Action<string> fact)
    {
        page.Facts[engine] = fact;
        page.CallInTurn("webrtc.open", new { engine, relayOnly });
    }

    public void Close(int engine) => page.CallInTurn("webrtc.close", engine);

    public Task<string> GetUserMediaAsync(int engine, string source) => page.AskAsync("webrtc.getUserMedia", new { engine, source });

    public Task<string> GetDisplayMediaAsync(int engine) => page.AskAsync("webrtc.getDisplayMedia", engine);

    public void ReplaceTracks(int engine, bool audio, bool video, bool screen) => page.CallInTurn("webrtc.replaceTracks", new { engine, audio, video, screen });

    public void LimitVideo(int engine, string peer, int cameraBps, double cameraScale, int cameraFps, int screenBps, int screenFps) =>
        page.CallInTurn("webrtc.limitVideo", new { engine, peer, limits = new[] { cameraBps, cameraScale, cameraFps, screenBps, screenFps } });

    public void SetConfiguration(int engine, string servers) => page.CallInTurn("webrtc.setConfiguration", new { engine, servers });

    public void CreatePeerConnection(int engine, string peer, bool isOfferer) => page.CallInTurn("webrtc.createPeerConnection", new { engine, peer, isOfferer });

    public void ClosePeerConnection(int engine, string peer) => page.CallInTurn("webrtc.closePeerConnection", new { engine, peer });

    public void CreateOffer(int engine, string peer, double round, bool iceRestart) =>
        page.CallInTurn("webrtc.createOffer", new { engine, peer, round, iceRestart });

    public void CreateAnswer(int engine, string peer, double round, string sdp) => page.CallInTurn("webrtc.createAnswer", new { engine, peer, round, sdp });

    public void SetRemoteDescription(int engine, string peer, string sdp) => page.CallInTurn("webrtc.setRemoteDescription", new { engine, peer, sdp });

    public void AddIceCandidate(int engine, string peer, string candidate) => page.CallInTurn("webrtc.addIceCandidate", new { engine, peer, candidate });

    public void Show(int engine, string peer, string source, string elementId) => page.CallInTurn("webrtc.show", new { engine, peer, source, elementId });

    public void SetVolume(int engine, string peer, double volume) => page.CallInTurn("webrtc.setVolume", new { engine, peer, volume });
}

/// <summary>ice-check.js of a real page.</summary>
internal sealed class PageIceCheckModule(ModulePage page) : IIceCheckModule
{
    // Asked for by the app alone, which is looked at as a whole.
    public bool IsSecure() => true;

    public Task<string> GatherAsync(string server, string type, int patienceMs) => page.AskAsync("iceCheck.gather", new { server, type, patienceMs });

    public Task<string> LoopAsync(string server, int patienceMs) => page.AskAsync("iceCheck.loop", new { server, patienceMs });

    public Task<string> HearAsync() => page.AskAsync("iceCheck.hear");

    public Task<string> SeeAsync() => page.AskAsync("iceCheck.see");
}
