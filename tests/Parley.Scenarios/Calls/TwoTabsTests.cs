using Parley.Calls;
using Parley.Native.Storage;
using Parley.Testing;

namespace Parley.Scenarios.Calls;

/// <summary>Two tabs of one device, without a hub.</summary>
public sealed class TwoTabsTests
{
    [Fact]
    public async Task Two_tabs_call_each_other_while_no_hub_runs()
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        var world = new FakeMediaWorld();
        await using var browser = new FakeBrowser(SqliteStore.InMemory());
        await using var leading = new Person("Ann");
        await using var following = new Person("Ann");
        foreach (var person in new[] { leading, following })
        {
            var tab = browser.Open();
            await person.OpenAsync(person.Options(browser.StoreOf(tab), time: time) with { Tabs = tab, CallMedia = world.Open });
        }

        var channel = await leading.Client.Channels.EnsureGeneralAsync();
        var (one, other) = (
            await leading.Client.Calls.JoinAsync(channel, new(Audio: true)), await following.Client.Calls.JoinAsync(channel, new(Audio: true)));

        await Eventually.SeesAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(50));
                return (one.State.Value, other.State.Value);
            },
            static seen => seen is ({ Others: [{ Health: LinkHealth.Connected }] }, { Others: [{ Health: LinkHealth.Connected }] }));
        Assert.Empty(world.Faults);
    }
}
