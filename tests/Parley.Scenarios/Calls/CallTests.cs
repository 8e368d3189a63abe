using Parley.Calls;
using Parley.Ids;
using Parley.Platform;
using Parley.Presence;

namespace Parley.Scenarios.Calls;

/// <summary>Calls of real clients at a real hub, with fake media.</summary>
public sealed class CallTests
{
    private static readonly CallMedia Voice = new(Audio: true);
    private static readonly CallMedia Camera = new(Audio: true, Video: true);

    [Fact]
    public async Task Two_talk_and_see_what_the_other_does()
    {
        await using var scene = await CallScene.InCallAsync(Voice, "Ann", "Bob");
        var (ann, bob) = (scene.People[0], scene.People[1]);
        Assert.Equal(ann.Id, bob.View.Others.Single().Person);
        var made = scene.Media.Descriptions;

        ann.Session!.SetHand(true);
        await bob.Session!.SetScreenAsync(true);
        await scene.UntilAsync(() => bob.View.Others[0].Media.Hand && ann.View.Others[0].Media.Screen, "hand and screen are seen");
        await bob.Session.SetMicrophoneAsync(false);
        ann.Media.Happen(new SpeakingChanged(true));
        await scene.UntilAsync(() => bob.View.Others[0].Media.Speaking && !ann.View.Others[0].Media.Audio, "speaking and mute are seen");
        Assert.Equal([MediaSource.Microphone, MediaSource.Screen], bob.Media.Captured);

        // The person ends it in the browser's own bar.
        bob.Media.Happen(new TrackEnded(MediaSource.Screen));
        await scene.UntilAsync(() => !ann.View.Others[0].Media.Screen, "the screen is gone");
        Assert.Equal([MediaSource.Microphone], bob.Media.Captured);

        // None of it was negotiated.
        Assert.Equal(made, scene.Media.Descriptions);

        var media = bob.Media;
        await bob.Client.Calls.LeaveAsync();
        Assert.True(media.IsClosed);
        Assert.Null(bob.Session);
        await scene.UntilAsync(() => ann.View.Others.Count == 0, "Bob left");
    }

    [Fact]
    public async Task Four_have_their_cameras_on_and_the_fifth_is_told_that_there_is_no_seat()
    {
        await using var scene = await CallScene.InCallAsync(Camera, "Ann", "Bob", "Cat", "Dan");
        Assert.All(scene.People, person => Assert.True(person.IsConnectedWith(3) && person.Media.Sent.Video));

        var eve = await scene.AddAsync("Eve");
        await eve.Client.Calls.JoinAsync(eve.Channel, Camera);
        await scene.UntilAsync(() => eve.View.Phase == CallPhase.Ended, "Eve is told");

        Assert.Equal(EndReason.Full, eve.View.End);
        await eve.Session!.Ended;
        Assert.True(eve.Media.IsClosed);
        Assert.All(scene.People.Except([eve]), person => Assert.True(person.IsConnectedWith(3) && person.View is { CameraRefusal: null, Media.Video: true }));
    }

    [Trait("weak-spot", "W24")]
    [Fact]
    public async Task Eight_talk_and_none_of_them_gets_a_camera()
    {
        await using var scene = await CallScene.InCallAsync(Voice, "Ann", "Bob", "Cat", "Dan", "Eve", "Fay", "Gus", "Hal");
        Assert.All(scene.People, person => Assert.True(person.IsConnectedWith(7)));

        var cat = scene.People[2];
        await cat.Session!.SetCameraAsync(true);
        await scene.UntilAsync(() => cat.View.CameraRefusal is not null, "Cat is told");

        Assert.Equal((RejectReason.CameraFull, false), (cat.View.CameraRefusal, cat.View.Media.Video));
        Assert.Equal([MediaSource.Microphone], cat.Media.Captured);
        Assert.All(scene.People, person => Assert.True(person.IsConnectedWith(7)));
        Assert.All(scene.People.Except([cat]), person => Assert.Null(person.View.CameraRefusal));
    }

    [Fact]
    public async Task A_hub_that_restarts_interrupts_nobody_and_newcomers_come_in_afterwards()
    {
        await using var scene = await CallScene.InCallAsync(Voice, "Ann", "Bob");
        var (ann, bob) = (scene.People[0], scene.People[1]);
        var made = scene.Media.Descriptions;

        await scene.RestartHubAsync(async () =>
        {
            await scene.UntilAsync(() => !ann.View.IsSignaling && !bob.View.IsSignaling, "the hub is missed");
            await scene.PassAsync(TimeSpan.FromSeconds(30));
            Assert.All(scene.People, person => Assert.True(person.IsConnectedWith(1)));
        });
        await scene.UntilAsync(() => ann.View.IsSignaling && bob.View.IsSignaling, "signals are back");
        ann.Session!.SetHand(true);
        await scene.UntilAsync(() => bob.View.Others[0].Media.Hand, "they arrive");
        Assert.Equal(made, scene.Media.Descriptions);

        await (await scene.AddAsync("Cat")).JoinAsync(Voice);
        Assert.All(scene.People, person => Assert.True(person.IsConnectedWith(2)));
    }

    [Trait("weak-spot", "W24")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_seat_of_one_who_is_killed_is_free_within_fifteen_seconds(bool isNoticed)
    {
        await using var scene = await CallScene.InCallAsync(Camera, "Ann", "Bob", "Cat", "Dan");
        var dan = scene.People[3];
        dan.Media.Die();
        if (isNoticed)
        {
            dan.Links.Cut();
        }
        else
        {
            // The machine is gone: its socket stays open and says nothing.
            dan.Links.LosesSent = static _ => true;
        }

        await scene.WithinAsync(TimeSpan.FromSeconds(15), () => scene.People.Take(3).All(person => person.View.Others.Count == 2), "Dan's seat is free");
        var eve = await scene.AddAsync("Eve");
        await eve.Client.Calls.JoinAsync(eve.Channel, Camera);
        await scene.UntilAsync(() => eve.View.Phase == CallPhase.Seated, "Eve has it");
    }

    [Fact]
    public async Task Whoever_reloads_is_back_under_a_new_session()
    {
        await using var scene = await CallScene.InCallAsync(Voice, "Ann", "Bob");
        var (ann, bob) = (scene.People[0], scene.People[1]);
        var before = bob.Session!.Id;

        await bob.JoinAsync(Voice);

        Assert.NotEqual(before, bob.Session!.Id);
        Assert.Equal([bob.Session.Id], ann.View.Others.Select(other => other.Session));
    }

    [Fact]
    public async Task A_device_that_fails_is_left_out_and_said()
    {
        await using var scene = await CallScene.OpenAsync();
        var ann = await scene.AddAsync("Ann");
        ann.BrokenDevices[MediaSource.Microphone] = MediaFault.NotAllowed;
        await ann.JoinAsync(Camera);

        Assert.Equal(new DeviceFault(MediaSource.Microphone, MediaFault.NotAllowed), ann.View.Fault);
        Assert.Equal(new(Audio: false, Video: true), ann.View.Media);

        ann.Media.Faults.Clear();
        await ann.Session!.SetMicrophoneAsync(true);
        await scene.UntilAsync(() => ann.View is { Fault: null, Media.Audio: true }, "the microphone is on");
    }

    [Fact]
    public async Task One_leaves_while_the_browser_still_asks_for_the_microphone()
    {
        await using var scene = await CallScene.OpenAsync();
        var ann = await scene.AddAsync("Ann");
        ann.Answered = new TaskCompletionSource().Task;
        var joining = ann.Client.Calls.JoinAsync(ann.Channel, Voice);
        await scene.UntilAsync(() => ann.Session is not null, "the browser asks");

        await ann.Client.Calls.LeaveAsync();

        Assert.Equal((CallPhase.Ended, EndReason.Left), ((await joining).State.Value.Phase, (await joining).State.Value.End));
        Assert.Null(ann.Session);
        ann.Answered = null;
        await ann.JoinAsync(Voice);
    }

    [Fact]
    public async Task Presence_says_who_is_in_the_call_and_no_longer_than_that()
    {
        await using var scene = await CallScene.OpenAsync();
        var (ann, bob) = (await scene.AddAsync("Ann"), await scene.AddAsync("Bob"));
        using var general = bob.Client.Presence.Join(bob.Channel);
        using var space = bob.Client.Presence.Join(RoomNames.SpacePresence(bob.Client.Space));

        await ann.JoinAsync(Voice);
        foreach (var room in new[] { general, space })
        {
            await scene.UntilAsync(() => CallOccupancy.Of(room.Peers.Value, bob.Channel).Count == 1, "Bob sees Ann");
            Assert.Equal(new CallPresence(bob.Channel, Audio: true, Video: false, Screen: false), CallOccupancy.Of(room.Peers.Value, bob.Channel)[0].State.Call);
        }

        await ann.Client.Calls.LeaveAsync();
        await scene.UntilAsync(() => CallOccupancy.Of(space.Peers.Value, bob.Channel).Count + CallOccupancy.Of(general.Peers.Value, bob.Channel).Count == 0, "Ann left");
    }

    [Fact]
    public async Task The_last_two_write_down_one_call_with_everybody_who_was_in()
    {
        await using var scene = await CallScene.InCallAsync(Voice, "Ann", "Bob", "Cat");
        var started = scene.People[1].View.StartedAt!.Value;
        await scene.PassAsync(TimeSpan.FromSeconds(20));
        foreach (var person in scene.People)
        {
            await person.Client.Calls.LeaveAsync();
            await scene.PassAsync(TimeSpan.FromSeconds(1));
        }

        var (ann, cat) = (scene.People[0], scene.People[2]);
        var nodes = await scene.UntilAsync(() => ann.Client.Nodes.FindAsync(CallRecord.In(ann.Channel)), static found => found.Count == 2);
        var record = Assert.Single(CallRecord.Of(nodes));
        Assert.Equal((ann.Id, started), (record.By, record.StartedAt));
        Assert.Equal(scene.People.Select(person => person.Id).Order(), record.People);
        Assert.InRange((record.EndedAt - record.StartedAt).TotalSeconds, 20, 60);
        Assert.DoesNotContain(nodes, node => node.CreatedBy == ann.Id);
        Assert.Contains(nodes, node => node.CreatedBy == cat.Id);
    }

    [Fact]
    public async Task Whoever_was_alone_in_a_channel_leaves_no_trace()
    {
        await using var scene = await CallScene.InCallAsync(Voice, "Ann");
        var ann = scene.People[0];
        await ann.Client.Calls.LeaveAsync();
        Assert.Empty(await ann.Client.Nodes.FindAsync(CallRecord.In(ann.Channel)));
    }
}
