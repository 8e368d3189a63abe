using Xunit;

namespace Parley.Calls;

/// <summary>How pictures give way on one connection, measured once a second.</summary>
public sealed class VideoBudgetTests
{
    private const double LineBps = 300_000;

    private static readonly LinkStats Clean = new(0, 50, 10, 0, 0, SentLossRatio: 0, AvailableBps: 1_000_000);
    /// <summary>A queue that overflows.</summary>
    private static readonly LinkStats Jammed = Clean with { RoundTripMs = 400, SentLossRatio = 0.3, AvailableBps = 0 };
    private static readonly LinkStats Short = Clean with { AvailableBps = 30_000 };

    private readonly VideoBudget _budget = new();
    private readonly Random _random = new(1);
    private long _nowMs = 1;

    [Fact]
    public void A_queue_that_overflows_takes_one_step_after_the_other_until_the_voice_is_alone()
    {
        After(5, Clean);
        Assert.Equal(VideoStep.Full, After(1, Jammed));
        Assert.Equal(VideoStep.Reduced, After(1, Jammed));
        Assert.Equal(VideoStep.Low, After(3, Jammed));
        Assert.Equal(VideoStep.Paused, After(3, Jammed));
        Assert.Equal(VideoStep.Paused, After(10, Jammed));
    }

    [Fact]
    public void Loss_by_chance_changes_nothing_where_there_is_room()
    {
        // Of so few packets a second, single reports say far more than 8 %.
        var reports = Enumerable.Range(0, 600).Select(_ => Lost(0.05, packets: 40)).ToList();
        Assert.Contains(reports, loss => loss > 0.12);
        Assert.All(reports, loss => Assert.Equal(VideoStep.Full, After(1, Clean with { SentLossRatio = loss, RoundTripMs = 200 + _random.Next(-50, 50) })));
    }

    [Fact]
    public void Neither_a_single_report_nor_a_long_way_alone_nor_what_the_other_loses_changes_anything()
    {
        After(5, Clean);
        Assert.Equal(VideoStep.Full, After(1, Jammed with { SentLossRatio = 0.4, RoundTripMs = 50 }));
        Assert.Equal(VideoStep.Full, After(4, Clean with { SentLossRatio = null }));
        Assert.Equal(VideoStep.Full, After(20, Clean with { RoundTripMs = 900 }));
        Assert.Equal(VideoStep.Full, After(20, Clean with { LossRatio = 0.5 }));
    }

    [Fact]
    public void A_report_counts_once_however_often_is_measured()
    {
        After(5, Clean);
        var once = Jammed with { SentLossRatio = 0.15 };
        After(1, once);
        Assert.Equal(VideoStep.Full, After(10, once with { SentLossRatio = null }));
        Assert.NotEqual(VideoStep.Full, After(10, once));
    }

    [Fact]
    public void What_is_said_first_is_not_taken_for_the_usual()
    {
        After(1, Clean with { SentLossRatio = 0.9, RoundTripMs = 0 });
        Assert.Equal(VideoStep.Full, After(8, Clean with { SentLossRatio = 0.1, RoundTripMs = 400 }));
    }

    [Fact]
    public void A_longer_way_becomes_the_usual_one()
    {
        After(5, Clean);
        After(30, Clean with { RoundTripMs = 350 });
        Assert.Equal(VideoStep.Full, After(60, Clean with { RoundTripMs = 350, SentLossRatio = 0.1 }));
    }

    [Fact]
    public void In_bursts_of_heavy_loss_pictures_become_smaller_and_come_back_at_once()
    {
        for (var burst = 0; burst < 10; burst++)
        {
            Assert.Equal(VideoStep.Full, After(10, Clean));
            for (var i = 0; i < 10; i++)
            {
                Assert.NotEqual(VideoStep.Paused, After(1, Clean with { SentLossRatio = Lost(0.3, packets: 100) }));
            }

            Assert.Equal(VideoStep.Low, _budget.Step);
            Assert.NotEqual(VideoStep.Low, After(6, Clean));
        }

        Assert.Equal(VideoStep.Low, After(300, Clean with { SentLossRatio = 0.3 }));
    }

    [Theory]
    [InlineData(0, VideoStep.Full)]
    [InlineData(250_000, VideoStep.Full)]
    [InlineData(200_000, VideoStep.Reduced)]
    [InlineData(120_000, VideoStep.Low)]
    [InlineData(70_000, VideoStep.Low)]
    [InlineData(60_000, VideoStep.Paused)]
    public void A_narrow_way_out_is_answered_at_once_by_what_fits_beside_a_voice_sent_twice(double availableBps, VideoStep step) =>
        Assert.Equal(step, After(2, Clean with { AvailableBps = availableBps }));

    [Fact]
    public void After_congestion_they_come_back_within_seconds()
    {
        Assert.Equal(VideoStep.Paused, After(2, Short));

        // What is estimated while nothing is sent does not count.
        Assert.Equal(VideoStep.Low, After(4, Short));
        Assert.Equal(VideoStep.Reduced, After(3, Clean));
        Assert.Equal(VideoStep.Full, After(3, Clean));

        // What was lost before the pause, or of the voice in it, does not count either.
        After(4, Short with { SentLossRatio = 0.3 });
        Assert.Equal(VideoStep.Paused, _budget.Step);
        Assert.Equal(VideoStep.Low, After(10, Clean with { SentLossRatio = null }));
    }

    [Fact]
    public void They_wait_longer_each_time_that_it_was_too_early()
    {
        After(2, Short);
        foreach (var waitSeconds in new[] { 3, 6, 12, 24, 48, 60, 60 })
        {
            Assert.Equal(VideoStep.Paused, After(waitSeconds, Clean));
            Assert.Equal(VideoStep.Low, After(1, Clean));
            Assert.Equal(VideoStep.Paused, After(3, Short));
        }

        // Once it has held, it is forgotten.
        Assert.Equal(VideoStep.Full, After(200, Clean));
        Assert.Equal(VideoStep.Paused, After(2, Short));
        Assert.Equal(VideoStep.Low, After(4, Clean));
    }

    [Fact]
    public void A_step_that_would_not_fit_is_tried_seldom()
    {
        After(2, Clean with { AvailableBps = 200_000 });
        Assert.Equal(VideoStep.Reduced, After(12, Clean with { AvailableBps = 200_000 }));
        Assert.Equal(VideoStep.Full, After(1, Clean with { AvailableBps = 200_000 }));
    }

    [Fact]
    public void Around_a_bound_nothing_flaps()
    {
        After(20, Clean with { SentLossRatio = 0.25 });
        Assert.Equal(VideoStep.Low, _budget.Step);
        Assert.Equal(VideoStep.Low, After(60, Clean with { SentLossRatio = 0.15 }));
    }

    /// <summary>No browser estimates here: all that is seen is the queue of a line of 300 kbit/s.</summary>
    [Fact]
    public void On_a_narrow_line_a_voice_stays_whole()
    {
        var (jammed, seconds) = (0, 600);
        for (var i = 0; i < seconds; i++)
        {
            var sentBps = VideoBudget.VoiceBps + VideoLimit.Of(_budget.Step, 1).CameraBps;
            var loss = Math.Max(0, 1 - (LineBps / sentBps));
            Assert.True(i < 5 || loss < 0.1, $"{loss:P0} of everything gets lost in second {i}");
            jammed += loss > 0 ? 1 : 0;
            After(1, Clean with { AvailableBps = 0, SentLossRatio = loss, RoundTripMs = i > 0 && loss > 0 ? 350 : 50 });
        }

        Assert.True(jammed < seconds / 6, $"jammed in {jammed} of {seconds} seconds");
        Assert.NotEqual(VideoStep.Paused, _budget.Step);
    }

    [Fact]
    public void Without_pictures_it_begins_anew()
    {
        After(10, Short);
        Assert.True(_budget.Take(Short, sendsPictures: false, ++_nowMs));
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

    /// <summary>What a report says after so many packets, of which each gets lost by chance.</summary>
    private double Lost(double ratio, int packets) => Enumerable.Range(0, packets).Count(_ => _random.NextDouble() < ratio) / (double)packets;

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
