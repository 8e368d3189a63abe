using Parley.Browser.Devices;
using Parley.Calls;
using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Modules;
using Parley.Platform;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Calls;

/// <summary>A background that is blurred on the device, in Chromium: nobody is in front of these cameras, so everything is background.</summary>
[Trait("size", "long")]
public sealed class BlurTests(Chromium chromium, ModuleServer server) : IClassFixture<ModuleServer>
{
    /// <summary>A picture takes long where the machine has no graphics processor, and the first one longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>A camera that shows a fine pattern and a number that runs, and how sharp an element shows it: mean difference of neighbours.</summary>
    private const string Pattern =
        """
        () => {
          document.body.append(Object.assign(document.createElement('video'), { id: 'me' }));
          navigator.mediaDevices.getUserMedia = async () => {
            const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
            const context = canvas.getContext('2d');
            let frame = 0;
            setInterval(() => {
              for (let x = 0; x < 640; x += 8) for (let y = 0; y < 360; y += 8) {
                context.fillStyle = (x + y) % 16 ? '#333' : '#ccc';
                context.fillRect(x, y, 8, 8);
              }
              context.fillText(String(frame++), 8, 20);
            }, 100);
            return canvas.captureStream();
          };
          globalThis.sharpness = () => {
            const video = document.getElementById('me');
            if (!video.videoWidth) return -1;
            const [canvas, width, height] = [document.createElement('canvas'), 640, 360];
            [canvas.width, canvas.height] = [width, height];
            const context = canvas.getContext('2d');
            context.drawImage(video, 0, 0, width, height);
            const { data } = context.getImageData(0, 0, width, height);
            let sum = 0;
            for (let i = 4; i < data.length; i += 4) sum += Math.abs(data[i] - data[i - 4]);
            return sum / (width * height);
          };
        }
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_preview_is_blurred_and_goes_on_and_is_sharp_again(bool handsFramesOut)
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        if (!handsFramesOut)
        {
            await page.Page.EvaluateAsync("() => { delete globalThis.MediaStreamTrackGenerator; }");
        }

        await page.Page.EvaluateAsync(Pattern);
        var devices = new BrowserDevices(new PageDevicesModule(page));
        Assert.Null(await devices.StartPreviewAsync("me"));
        var sharp = await Eventually.SeesAsync(SharpnessAsync, static seen => seen > 10, Patience);

        Assert.Null(await devices.SetBlurAsync(true));
        Assert.True(devices.IsBlurred);
        await Eventually.SeesAsync(SharpnessAsync, seen => seen >= 0 && seen < sharp / 4, Patience);
        var seen = await FramesAsync();
        await Eventually.SeesAsync(FramesAsync, now => now >= seen + 5, Patience);
        Assert.InRange(await SharpnessAsync(), 0, sharp / 4);

        Assert.Null(await devices.SetBlurAsync(false));
        await Eventually.SeesAsync(SharpnessAsync, again => again > sharp / 2, Patience);
        devices.StopPreview();
        browser.Console.AssertClean();

        Task<double> SharpnessAsync() => page.Page.EvaluateAsync<double>("() => sharpness()");

        Task<int> FramesAsync() => page.Page.EvaluateAsync<int>("() => document.getElementById('me').getVideoPlaybackQuality().totalVideoFrames");
    }

    [Fact]
    public async Task A_call_goes_on_blurred_without_negotiating_again()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        await using var ann = await CallPage.OpenAsync("Ann", browser.Context, server, hub);
        await using var bob = await CallPage.OpenAsync("Bob", browser.Context, server, hub);
        await ann.Page.EvaluateAsync(Pattern);
        await bob.Page.EvaluateAsync(Pattern);
        await ann.JoinAsync(new(Audio: false, Video: true), others: 0);
        await bob.JoinAsync(new(Audio: false), others: 1);
        bob.Media.Show(ann.Session.Id, MediaSource.Camera, "me");
        var sharp = await Eventually.SeesAsync(SharpnessAsync, static seen => seen > 10, Patience);
        var made = await ann.DescribedAsync() + await bob.DescribedAsync();
        var devices = new BrowserDevices(new PageDevicesModule(ann.Modules));

        Assert.Null(await devices.SetBlurAsync(true));
        await ann.Session.SwitchDeviceAsync(MediaSource.Camera, TestContext.Current.CancellationToken);
        await Eventually.SeesAsync(SharpnessAsync, seen => seen > 0 && seen < sharp / 3, Patience);
        await bob.RisesAsync("video", "framesDecoded", 5);

        Assert.Equal(made, await ann.DescribedAsync() + await bob.DescribedAsync());
        Assert.True(ann.Session.State.Value is { Fault: null, Media.Video: true });
        browser.Console.AssertClean();

        Task<double> SharpnessAsync() => bob.Page.EvaluateAsync<double>("() => sharpness()");
    }

    [Fact]
    public async Task Where_blurring_fails_the_camera_is_not_sent_and_its_person_is_told()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        browser.Console.Allow("Failed to load resource");
        await using var ann = await CallPage.OpenAsync("Ann", browser.Context, server, hub);
        await ann.Page.RouteAsync("**/mediapipe/**", static route => route.AbortAsync());
        await ann.JoinAsync(new(Audio: true, Video: true), others: 0);
        await ann.Session.SeesAsync(static seen => seen.Media.Video);
        var devices = new BrowserDevices(new PageDevicesModule(ann.Modules));

        Assert.Equal(MediaFault.BlurFailed, await devices.SetBlurAsync(true));
        await ann.Session.SwitchDeviceAsync(MediaSource.Camera, TestContext.Current.CancellationToken);
        var view = await ann.Session.SeesAsync(seen => !seen.Media.Video);
        Assert.Equal(new DeviceFault(MediaSource.Camera, MediaFault.BlurFailed), view.Fault);
        await ann.Session.SetCameraAsync(true, TestContext.Current.CancellationToken);
        Assert.False(ann.Session.State.Value.Media.Video);
        await ann.Page.EvaluateAsync("() => document.body.append(Object.assign(document.createElement('video'), { id: 'me' }))");
        Assert.Equal(MediaFault.BlurFailed, await devices.StartPreviewAsync("me"));

        // As one is, where one says so.
        Assert.Null(await devices.SetBlurAsync(false));
        await ann.Session.SetCameraAsync(true, TestContext.Current.CancellationToken);
        view = await ann.Session.SeesAsync(seen => seen.Media.Video);
        Assert.Null(view.Fault);
        browser.Console.AssertClean();
    }
}
