using Microsoft.Playwright;
using Parley.EndToEnd.Browsers;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Parley.EndToEnd.App;

/// <summary>Spaces in browsers: invited by link, removed, brought back by words, several at once.</summary>
public sealed class SpacesTests(Chromium chromium, ParleyExecutable executable)
{
    [Fact]
    public async Task Two_come_by_link_one_while_the_owner_is_away_and_who_is_removed_is_out_at_once()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        await ann.Tab.SendAsync("Welcome, everybody");
        await ann.Tab.StoredAsync("Welcome, everybody");
        var link = await ann.Tab.InviteAsync("invite");
        await ann.Tab.OnlineAsync();
        await using var bo = await Person.JoinAsync(chromium, hub, "Bo", link);
        await bo.Tab.SeesAsync("Welcome, everybody");

        // The secret is nowhere to be found by whoever uses this browser next.
        Assert.DoesNotContain("join=", bo.Tab.Page.Url, StringComparison.Ordinal);
        Assert.Equal(bo.Tab.Page.Url, await bo.Tab.Page.EvaluateAsync<string>("() => navigation.entries().map(entry => entry.url).filter(url => url.includes('join=')).concat(location.href).join()"));

        await ann.Browser.CloseAsync();
        await using var cem = await Person.JoinAsync(chromium, hub, "Cem", link);
        await cem.Tab.SeesAsync("Welcome, everybody");
        await cem.Tab.SendAsync("Nobody had to open");
        await bo.Tab.SeesAsync("Nobody had to open");
        await ann.ReturnAsync();
        await ann.Tab.SeesAsync("Nobody had to open");
        await Screens.TakeAsync(ann.Tab.Page, "space");

        await ann.Tab.OpenSpaceAsync();
        await Expect(ann.Tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Members · 3" })).ToBeVisibleAsync();
        await Screens.TakeAsync(ann.Tab.Page, "members");
        await ann.Tab.RemoveAsync("Cem");
        await Expect(cem.Tab.Page.GetByText("Ann removed you from Ann’s space.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Expect(cem.Tab.Page.Locator(".composer")).ToHaveCountAsync(0);
        await Expect(cem.Tab.Page.Locator("footer.status .ring")).ToHaveCountAsync(0);
        var before = await cem.Tab.TextsAsync();
        await ann.Tab.OpenChannelAsync("general");
        await ann.Tab.SendAsync("Just the two of us");
        await bo.Tab.SeesAsync("Just the two of us");
        Assert.Equal(["Welcome, everybody", "Nobody had to open"], before);
        Assert.Equal(before, await cem.Tab.TextsAsync());
        await Screens.TakeAsync(cem.Tab.Page, "removed");

        // The old link does not bring him back, and he may begin a space of his own.
        await cem.Tab.Page.GotoAsync(link);
        await cem.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Join" }).ClickAsync();
        await Expect(cem.Tab.Page.GetByText("You were removed from this space")).ToBeVisibleAsync();
        await Screens.TakeAsync(cem.Tab.Page, "join-refused");
        await cem.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Back to where you were" }).ClickAsync();
        await cem.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Start a new space" }).ClickAsync();
        await cem.Tab.InSpaceAsync("Cem’s space");
        await cem.Tab.ReadyAsync();
        ann.Browser.Console.AssertClean();
        bo.Browser.Console.AssertClean();
        cem.Browser.Console.AssertClean();
    }

    [Fact]
    public async Task The_words_alone_bring_a_person_their_spaces_back()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        await ann.Tab.CreateChannelAsync("plans");
        await ann.Tab.SendAsync("Kept for later");
        await ann.Tab.StoredAsync("Kept for later");
        var words = await ann.Tab.RecoveryWordsAsync();
        await ann.Tab.OnlineAsync();
        await ann.Browser.CloseAsync();

        await using var again = await Person.RestoreAsync(chromium, hub, "Ann", words);
        await again.Tab.ReadyAsync();
        await again.Tab.InSpaceAsync("Ann’s space");
        await again.Tab.OpenChannelAsync("plans");
        await again.Tab.SeesAsync("Kept for later");
        Assert.Equal(["Ann’s space"], await again.Tab.SpacesAsync());
        again.Browser.Console.AssertClean();
    }

    [Fact, Trait("size", "long")]
    public async Task Words_without_a_hub_wait_and_offer_a_new_space()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        var words = await ann.Tab.RecoveryWordsAsync();
        await using var other = await HubProcess.StartAsync(executable);
        await using var lost = await Person.RestoreAsync(chromium, other, "Ann", words);
        await Expect(lost.Tab.Page.GetByText("You are in no space yet")).ToBeVisibleAsync();
        await Screens.TakeAsync(lost.Tab.Page, "no-space");
        await lost.Tab.Page.GetByLabel("Paste the link of an invite").FillAsync("a link that somebody forgot");
        await lost.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Join" }).ClickAsync();
        await Expect(lost.Tab.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("A part of it was lost on the way. Ask for it again, and copy all of it.");
        await lost.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Start a new space" }).ClickAsync();
        await lost.Tab.ReadyAsync();
        await lost.Tab.InSpaceAsync("Ann’s space");
        lost.Browser.Console.AssertClean();
    }

    [Fact, Trait("size", "long")]
    public async Task A_person_in_two_spaces_switches_and_every_link_leads_into_its_own()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        await using var bo = await Person.ArriveAsync(chromium, hub, "Bo");
        await ann.Tab.CreateChannelAsync("plans");
        await ann.Tab.SendAsync("In Ann’s space");
        await ann.Tab.StoredAsync("In Ann’s space");
        var plans = ann.Tab.Page.Url;
        await bo.Tab.SendAndKeepAsync("In Bo’s space");

        // As the command line prints it: the app alone, and the secret.
        await bo.Tab.Page.GotoAsync((await ann.Tab.InviteAsync()).Replace("/join#", "/#", StringComparison.Ordinal));
        await bo.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Join" }).ClickAsync();
        await bo.Tab.InSpaceAsync("Ann’s space");
        await bo.Tab.OpenChannelAsync("plans");
        await bo.Tab.SeesAsync("In Ann’s space");
        await bo.Tab.SwitchAsync("Bo’s space");
        await bo.Tab.InChannelAsync("general");
        await bo.Tab.SeesAsync("In Bo’s space");
        await Expect(bo.Tab.Page.Locator(".rows a.row")).ToHaveCountAsync(1);
        await bo.Tab.OpenMenuAsync();
        await Screens.TakeAsync(bo.Tab.Page, "switcher");
        await bo.Tab.Page.SetViewportSizeAsync(Screens.Phone.Width, Screens.Phone.Height);
        await bo.Tab.Page.Keyboard.PressAsync("Escape");
        await bo.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Back" }).ClickAsync();
        await bo.Tab.OpenMenuAsync();
        await Screens.TakeAsync(bo.Tab.Page, "switcher-dock");

        await bo.Tab.Page.GotoAsync(plans);
        await bo.Tab.InSpaceAsync("Ann’s space");
        await bo.Tab.InChannelAsync("plans");

        // With the keyboard alone, by name.
        await bo.Tab.Page.Keyboard.PressAsync("Control+K");
        await Expect(bo.Tab.Page.GetByRole(AriaRole.Combobox, new() { Name = "Go to a channel, page or place" })).ToBeFocusedAsync();
        await bo.Tab.Page.Keyboard.TypeAsync("Bo’s");
        await bo.Tab.Page.Keyboard.PressAsync("Enter");
        await bo.Tab.InSpaceAsync("Bo’s space");
        await bo.Tab.LeaveSpaceAsync();
        await bo.Tab.InSpaceAsync("Ann’s space");
        await bo.Tab.InChannelAsync("plans");
        ann.Browser.Console.AssertClean();
        bo.Browser.Console.AssertClean();
    }

    [Fact, Trait("size", "long")]
    public async Task A_torn_link_and_one_that_nobody_honours_are_told_apart()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        var link = await ann.Tab.InviteAsync();
        await ann.Tab.OpenSpaceAsync();
        await ann.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "End it" }).ClickAsync();
        await Expect(ann.Tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Open invites" })).ToHaveCountAsync(0);
        await ann.Tab.OnlineAsync();

        await using var bo = await Person.ArriveAsync(chromium, hub, "Bo");
        await bo.Tab.Page.GotoAsync(link[..^4]);
        await Expect(bo.Tab.Page.GetByText("This link is not whole")).ToBeVisibleAsync();
        await bo.Tab.Page.GotoAsync(new Uri(hub.Address, "settings").ToString());
        await bo.Tab.Page.GotoAsync(link);
        await Screens.TakeAsync(bo.Tab.Page, "join");
        await bo.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Join" }).ClickAsync();
        await Expect(bo.Tab.Page.GetByText("The hub does not let this link in")).ToBeVisibleAsync();
        await bo.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Back to where you were" }).ClickAsync();
        await bo.Tab.InSpaceAsync("Bo’s space");
        bo.Browser.Console.AssertClean();
    }
}
