using Parley.Calls;

namespace Parley.Scenarios.Calls;

/// <summary>Pictures give way to voices.</summary>
public sealed class PictureSharesTests
{
    [Fact]
    public async Task A_congested_connection_gets_fewer_pictures_and_its_person_is_told()
    {
        await using var scene = await CallScene.InCallAsync(new CallMedia(Audio: true, Video: true), "Ann", "Bob", "Cat");
        var (ann, bob, cat) = (scene.People[0], scene.People[1], scene.People[2]);
        var (toBob, toCat) = (bob.Session!.Id, cat.Session!.Id);
        await scene.UntilAsync(() => ann.Media.Limits.Count == 2 && ann.Media.Limits[toBob] == VideoLimit.Of(VideoStep.Full, 2), "two share");

        for (var i = 0; i < 20; i++)
        {
            await scene.PassAsync(TimeSpan.FromSeconds(1));
            ann.Media.Happen(new StatsMeasured(toBob, new(0.3, 50, 10, 0, 0, SentLossRatio: 0.3, AvailableBps: 50_000)));
            ann.Media.Happen(new StatsMeasured(toCat, new(0, 50, 10, 0, 0)));
        }

        Assert.Equal(VideoLimit.Of(VideoStep.Paused, 2), ann.Media.Limits[toBob]);
        Assert.Equal(VideoLimit.Of(VideoStep.Full, 2), ann.Media.Limits[toCat]);
        Assert.Equal(VideoStep.Paused, ann.View.Others.Single(other => other.Session == toBob).SentVideo);
        Assert.True(ann.Media.Sent.Video);

        await cat.Client.Calls.LeaveAsync();
        await scene.UntilAsync(() => ann.Media.Limits[toBob] == VideoLimit.Of(VideoStep.Paused, 1), "one has it all");
    }
}
