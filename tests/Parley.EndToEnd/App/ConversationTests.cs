using Parley.EndToEnd.Browsers;
using Xunit;

namespace Parley.EndToEnd.App;

/// <summary>Two people in two browsers, one in a terminal, one hub.</summary>
public sealed class ConversationTests(Chromium chromium, ParleyExecutable executable)
{
    [Fact]
    public async Task Two_browsers_and_a_terminal_hold_a_conversation()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        var link = await ann.Tab.InviteAsync();
        await using var bo = await Person.JoinAsync(chromium, hub, "Bo", link);
        await using var cem = new TerminalPerson(hub, "Cem", link);

        await ann.Tab.CreateChannelAsync("plans");
        await ann.Tab.SendAsync("Shall we meet on Friday?");
        await bo.Tab.OpenChannelAsync("plans");
        await bo.Tab.SeesAsync("Shall we meet on Friday?");
        await bo.Tab.SendAsync("Friday is good");
        await ann.Tab.SeesAsync("Friday is good");

        cem.Join("plans");
        await cem.SeesAsync("Friday is good");
        await cem.SayAsync("I come from the terminal");
        await ann.Tab.SeesAsync("I come from the terminal");
        await bo.Tab.SeesAsync("I come from the terminal");
        await ann.Tab.SendAsync("Welcome, Cem");
        Assert.Contains("Ann", await cem.SeesAsync("Welcome, Cem"), StringComparison.Ordinal);
        await bo.Tab.SeesAsync("Welcome, Cem");
        await cem.LeaveAsync();

        string[] expected = ["Shall we meet on Friday?", "Friday is good", "I come from the terminal", "Welcome, Cem"];
        Assert.Equal(expected, await ann.Tab.TextsAsync());
        Assert.Equal(expected, await bo.Tab.TextsAsync());
        await ann.Tab.StoredAsync("Welcome, Cem");

        await Screens.TakeAsync(ann.Tab.Page, "conversation");
        ann.Browser.Console.AssertClean();
        bo.Browser.Console.AssertClean();
        await hub.StopAsync();
    }

    [Fact]
    public async Task Without_the_hub_everybody_goes_on_and_afterwards_all_show_the_same()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        var link = await ann.Tab.InviteAsync();
        await using var bo = await Person.JoinAsync(chromium, hub, "Bo", link);
        await using var cem = new TerminalPerson(hub, "Cem", link);
        ann.ExpectNoHub();
        bo.ExpectNoHub();
        await ann.Tab.CreateChannelAsync("plans");
        await ann.Tab.SendAsync("before");
        await bo.Tab.OpenChannelAsync("plans");
        await bo.Tab.SeesAsync("before");
        await ann.AppIsKeptAsync();
        await bo.AppIsKeptAsync();

        await hub.StopAsync();
        await ann.Tab.OfflineAsync();
        await ann.Tab.SendAndKeepAsync("Ann, alone");
        await bo.Tab.SendAndKeepAsync("Bo, alone");

        // A reload, and a wholly new start of the browser: both without a hub to load anything from.
        await ann.Tab.Page.ReloadAsync();
        await ann.Tab.InChannelAsync("plans");
        Assert.Equal(["before", "Ann, alone"], await ann.Tab.TextsAsync(2));
        await ann.Tab.SendAndKeepAsync("Ann, after the reload");
        await bo.Browser.CloseAsync();
        await bo.ReturnAsync();
        await bo.Tab.OpenChannelAsync("plans");
        Assert.Equal(["before", "Bo, alone"], await bo.Tab.TextsAsync(2));

        await hub.StartAsync();
        await ann.Tab.SeesAsync("Bo, alone");
        await bo.Tab.SeesAsync("Ann, after the reload");
        var atAnn = await ann.Tab.TextsAsync(4);
        Assert.Equal("before", atAnn[0]);
        Assert.Equal(atAnn, await bo.Tab.TextsAsync(4));
        Assert.Equal(atAnn, await cem.ReadAllAsync("plans"));
        ann.Browser.Console.AssertClean();
        bo.Browser.Console.AssertClean();
    }
}
