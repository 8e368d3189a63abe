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
            Note($"{name}: {(i == 0 ? "Ann" : "Bob")}", $"{CallFigures.Of(samples, beganMs, endedMs)} | {Ms(CallFigures.RecoveryMs(samples, endedMs, withPictures: false))} | {Ms(CallFigures.RecoveryMs(samples, endedMs))}");
            for (var atMs = beganMs; i == 0 && profile.BurstEveryMs > 0 && atMs + profile.BurstEveryMs < endedMs; atMs += profile.BurstEveryMs)
            {
                var burstMs = atMs + profile.BurstEveryMs - profile.BurstMs;
                Note($"{name}: in a burst", $"{CallFigures.Of(samples, burstMs, burstMs + profile.BurstMs)} | {Ms(CallFigures.RecoveryMs(samples, burstMs + profile.BurstMs, withPictures: false))} | {Ms(CallFigures.RecoveryMs(samples, burstMs + profile.BurstMs))}");
            }
        }

        Note($"{name}: browser's CPU, both people", string.Create(CultureInfo.InvariantCulture, $"{used:P0} of one core; {dropped:P1} of the datagrams lost at a passing"));
    }

    private async Task ChangeAsync(string name, bool isTold)
    {
        await using var call = await RelayedCall.StartAsync(chromium, server, Seed);
        var sampler = new CallSampler(call.Ann.Page);
        await sampler.StartAsync();
        for (var run = 0; run < 3; run++)
        {
            await sampler.PassAsync(TimeSpan.FromSeconds(5));
            var (made, described) = (await call.Ann.ConnectionsAsync(), await call.Ann.DescribedAsync());
            var atMs = await sampler.NowMsAsync();
            call.Network.CableChange();
            if (isTold)
            {
                call.Both.ToList().ForEach(one => one.Client.Calls.NetworkChanged());
            }

            await Eventually.SeesAsync(
                async () => CallFigures.RecoveryMs(await sampler.ReadAsync(), atMs + 1_000), static recovered => recovered is not null, TimeSpan.FromSeconds(60));
            await call.AssertConnectedAsync();
            var samples = await sampler.ReadAsync();
            var gone = samples.FirstOrDefault(each => each.AtMs > atMs && !each.IsConnected).AtMs;
            Note(
                name,
                $"noticed {(gone > 0 ? Ms(gone - atMs) : "-")} | sound {Ms(CallFigures.RecoveryMs(samples, atMs + 300, withPictures: false) + 300)} | pictures {Ms(CallFigures.RecoveryMs(samples, atMs + 300) + 300)}"
                + $" | {await call.Ann.ConnectionsAsync() - made} new connections, {await call.Ann.DescribedAsync() - described} descriptions");
        }
    }

    private static void Note(string what, string figure) => Figures.Note(what, figure);
}
