using Parley.Testing.Links;

namespace Parley.Scenarios.Links;

/// <summary>What a model of a line does to many datagrams in simulated time: its shares, its bounds, its order.</summary>
public sealed class LinkModelTests
{
    private const int VoiceBytes = 120;
    private const double VoiceEveryMs = 20;

    [Fact]
    public void A_clear_line_does_nothing() =>
        Assert.All(Pass(LinkProfile.Clear, 100), each => Assert.Equal(each.SentMs, each.DueMs));

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.3)]
    public void So_many_get_lost(double ratio)
    {
        var lost = Pass(new() { LossRatio = ratio }, 20_000).Count(each => each.DueMs is null);
        Assert.InRange(lost / 20_000.0, ratio - 0.01, ratio + 0.01);
    }

    [Fact]
    public void The_delay_wanders_within_its_bounds_and_nothing_overtakes()
    {
        var delays = Pass(new() { DelayMs = 250, JitterMs = 100 }, 20_000).ConvertAll(each => each.DueMs!.Value - each.SentMs);
        Assert.All(delays, delay => Assert.InRange(delay, 150, 350));
        Assert.InRange(delays.Average(), 245, 290);
        Assert.True(delays.Min() < 165 && delays.Max() > 340, $"{delays.Min()} to {delays.Max()}");
        var dues = Pass(new() { DelayMs = 250, JitterMs = 100 }, 20_000).ConvertAll(each => each.DueMs!.Value);
        Assert.Equal(dues.Order(), dues);
    }

    [Fact]
    public void So_many_fall_behind_and_no_others()
    {
        var passed = Pass(new() { DelayMs = 50, ReorderRatio = 0.05 }, 20_000);
        var late = passed.Count(each => each.DueMs > each.SentMs + 50);
        Assert.InRange(late / 20_000.0, 0.04, 0.06);

        // 40 ms late is behind two that were sent 20 ms apart.
        Assert.InRange(passed.Zip(passed.Skip(1)).Count(pair => pair.Second.DueMs < pair.First.DueMs) / 20_000.0, 0.035, 0.06);
        Assert.All(passed, each => Assert.InRange(each.DueMs!.Value - each.SentMs, 50, 90));
    }

    [Fact]
    public void A_rate_lets_through_what_it_says_and_its_queue_is_bounded()
    {
        // 1,000 kbit/s offered.
        var passed = Pass(new() { RateKbits = 300 }, 10_000, 1_222, everyMs: 10);
        var through = passed.Where(each => each.DueMs is not null).ToList();
        var kbits = through.Count * (1_222 + LinkProfile.HeaderBytes) * 8 / (through[^1].DueMs!.Value - through[0].SentMs);
        Assert.InRange(kbits, 295, 301);
        Assert.All(through, each => Assert.InRange(each.DueMs!.Value - each.SentMs, 33, 300));

        // What fits, goes through whole.
        Assert.DoesNotContain(Pass(new() { RateKbits = 300 }, 5_000), each => each.DueMs is null);
    }

    [Fact]
    public void Bursts_come_when_they_are_due()
    {
        var passed = Pass(LinkProfile.Bursts, 10_000);
        double Lost(Func<double, bool> when) => passed.Where(each => when(each.SentMs % 20_000)).Average(each => each.DueMs is null ? 1 : 0);
        Assert.Equal(0, Lost(at => at < 10_000));
        Assert.InRange(Lost(at => at >= 10_000), 0.27, 0.33);
    }

    [Fact]
    public void Two_halves_are_the_whole()
    {
        var half = LinkProfile.Far.Halved();
        var (up, down) = (new LinkModel(half, 1, 0), new LinkModel(half, 2, 0));
        var (lost, delays) = (0, new List<double>());

        // The second half takes them in the order in which they come out of the first, which without reordering is that of sending.
        for (var i = 0; i < 20_000; i++)
        {
            var sentMs = i * VoiceEveryMs;
            if (up.Carry(VoiceBytes, sentMs) is { } betweenMs && down.Carry(VoiceBytes, betweenMs) is { } dueMs)
            {
                delays.Add(dueMs - sentMs);
            }
            else
            {
                lost++;
            }
        }

        Assert.InRange(lost / 20_000.0, 0.04, 0.06);
        Assert.All(delays, delay => Assert.InRange(delay, 75, 125));
    }

    [Fact]
    public void Equal_seeds_do_the_same_and_others_do_not()
    {
        var worst = LinkProfile.Narrow with { LossRatio = 0.1 };
        Assert.Equal(Pass(worst, 500, seed: 7), Pass(worst, 500, seed: 7));
        Assert.NotEqual(Pass(worst, 500, seed: 7), Pass(worst, 500, seed: 8));
    }

    [Fact]
    public void A_line_that_is_switched_does_the_new_thing_at_once()
    {
        var line = new LinkModel(LinkProfile.Narrow, 1, 0);
        Assert.True(line.Carry(VoiceBytes, 100) > 240);
        line.Switch(LinkProfile.Clear, 110);
        Assert.Equal(111, line.Carry(VoiceBytes, 111));
    }

    [Fact]
    public void Numbers_out_of_bounds_are_refused()
    {
        LinkProfile[] wrong =
        [
            new() { LossRatio = 1.1 }, new() { ReorderRatio = -0.1 }, new() { DelayMs = 10, JitterMs = 11 }, new() { DelayMs = 10_001 },
            new() { BurstEveryMs = 5, BurstMs = 6 }, new() { RateKbits = -1 }, new() { BurstLossRatio = 2 }, new() { QueueMsMax = 10_001 },
        ];
        Assert.All(wrong, each => Assert.ThrowsAny<ArgumentException>(() => new LinkModel(each, 1, 0)));
    }

    private static List<(double SentMs, double? DueMs)> Pass(
        LinkProfile profile, int count, int bytes = VoiceBytes, double everyMs = VoiceEveryMs, int seed = 42)
    {
        var line = new LinkModel(profile, seed, 0);
        return [.. Enumerable.Range(0, count).Select(i => (i * everyMs, line.Carry(bytes, i * everyMs)))];
    }
}
