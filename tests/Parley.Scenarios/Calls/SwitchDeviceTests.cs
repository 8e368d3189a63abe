using Parley.Calls;
using Parley.Platform;

namespace Parley.Scenarios.Calls;

/// <summary>Another device is chosen during a call.</summary>
public sealed class SwitchDeviceTests
{
    [Fact]
    public async Task What_is_in_use_is_captured_again_and_what_is_off_stays_off()
    {
        await using var scene = await CallScene.InCallAsync(new CallMedia(Audio: true), "Ann");
        var (session, media) = (scene.People[0].Session!, scene.People[0].Media);
        await session.SwitchDeviceAsync(MediaSource.Camera, TestContext.Current.CancellationToken);
        Assert.Equal([MediaSource.Microphone], media.Captured);

        await session.SetCameraAsync(true, TestContext.Current.CancellationToken);
        await scene.UntilAsync(() => scene.People[0].View.Media.Video, "the camera is on");
        media.Faults[MediaSource.Camera] = MediaFault.NotReadable;
        await session.SwitchDeviceAsync(MediaSource.Camera, TestContext.Current.CancellationToken);
        Assert.Equal(new DeviceFault(MediaSource.Camera, MediaFault.NotReadable), scene.People[0].View.Fault);
        Assert.True(scene.People[0].View.Media.Video);

        // Turned off while the new one is asked for.
        media.Faults.Clear();
        var answered = new TaskCompletionSource();
        media.Answered = answered.Task;
        var switching = session.SwitchDeviceAsync(MediaSource.Camera, TestContext.Current.CancellationToken);
        await session.SetCameraAsync(false, TestContext.Current.CancellationToken);
        await scene.UntilAsync(() => !scene.People[0].View.Media.Video, "the camera is off");
        answered.SetResult();
        await switching;
        Assert.Equal([MediaSource.Microphone], media.Captured);
    }
}
