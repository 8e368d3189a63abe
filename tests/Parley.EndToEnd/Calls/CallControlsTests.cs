using Parley.Browser.CallControls;
using Parley.Calls;
using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Modules;
using Parley.Platform;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Calls;

/// <summary>call-controls.js in Chromium: what surrounds a call.</summary>
[Trait("size", "long")]
public sealed class CallControlsTests(Chromium chromium, ModuleServer server) : IClassFixture<ModuleServer>
{
    /// <summary>Notes what the page hands to the system; nothing but the system itself can press its buttons or take its lock.</summary>
    private const string Notice =
        """
        () => {
          globalThis.handlers = {};
          globalThis.active = {};
          globalThis.locks = [];
          const { mediaSession, wakeLock } = navigator;
          const [setActionHandler, request] = [mediaSession.setActionHandler.bind(mediaSession), wakeLock.request.bind(wakeLock)];
          mediaSession.setActionHandler = (action, handler) => { setActionHandler(action, handler); handlers[action] = handler; };
          for (const name of ['setMicrophoneActive', 'setCameraActive']) {
            const set = mediaSession[name].bind(mediaSession);
            mediaSession[name] = isOn => { set(isOn); active[name] = isOn; };
          }
          wakeLock.request = async kind => { const lock = await request(kind); locks.push(lock); return lock; };
        }
        """;

    /// <summary>A stage with a picture and a button, and what listens for clicks at the page, as .NET does.</summary>
    private const string Stage =
        """
        async () => {
          const style = document.createElement('link');
          style.rel = 'stylesheet';
          style.href = '/stage.css';
          document.head.append(style);
          document.documentElement.dataset.theme = 'dark';
          const [around, stage, button, video] = ['div', 'section', 'button', 'video'].map(name => document.createElement(name));
          [around.id, stage.id, button.id, video.id] = ['around', 'stage', 'leave', 'ann'];
          stage.append(button, video);
          around.append(stage);
          document.body.append(around);
          video.muted = true;
          video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
          await video.play();
          globalThis.clicked = [];
          document.addEventListener('click', event => {
            if (event.target instanceof Element) clicked.push(event.composedPath().filter(one => one.id).map(one => one.id).join(' '));
          });
        }
        """;

    [Fact]
    public async Task The_systems_buttons_reach_the_call_and_the_screen_stays_on_until_it_is_over()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        await page.Page.EvaluateAsync(Notice);
        var controls = await PageCallControlsModule.OpenAsync(page);
        List<CallButton> pressed = [];
        controls.Pressed += pressed.Add;

        controls.Begin("#general");
        controls.Show(new CallMedia(Audio: true));
        await Eventually.SeesAsync(() => controls.IsScreenKeptOn.Value, static isOn => isOn);
        Assert.Equal("#general", await page.Page.EvaluateAsync<string>("() => navigator.mediaSession.metadata.title"));
        Assert.Equal("true false", await page.Page.EvaluateAsync<string>("() => `${active.setMicrophoneActive} ${active.setCameraActive}`"));
        await page.Page.EvaluateAsync("() => { for (const one of ['togglemicrophone', 'togglecamera', 'hangup']) handlers[one](); }");
        await Eventually.SeesAsync(() => pressed.Count, static count => count == 3);
        Assert.Equal([CallButton.Microphone, CallButton.Camera, CallButton.HangUp], pressed);

        // The page was hidden, which takes the lock, and is seen again.
        await page.Page.EvaluateAsync("() => locks[0].release()");
        await Eventually.SeesAsync(() => controls.IsScreenKeptOn.Value, static isOn => !isOn);
        await page.Page.EvaluateAsync("() => document.dispatchEvent(new Event('visibilitychange'))");
        await Eventually.SeesAsync(() => controls.IsScreenKeptOn.Value, static isOn => isOn);

        await controls.EndAsync();
        await Eventually.SeesAsync(() => controls.IsScreenKeptOn.Value, static isOn => !isOn);
        await page.Page.EvaluateAsync("() => document.dispatchEvent(new Event('visibilitychange'))");
        Assert.True(await page.Page.EvaluateAsync<bool>(
            "() => locks.every(lock => lock.released) && Object.values(handlers).every(one => one === null) && navigator.mediaSession.metadata === null"));
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task A_picture_and_a_part_of_the_page_go_into_windows_of_their_own_and_come_back()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        await page.Page.EvaluateAsync(Stage);
        var controls = await PageCallControlsModule.OpenAsync(page);
        Assert.True(controls is { CanShowPicture: true, CanPopOut: true });

        Assert.Null(await controls.ShowPictureAsync("ann"));
        await Eventually.SeesAsync(() => controls.IsPictureShown.Value, static isSo => isSo);
        await controls.HidePictureAsync();
        await Eventually.SeesAsync(() => controls.IsPictureShown.Value, static isSo => !isSo);

        Assert.Null(await controls.PopOutAsync("stage", 320, 240));
        await Eventually.SeesAsync(() => controls.IsPoppedOut.Value, static isSo => isSo);
        await page.Page.WaitForFunctionAsync(
            """
            () => {
              const { document: other } = documentPictureInPicture.window;
              const [button, video] = [other.getElementById('leave'), other.getElementById('ann')];
              return !document.getElementById('stage') && other.documentElement.dataset.theme === 'dark' && !video.paused
                && getComputedStyle(button).color === 'rgb(1, 2, 3)';
            }
            """);
        await page.Page.EvaluateAsync("() => documentPictureInPicture.window.document.getElementById('leave').click()");
        Assert.Equal("leave stage", await page.Page.EvaluateAsync<string>("() => clicked.join()"));

        // The person closes the window.
        await page.Page.EvaluateAsync("() => documentPictureInPicture.window.close()");
        await Eventually.SeesAsync(() => controls.IsPoppedOut.Value, static isSo => !isSo);
        await page.Page.WaitForFunctionAsync("() => around.firstElementChild === stage && !document.getElementById('ann').paused");

        // The component goes while it is out: nothing comes back, and the end of the call closes the window.
        Assert.Null(await controls.PopOutAsync("stage", 320, 240));
        await page.Page.EvaluateAsync("() => { documentPictureInPicture.window.document.getElementById('stage').remove(); around.remove(); }");
        await controls.EndAsync();
        await Eventually.SeesAsync(() => controls.IsPoppedOut.Value, static isSo => !isSo);
        await page.Page.WaitForFunctionAsync("() => documentPictureInPicture.window === null && !document.getElementById('stage')");
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task What_a_browser_does_not_offer_is_an_answer()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        await page.Page.EvaluateAsync(
            """
            () => {
              Object.defineProperty(document, 'pictureInPictureEnabled', { value: false });
              Object.defineProperty(navigator, 'wakeLock', { value: undefined });
              delete globalThis.documentPictureInPicture;
              document.body.append(Object.assign(document.createElement('video'), { id: 'ann' }));
            }
            """);
        var controls = await PageCallControlsModule.OpenAsync(page);

        Assert.True(controls is { CanShowPicture: false, CanPopOut: false });
        Assert.Equal(MediaFault.NotSupported, await controls.ShowPictureAsync("ann"));
        Assert.Equal(MediaFault.NotSupported, await controls.PopOutAsync("ann", 320, 240));
        Assert.Equal(MediaFault.NotFound, await controls.PopOutAsync("bob", 320, 240));
        controls.Begin("#general");
        await controls.EndAsync();
        Assert.False(controls.IsScreenKeptOn.Value);
        browser.Console.AssertClean();
    }
}
