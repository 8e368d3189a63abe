using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Browser.Devices;
using Parley.Calls;
using Parley.Cli.Turn;
using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Modules;
using Parley.Platform;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Calls;

/// <summary>webrtc.js and devices.js in Chromium with fake devices: real connections between two pages, looked at by getStats.</summary>
public sealed class BrowserCallTests(Chromium chromium, ModuleServer server) : IClassFixture<ModuleServer>
{
    private static readonly CallMedia Voice = new(Audio: true);
    private static readonly CallMedia Camera = new(Audio: true, Video: true);

    [Trait("weak-spot", "W24")]
    [Fact]
    public async Task Two_see_and_hear_each_other_and_share_a_screen_without_negotiating_again()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        await using var ann = await CallPage.OpenAsync("Ann", browser.Context, server, hub);
        await using var bob = await CallPage.OpenAsync("Bob", browser.Context, server, hub);
        await ann.JoinAsync(Voice, others: 0);
        await bob.JoinAsync(Voice, others: 1);
        foreach (var one in new[] { ann, bob })
        {
            await one.RisesAsync("audio", "bytesReceived", 2_000);
        }

        var made = await ann.DescribedAsync() + await bob.DescribedAsync();

        // The fake microphone beeps: that is heard as speaking on the other side.
        await bob.Session.SeesAsync(view => view.Others[0].Media.Speaking);
        await bob.Session.SeesAsync(view => view.Others[0].Quality != CallQuality.None);

        // A screen in a call of voices.
        await ann.Session.SetScreenAsync(true);
        await bob.RisesAsync("video", "framesDecoded", 5, minWidth: 1_000);
        await ann.Session.SetScreenAsync(false);
        await bob.Session.SeesAsync(view => !view.Others[0].Media.Screen);

        // Cameras on, shown in an element, off and on again.
        await ann.Session.SetCameraAsync(true);
        await bob.Session.SetCameraAsync(true);
        await ann.RisesAsync("video", "framesDecoded", 5);
        await bob.RisesAsync("video", "framesDecoded", 5);
        await bob.Page.EvaluateAsync("() => document.body.append(Object.assign(document.createElement('video'), { id: 'ann' }))");
        bob.Media.Show(ann.Session.Id, MediaSource.Camera, "ann");
        await bob.Page.WaitForFunctionAsync("() => document.getElementById('ann').videoWidth > 0");
        await ann.Session.SetCameraAsync(false);
        await bob.Session.SeesAsync(view => !view.Others[0].Media.Video);
        await ann.Session.SetCameraAsync(true);
        await bob.RisesAsync("video", "framesDecoded", 5);

        // Another microphone, and mute.
        var devices = new BrowserDevices(new PageDevicesModule(ann.Modules));
        var microphones = await Eventually.SeesAsync(
            () => devices.All.Value.Where(device => device.Kind == DeviceKind.Microphone).ToList(), static found => found.Count > 1);
        devices.Choose(DeviceKind.Microphone, microphones[^1].Id);
        Assert.Null(await ann.Media.GetUserMediaAsync(MediaSource.Microphone, TestContext.Current.CancellationToken));
        await bob.RisesAsync("audio", "bytesReceived", 2_000);
        await ann.Session.SetMicrophoneAsync(false);
        await bob.Session.SeesAsync(view => view.Others[0].Media is { Audio: false, Speaking: false });

        // Who says nothing sends signs of life, not fifty packets of silence in a second.
        await Eventually.SeesAsync(() => bob.InASecondAsync("audio", "packetsReceived"), static packets => packets is > 0 and < 10, TimeSpan.FromSeconds(30));

        Assert.Equal(made, await ann.DescribedAsync() + await bob.DescribedAsync());

        // Another network: fresh ICE, and the call goes on.
        bob.Client.Calls.NetworkChanged();
        await Eventually.SeesAsync(async () => await ann.DescribedAsync() + await bob.DescribedAsync(), now => now == made + 2);
        await bob.RisesAsync("video", "framesDecoded", 5);
        await ann.RisesAsync("audio", "bytesReceived", 2_000);

        await ann.Client.Calls.LeaveAsync();
        await bob.Session.SeesAsync(view => view.Others.Count == 0);
        Assert.True(await ann.Page.EvaluateAsync<bool>("() => peers.every(peer => peer.connectionState === 'closed')"));
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task Pictures_give_way_and_the_voice_stays()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        await using var ann = await CallPage.OpenAsync("Ann", browser.Context, server, hub);
        await using var bob = await CallPage.OpenAsync("Bob", browser.Context, server, hub);
        await ann.JoinAsync(Camera, others: 0);
        await bob.JoinAsync(Voice, others: 1);
        await bob.RisesAsync("video", "framesDecoded", 5, minWidth: 600);
        var made = await ann.DescribedAsync() + await bob.DescribedAsync();

        ann.Media.LimitVideo(bob.Session.Id, VideoLimit.Of(VideoStep.Paused, 1));
        await Eventually.SeesAsync(() => bob.InASecondAsync("video", "framesDecoded"), static frames => frames == 0, TimeSpan.FromSeconds(60));
        await bob.IsHeardAsync(true);

        ann.Media.LimitVideo(bob.Session.Id, VideoLimit.Of(VideoStep.Low, 1));
        await bob.RisesAsync("video", "framesDecoded", 5);
        await Eventually.SeesAsync(() => bob.InboundAsync("video", "frameWidth"), static width => width is > 0 and < 300, TimeSpan.FromSeconds(60));

        Assert.Equal(made, await ann.DescribedAsync() + await bob.DescribedAsync());
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task Through_a_relay_alone_media_flow_with_what_the_hub_minted()
    {
        Assert.SkipUnless(TurnServer.Find() is not null, "coturn is not installed");
        var folder = Directory.CreateTempSubdirectory("parley-turn-").FullName;
        var settings = new TurnSettings(IPAddress.Loopback, FreePort(), 40_100, 40_200);
        await using (var turn = await TurnServer.StartAsync(settings, folder, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken))
        {
            await using var hub = await HubFixture.StartAsync(options =>
            {
                turn.Urls.ToList().ForEach(options.Ice.TurnServers.Add);
                options.Ice.TurnSecret = turn.Secret;
            });
            await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
            await using var ann = await CallPage.OpenAsync("Ann", browser.Context, server, hub, relayOnly: true);
            await using var bob = await CallPage.OpenAsync("Bob", browser.Context, server, hub, relayOnly: true);
            await ann.JoinAsync(Camera, others: 0);
            await bob.JoinAsync(Camera, others: 1);
            foreach (var one in new[] { ann, bob })
            {
                await one.RisesAsync("video", "framesDecoded", 10);
                await one.RisesAsync("audio", "bytesReceived", 2_000);
                await one.Session.SeesAsync(view => view.Others[0].IsRelayed);
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Before_a_call_the_microphone_shows_its_level_and_the_camera_its_picture()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        var devices = new BrowserDevices(new PageDevicesModule(page));

        Assert.Null(await devices.StartMeterAsync());
        await Eventually.SeesAsync(() => devices.Level.Value, static level => level > 0.01);
        devices.StopMeter();
        await page.Page.EvaluateAsync("() => document.body.append(Object.assign(document.createElement('video'), { id: 'me' }))");
        Assert.Null(await devices.StartPreviewAsync("me"));
        await page.Page.WaitForFunctionAsync("() => document.getElementById('me').videoWidth > 0");
        devices.StopPreview();
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task Without_devices_one_comes_in_and_is_told_why_nobody_hears()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        await using var ann = await CallPage.OpenAsync("Ann", browser.Context, server, hub);
        await ann.JoinAsync(Camera, others: 0);

        var view = await ann.Session.SeesAsync(seen => seen is { Phase: CallPhase.Seated, Fault: not null });
        Assert.Equal(default, view.Media);
        Assert.Contains(view.Fault!.Value.Fault, new[] { MediaFault.NotFound, MediaFault.NotAllowed });
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
