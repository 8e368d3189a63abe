using Parley.EndToEnd.Browsers;
using Xunit;

namespace Parley.EndToEnd.App;

/// <summary>Several tabs of one person.</summary>
public sealed class TabsTests(Chromium chromium, ParleyExecutable executable)
{
    [Fact]
    public async Task Tabs_share_one_person_and_one_store_and_outlive_the_leader()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        await using var bo = await Person.JoinAsync(chromium, hub, "Bo", await ann.Tab.InviteAsync());
        await ann.Tab.SendAndKeepAsync("from the leader");

        var second = await ann.OpenTabAsync();
        await second.ReadyAsync();
        await second.SeesAsync("from the leader");
        await second.SendAndKeepAsync("from the second tab");
        await ann.Tab.SeesAsync("from the second tab");
        await bo.Tab.SeesAsync("from the second tab");

        await ann.Tab.Page.CloseAsync();
        await second.SendAndKeepAsync("after the leader");
        await bo.Tab.SeesAsync("after the leader");
        await bo.Tab.SendAsync("I saw it all");
        await second.SeesAsync("I saw it all");

        Assert.Equal(["from the leader", "from the second tab", "after the leader", "I saw it all"], await second.TextsAsync());
        ann.Browser.Console.AssertClean();
        bo.Browser.Console.AssertClean();
    }
}
