using Parley.Calls;
using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Modules;
using Parley.Testing;
using Parley.Testing.Links;
using Xunit;

namespace Parley.EndToEnd.Calls;

/// <summary>
/// A call over poor networks in Chromium: it goes on, sound first, and comes back. What it looks like meanwhile is measured by
/// <see cref="Measurements.NetworkProfileMeasurements"/>.
/// </summary>
[Trait("size", "long")]
public sealed class NetworkProfileTests(Chromium chromium, ModuleServer server) : IClassFixture<ModuleServer>
{
    private const int Seed = 1;

    /// <summary>What was under way to a page when the network changed, is there after this.</summary>
    private const double SettledMs = 300;
    private static readonly TimeSpan Impaired = TimeSpan.FromSeconds(30);

    [Fact, Trait("size", "long")]
    public async Task Over_a_narrow_and_uneven_network_sound_goes_on_and_afterwards_everything_is_well()
    {
        await using var call = await RelayedCall.StartAsync(chromium, server, Seed);
        var sessions = call.Both.Select(one => one.Session.Id).ToList();
        var samplers = await SampleAsync(call);
        var (beganMs, endedMs) = await PassAsync(call, samplers[0], LinkProfile.Narrow, Impaired);
        foreach (var sampler in samplers)
        {
            var figures = await FiguresAsync(sampler, beganMs, endedMs);
            Assert.True(figures.AudioSeconds >= 0.9, $"sound in {figures.AudioSeconds:P0} of the seconds");
            await FoundAsync(sampler, endedMs);
        }

        await AssertTheSameAsync(call, sessions);
    }

    [Fact, Trait("size", "long")]
    public async Task What_of_a_voice_gets_lost_comes_again_with_what_follows()
    {
        await using var call = await RelayedCall.StartAsync(chromium, server, Seed);
        var samplers = await SampleAsync(call);
        var (beganMs, endedMs) = await PassAsync(call, samplers[0], new() { DelayMs = 20, LossRatio = 0.3 }, TimeSpan.FromSeconds(15));
        foreach (var sampler in samplers)
        {
            var figures = await FiguresAsync(sampler, beganMs, endedMs);
            Assert.InRange(figures.AudioLoss, 0.2, 0.4);
            Assert.True(figures.Concealed < figures.AudioLoss * 0.6, $"{figures.Concealed:P1} of the sound is made up, where {figures.AudioLoss:P1} was lost");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_cable_change_the_same_connection_finds_another_way(bool isTold)
    {
        await using var call = await RelayedCall.StartAsync(chromium, server, Seed);
        var sessions = call.Both.Select(one => one.Session.Id).ToList();
        var samplers = await SampleAsync(call);

        // So long that its stopping is missed.
        await samplers[0].PassAsync(TimeSpan.FromMilliseconds(2 * CallLimits.SteadyMs));
        var changedMs = await samplers[0].NowMsAsync();
        call.Network.CableChange();
        if (isTold)
        {
            call.Both.ToList().ForEach(one => one.Client.Calls.NetworkChanged());
        }

        // Nothing comes by the old way any more, so whatever comes is proof of another.
        foreach (var sampler in samplers)
        {
            var found = await FoundAsync(sampler, changedMs + SettledMs);
            TestContext.Current.TestOutputHelper?.WriteLine($"well again after {found + SettledMs:F0} ms");
        }

        await AssertTheSameAsync(call, sessions);
    }

    private static async Task<List<CallSampler>> SampleAsync(RelayedCall call)
    {
        var samplers = call.Both.Select(one => new CallSampler(one.Page)).ToList();
        foreach (var sampler in samplers)
        {
            await sampler.StartAsync();
        }

        return samplers;
    }

    /// <summary>Lets the network be so for a while, then clear again; from when to when it was, by the page's clock.</summary>
    private static async Task<(double BeganMs, double EndedMs)> PassAsync(RelayedCall call, CallSampler sampler, LinkProfile profile, TimeSpan time)
    {
        call.Network.Switch(profile);
        var beganMs = await sampler.NowMsAsync();
        await sampler.PassAsync(time);
        var endedMs = await sampler.NowMsAsync();
        call.Network.Switch(LinkProfile.Clear);
        return (beganMs, endedMs);
    }

    private static async Task<CallFigures> FiguresAsync(CallSampler sampler, double beganMs, double endedMs)
    {
        var figures = CallFigures.Of(await sampler.ReadAsync(), beganMs, endedMs);
        TestContext.Current.TestOutputHelper?.WriteLine(figures.ToString());
        return figures;
    }

    private static Task<double?> FoundAsync(CallSampler sampler, double fromMs) => Eventually.SeesAsync(
        async () => CallFigures.RecoveryMs(await sampler.ReadAsync(), fromMs), static recovered => recovered is not null, TimeSpan.FromSeconds(60));

    private static async Task AssertTheSameAsync(RelayedCall call, IEnumerable<SessionId> sessions)
    {
        await call.AssertConnectedAsync();
        Assert.Equal(sessions, call.Both.Select(one => one.Session.Id));
        foreach (var one in call.Both)
        {
            Assert.Equal(1, await one.ConnectionsAsync());
        }
    }
}
