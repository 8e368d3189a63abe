using Parley.EndToEnd.Browsers;
using Xunit;

namespace Parley.EndToEnd.App;

/// <summary>What was shown as kept is kept.</summary>
public sealed class DurabilityTests(Chromium chromium, ParleyExecutable executable)
{
    [Fact]
    public Task What_was_shown_as_kept_survives_the_browsers_death() => KillAndReturnAsync(rounds: 2);

    [Fact, Trait("size", "long")]
    public Task What_was_shown_as_kept_survives_ten_deaths_of_the_browser() => KillAndReturnAsync(rounds: 10);

    private async Task KillAndReturnAsync(int rounds)
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        ann.ExpectNoHub();
        await ann.Tab.OnlineAsync();
        await ann.AppIsKeptAsync();
        var kept = new List<string>();
        for (var round = 0; round < rounds; round++)
        {
            // Half of the rounds without a hub, so that nothing can come back from there.
            if (round % 2 == 0)
            {
                await hub.StopAsync();
            }

            for (var i = 0; i < 5; i++)
            {
                kept.Add($"round {round} message {i}");
                await ann.Tab.SendAndKeepAsync(kept[^1]);
            }

            // One more that nobody saw kept: it may be there or not, and whole if so.
            await ann.Tab.SendAsync($"round {round} unseen");
            await ann.Browser.KillAsync();
            await ann.ReturnAsync();
            await ann.Tab.OpenChannelAsync("general");
            await ann.Tab.SeesAsync(kept[^1]);
            Assert.Equal(kept, (await ann.Tab.TextsAsync()).Where(text => !text.EndsWith("unseen", StringComparison.Ordinal)));
            if (round % 2 == 0)
            {
                await hub.StartAsync();
                await ann.Tab.OnlineAsync();
                await ann.Tab.StoredAsync(kept[^1]);
            }
        }

        ann.Browser.Console.AssertClean();
    }
}
