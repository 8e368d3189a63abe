using Parley.Browser.Devices;
using Parley.Browser.WebRtc;
using Parley.Calls;
using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Modules;
using Parley.Platform;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Calls;

/// <summary>Devices before and during a call in Chromium: volume, speaker, another microphone, the sound of a screen.</summary>
[Trait("size", "long")]
public sealed class CallDevicesTests(Chromium chromium, ModuleServer server) : IClassFixture<ModuleServer>
{
    /// <summary>Notes what is captured, and what is played on which speaker.</summary>
    private const string Notice =
        """
        () => {
          globalThis.captured = [];
          globalThis.played = [];
          const { mediaDevices } = navigator;
          const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
          mediaDevices.getUserMedia = async wanted => {
            const stream = await getUserMedia(wanted);
            captured.push(...stream.getTracks());
            return stream;
          };
          const { play } = HTMLMediaElement.prototype;
          HTMLMediaElement.prototype.play = function () {
            played.push({ element: this, stream: this.srcObject });
            return play.call(this);
          };
        }
        """;

    [Fact]
    public async Task How_loud_somebody_is_heard_stays_when_their_connection_is_made_anew()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        await page.Page.EvaluateAsync("() => { globalThis.sounds = []; globalThis.Audio = class extends Audio { constructor() { super(); sounds.push(this); } }; }");
        await using var media = new BrowserCallMedia(new PageWebRtcModule(page), static _ => { });
        var ann = SessionId.Parse("ann#1");

        media.SetVolume(ann, 0.25);
        media.CreatePeerConnection(ann, isOfferer: false);
        media.CreatePeerConnection(ann, isOfferer: false);
        media.CreatePeerConnection(SessionId.Parse("bob#1"), isOfferer: false);

        await page.Page.WaitForFunctionAsync("() => sounds.map(sound => sound.volume).join() === '0.25,0.25,1'");
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task A_tone_is_heard_on_the_speaker_that_was_chosen()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        await page.Page.EvaluateAsync(Notice);
        var devices = new BrowserDevices(new PageDevicesModule(page));
        Assert.Null(await devices.StartMeterAsync());
        var speakers = await Eventually.SeesAsync(
            () => devices.All.Value.Where(device => device.Kind == DeviceKind.Speaker).ToList(), static found => found.Count > 1);
        devices.StopMeter();
        devices.Choose(DeviceKind.Speaker, speakers[^1].Id);

        var testing = devices.TestSpeakerAsync();
        await page.Page.WaitForFunctionAsync("() => played.length > 0");
        var loudest = await page.Page.EvaluateAsync<double>(
            """
            async () => {
              const context = new AudioContext();
              const analyser = context.createAnalyser();
              context.createMediaStreamSource(played[0].stream).connect(analyser);
              const samples = new Float32Array(analyser.fftSize);
              let loudest = 0;
              for (const end = performance.now() + 600; performance.now() < end; await new Promise(requestAnimationFrame)) {
                analyser.getFloatTimeDomainData(samples);
                loudest = Math.max(loudest, ...samples);
              }
              return loudest;
            }
            """);
        Assert.Null(await testing);

        Assert.InRange(loudest, 0.05, 0.5);
        Assert.Equal(speakers[^1].Id, await page.Page.EvaluateAsync<string>("() => played[0].element.sinkId"));
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task A_microphone_that_is_unplugged_is_followed_by_another_and_a_camera_that_is_off_stays_off()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        await using var ann = await CallPage.OpenAsync("Ann", browser.Context, server, hub);
        await using var bob = await CallPage.OpenAsync("Bob", browser.Context, server, hub);
        await ann.Page.EvaluateAsync(Notice);
        await ann.JoinAsync(new(Audio: true), others: 0);
        await bob.JoinAsync(new(Audio: true), others: 1);
        await bob.IsHeardAsync(true);

        await ann.Page.EvaluateAsync("() => { captured[0].stop(); captured[0].dispatchEvent(new Event('ended')); }");
        await bob.IsHeardAsync(true);
        Assert.True(await ann.Page.EvaluateAsync<bool>("() => captured.length === 2 && peers[0].getSenders().some(sender => sender.track === captured[1])"));
        Assert.True(ann.Session.State.Value is { Fault: null, Media.Audio: true });

        await ann.Session.SwitchDeviceAsync(MediaSource.Camera, TestContext.Current.CancellationToken);
        await ann.Session.SwitchDeviceAsync(MediaSource.Microphone, TestContext.Current.CancellationToken);
        Assert.Equal("audio audio audio", await ann.Page.EvaluateAsync<string>("() => captured.map(track => track.kind).join(' ')"));

        // No other one is there: the call says so.
        await ann.Page.EvaluateAsync(
            """
            () => {
              navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('None', 'NotFoundError'); };
              captured[2].stop();
              captured[2].dispatchEvent(new Event('ended'));
            }
            """);
        var view = await ann.Session.SeesAsync(seen => !seen.Media.Audio);
        Assert.Equal(new DeviceFault(MediaSource.Microphone, MediaFault.NotFound), view.Fault);
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task The_sound_of_a_screen_is_heard_beside_a_muted_microphone_until_the_sharing_ends()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        await using var ann = await CallPage.OpenAsync("Ann", browser.Context, server, hub);
        await using var bob = await CallPage.OpenAsync("Bob", browser.Context, server, hub);
        await ann.JoinAsync(new(Audio: true), others: 0);
        await bob.JoinAsync(new(Audio: true), others: 1);
        await bob.IsHeardAsync(true);
        var made = await ann.DescribedAsync() + await bob.DescribedAsync();
        await ann.Session.SetMicrophoneAsync(false);
        await bob.IsHeardAsync(false);

        await ann.Session.SetScreenAsync(true);
        await bob.IsHeardAsync(true);
        Assert.Equal("detail", await ann.Page.EvaluateAsync<string>("() => peers[0].getSenders()[2].track.contentHint"));

        // The microphone comes and goes beside it.
        await ann.Session.SetMicrophoneAsync(true);
        await ann.Session.SwitchDeviceAsync(MediaSource.Microphone, TestContext.Current.CancellationToken);
        await ann.Session.SetMicrophoneAsync(false);
        await bob.Session.SeesAsync(view => view.Others[0].Media is { Audio: false, Screen: true });
        await bob.IsHeardAsync(true);

        await ann.Session.SetScreenAsync(false);
        await bob.IsHeardAsync(false);
        await ann.Session.SetMicrophoneAsync(true);
        await bob.IsHeardAsync(true);
        Assert.Equal(made, await ann.DescribedAsync() + await bob.DescribedAsync());
        browser.Console.AssertClean();
    }
}
