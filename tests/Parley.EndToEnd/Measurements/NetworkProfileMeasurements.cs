using System.Globalization;
using Parley.Calls;
using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Calls;
using Parley.EndToEnd.Modules;
using Parley.Testing;
using Parley.Testing.Links;
using Xunit;

namespace Parley.EndToEnd.Measurements;

/// <summary>
/// How a call of two with cameras goes over poor networks, for bench/README.md. Run by name only:
/// <c>Parley.EndToEnd -explicit only -class Parley.EndToEnd.Measurements.NetworkProfileMeasurements -showLiveOutput</c>.
/// </summary>
/// <remarks><c>PARLEY_CALL_PROFILE_SECONDS</c> sets how long each network is as it is (60), <c>PARLEY_CALL_PROFILE_SEED</c> its chances (1).</remarks>
public sealed class NetworkProfileMeasurements(Chromium chromium, ModuleServer server) : IClassFixture<ModuleServer>
{
    /// <summary>What was under way to a page when the network changed, is there after this.</summary>
    private const double LeftoversMs = 300;

    private static readonly TimeSpan Impaired = TimeSpan.FromSeconds(Setting("PARLEY_CALL_PROFILE_SECONDS", 60));
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(15);
    private static readonly int Seed = Setting("PARLEY_CALL_PROFILE_SEED", 1);

    [Fact(Explicit = true)]
    public Task Clear() => MeasureAsync("clear", LinkProfile.Clear);

    [Fact(Explicit = true)]
    public Task Far() => MeasureAsync("far: 100 ± 25 ms, 5 % loss", LinkProfile.Far);

    [Fact(Explicit = true)]
    public Task Narrow() => MeasureAsync("narrow: 250 ± 100 ms, 5 % out of order, 300 kbit/s", LinkProfile.Narrow);

    [Fact(Explicit = true)]
    public Task Bursts() => MeasureAsync("bursts: 10 s of 30 % loss in every 20 s", LinkProfile.Bursts);

    [Fact(Explicit = true)]
    public Task Cable_change_that_the_app_is_told_of() => ChangeAsync("cable change, told", isTold: true);

    [Fact(Explicit = true)]
    public Task Cable_change_that_it_finds_out() => ChangeAsync("cable change, not told", isTold: false);

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    /// <summary>As <see cref="CallFigures"/> says it, then when sound, and sound and pictures, were well again.</summary>
    private static void Note(string what, IReadOnlyList<CallSample> samples, double fromMs, double toMs) => Figures.Note(
        what, $"{CallFigures.Of(samples, fromMs, toMs)} | {Ms(CallFigures.RecoveryMs(samples, toMs, withPictures: false))} | {Ms(CallFigures.RecoveryMs(samples, toMs))}");

    private static string Ms(double? time) => time is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms:F0} ms") : "not within the time";

    private async Task MeasureAsync(string name, LinkProfile profile)
    {
        await using var call = await RelayedCall.StartAsync(chromium, server, Seed);
        var samplers = call.Both.Select(one => new CallSampler(one.Page)).ToList();
        foreach (var sampler in samplers)
        {
            await sampler.StartAsync();
        }

        await samplers[0].PassAsync(TimeSpan.FromSeconds(5));
        var (cpu, lost, taken) = (call.BrowserCpu, call.Network.Lost, call.Network.Taken);
        var beganMs = await samplers[0].NowMsAsync();
        call.Network.Switch(profile);
        await samplers[0].PassAsync(Impaired);
        var endedMs = await samplers[0].NowMsAsync();
        call.Network.Switch(LinkProfile.Clear);
        var used = (call.BrowserCpu - cpu).TotalMilliseconds / (endedMs - beganMs);
        var dropped = (double)(call.Network.Lost - lost) / Math.Max(1, call.Network.Taken - taken);
        await samplers[0].PassAsync(Afterwards);
        await call.AssertConnectedAsync();
        for (var i = 0; i < samplers.Count; i++)
        {
            var samples = await samplers[i].ReadAsync();
            Note($"{name}: {(i == 0 ? "Ann" : "Bob")}", samples, beganMs, endedMs);
            for (var atMs = beganMs; i == 0 && profile.BurstEveryMs > 0 && atMs + profile.BurstEveryMs < endedMs; atMs += profile.BurstEveryMs)
            {
                var burstMs = atMs + profile.BurstEveryMs - profile.BurstMs;
                Note($"{name}: Ann, in a burst", samples, burstMs, burstMs + profile.BurstMs);
            }
        }

        Figures.Note($"{name}: browser's CPU, both people", string.Create(CultureInfo.InvariantCulture, $"{used:P0} of one core; {dropped:P1} of the datagrams lost at a passing"));
    }

    private async Task ChangeAsync(string name, bool isTold)
    {
        await using var call = await RelayedCall.StartAsync(chromium, server, Seed);
        var sampler = new CallSampler(call.Ann.Page);
        await sampler.StartAsync();
        for (var run = 0; run < 3; run++)
        {
            await sampler.PassAsync(TimeSpan.FromMilliseconds(2 * CallLimits.SteadyMs));
            var (made, described) = (await call.Ann.ConnectionsAsync(), await call.Ann.DescribedAsync());
            var atMs = await sampler.NowMsAsync();
            call.Network.CableChange();
            if (isTold)
            {
                call.Both.ToList().ForEach(one => one.Client.Calls.NetworkChanged());
            }

            await Eventually.SeesAsync(
                async () => CallFigures.RecoveryMs(await sampler.ReadAsync(), atMs + LeftoversMs), static recovered => recovered is not null, TimeSpan.FromSeconds(60));
            await call.AssertConnectedAsync();
            var samples = await sampler.ReadAsync();
            var (connections, descriptions) = (await call.Ann.ConnectionsAsync() - made, await call.Ann.DescribedAsync() - described);
            Figures.Note(name, string.Create(
                CultureInfo.InvariantCulture,
                $"sound stays away {CallFigures.Of(samples, atMs - 1_000, samples[^1].AtMs).AudioGapMs:F0} ms; sound is well after {Ms(CallFigures.RecoveryMs(samples, atMs + LeftoversMs, withPictures: false) + LeftoversMs)}, "
                + $"pictures after {Ms(CallFigures.RecoveryMs(samples, atMs + LeftoversMs) + LeftoversMs)}; {connections} new connections, {descriptions} descriptions"));
        }
    }
}
