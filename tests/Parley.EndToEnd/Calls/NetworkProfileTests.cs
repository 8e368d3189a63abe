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
        call.Network.Switch(LinkProfile.Narrow);
        var beganMs = await samplers[0].NowMsAsync();
        await samplers[0].PassAsync(Impaired);
        var endedMs = await samplers[0].NowMsAsync();
        call.Network.Switch(LinkProfile.Clear);
        foreach (var sampler in samplers)
        {
            var figures = CallFigures.Of(await sampler.ReadAsync(), beganMs, endedMs);
            TestContext.Current.TestOutputHelper?.WriteLine(figures.ToString());
            Assert.True(figures.AudioSeconds >= 0.9, $"sound in {figures.AudioSeconds:P0} of the seconds");
            await FoundAsync(sampler, endedMs);
        }

        await AssertTheSameAsync(call, sessions);
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
