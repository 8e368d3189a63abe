using Xunit;

namespace Parley.Calls;

/// <summary>How pictures give way on one connection, measured once a second.</summary>
public sealed class VideoBudgetTests
{
    private static readonly LinkStats Clean = new(0, 50, 10, 0, 0, AvailableBps: 1_000_000);
    private static readonly LinkStats Lossy = Clean with { SentLossRatio = 0.1 };

    private readonly VideoBudget _budget = new();
    private long _nowMs = 1;

    [Fact]
    public void Loss_takes_one_step_after_the_other_until_the_voice_is_alone()
    {
        Assert.Equal(VideoStep.Full, After(1, Lossy));
        Assert.Equal(VideoStep.Reduced, After(1, Lossy));
        Assert.Equal(VideoStep.Low, After(4, Lossy));
        Assert.Equal(VideoStep.Paused, After(4, Lossy));
        Assert.Equal(VideoStep.Paused, After(60, Lossy));
    }

    [Fact]
    public void One_bad_measurement_and_what_only_the_other_loses_change_nothing()
    {
        for (var i = 0; i < 20; i++)
        {
            After(1, Lossy);
            Assert.Equal(VideoStep.Full, After(1, Clean));
        }

        Assert.Equal(VideoStep.Full, After(20, Clean with { LossRatio = 0.5 }));
    }

    [Theory]
    [InlineData(0, VideoStep.Full)]
    [InlineData(250_000, VideoStep.Full)]
    [InlineData(150_000, VideoStep.Reduced)]
    [InlineData(80_000, VideoStep.Low)]
    [InlineData(30_000, VideoStep.Paused)]
    public void A_narrow_way_out_is_answered_at_once_by_what_fits(double availableBps, VideoStep step) =>
        Assert.Equal(step, After(2, Clean with { AvailableBps = availableBps }));

    [Fact]
    public void It_comes_back_slowly_and_waits_longer_each_time_that_it_was_too_early()
    {
        After(2, Clean with { AvailableBps = 30_000 });

        // What is estimated while nothing is sent does not count.
        Assert.Equal(VideoStep.Paused, After(10, Clean with { AvailableBps = 30_000 }));
        Assert.Equal(VideoStep.Low, After(1, Clean with { AvailableBps = 30_000 }));
        Assert.Equal(VideoStep.Paused, After(4, Lossy));
        Assert.Equal(VideoStep.Paused, After(20, Clean));
        Assert.Equal(VideoStep.Low, After(1, Clean));
        Assert.Equal(VideoStep.Paused, After(4, Lossy));
        Assert.Equal(VideoStep.Paused, After(40, Clean));
        Assert.Equal(VideoStep.Low, After(1, Clean));

        // Once it has held at full, it is forgotten.
        Assert.Equal(VideoStep.Full, After(200, Clean));
        Assert.Equal(VideoStep.Reduced, After(2, Lossy));
        Assert.Equal(VideoStep.Full, After(11, Clean));
    }

    [Fact]
    public void Between_good_and_bad_nothing_moves()
    {
        After(2, Lossy);
        Assert.Equal(VideoStep.Reduced, After(60, Clean with { SentLossRatio = 0.05 }));
        Assert.Equal(VideoStep.Reduced, After(60, Clean with { RoundTripMs = 900 }));
    }

    [Fact]
    public void Without_pictures_it_begins_anew()
    {
        After(10, Lossy);
        Assert.True(_budget.Take(Lossy, sendsPictures: false, ++_nowMs));
        Assert.Equal(VideoStep.Full, _budget.Step);
        Assert.False(_budget.Take(Clean with { AvailableBps = 20_000 }, sendsPictures: false, ++_nowMs));
    }

    [Theory]
    [InlineData(1, 800_000, 2_500_000)]
    [InlineData(3, 450_000, 1_000_000)]
    [InlineData(7, 192_857, 428_571)]
    public void The_connections_of_a_mesh_share_what_goes_out(int links, int cameraBps, int screenBps)
    {
        var full = VideoLimit.Of(VideoStep.Full, links);
        Assert.Equal((cameraBps, screenBps), (full.CameraBps, full.ScreenBps));
        var steps = Enum.GetValues<VideoStep>().Select(step => VideoLimit.Of(step, links)).ToList();
        Assert.Equal((0, 0), (steps[0].CameraBps, steps[0].ScreenBps));
        Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.True(pair.First.CameraBps < pair.Second.CameraBps || pair.Second.CameraBps == cameraBps));
    }

    [Fact]
    public void A_device_that_is_too_slow_is_told_where_nothing_else_is_the_matter()
    {
        var slow = Clean with { IsProcessorLimited = true };
        Assert.Equal((CallQuality.Fair, QualityCause.Processor), slow.Judge(LinkHealth.Connected));
        Assert.Equal((CallQuality.Poor, QualityCause.Loss), (slow with { LossRatio = 0.2 }).Judge(LinkHealth.Connected));
    }

    private VideoStep After(int seconds, LinkStats stats)
    {
        for (var i = 0; i < seconds; i++)
        {
            _nowMs += 1_000;
            _budget.Take(stats, sendsPictures: true, _nowMs);
        }

        return _budget.Step;
    }
}
