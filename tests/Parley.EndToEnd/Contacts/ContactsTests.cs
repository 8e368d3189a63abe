using Microsoft.Playwright;
using Parley.EndToEnd.App;
using Parley.EndToEnd.Browsers;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Parley.EndToEnd.Contacts;

/// <summary>Private channels, direct messages and first contact, as three people see them.</summary>
public sealed class ContactsTests(Chromium chromium, ParleyExecutable executable)
{
    [Fact, Trait("size", "long")]
    public async Task A_private_channel_is_nothing_to_somebody_who_is_not_in_it()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        var link = await ann.Tab.InviteAsync();
        await using var bo = await Person.JoinAsync(chromium, hub, "Bo", link);
        await using var cem = await Person.JoinAsync(chromium, hub, "Cem", link);
        var seenByBo = await Wire.TapAsync(bo.Tab);
        var seenByCem = await Wire.TapAsync(cem.Tab);

        await ann.Tab.CreatePrivateChannelAsync("surprise party", "Bo");
        await ann.Tab.SendAsync("the cake is ready");
        await bo.Tab.OpenChannelAsync("surprise party");
        await bo.Tab.SeesAsync("the cake is ready");
        await bo.Tab.SendAsync("so are the candles");
        await ann.Tab.SeesAsync("so are the candles");
        var id = ann.Tab.Page.Url[(ann.Tab.Page.Url.LastIndexOf('/') + 1)..];
        await Screens.TakeAsync(ann.Tab.Page, "private-channel");

        // What comes after it has come: nothing of what went before is still under way to Cem.
        await ann.Tab.OpenChannelAsync("general");
        await ann.Tab.SendAsync("hello everybody");
        await cem.Tab.SeesAsync("hello everybody");
        await Expect(cem.Tab.Page.Locator(".dock a.row", new() { HasText = "surprise" })).ToHaveCountAsync(0);
        foreach (var secret in new[] { id, "surprise party", "the cake is ready" })
        {
            Assert.True(seenByBo.Saw(secret), $"Bo's socket carried nothing of '{secret}': the tap sees nothing");
            Assert.False(seenByCem.Saw(secret), $"Cem's socket carried '{secret}'");
        }

        Assert.False(seenByCem.Saw("so are the candles"));

        // Removed: Bo reads on what is here, and not a byte more comes.
        await ann.Tab.OpenChannelAsync("surprise party");
        await ann.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove Bo" }).ClickAsync();
        await ann.Tab.ConfirmAsync("Remove");
        await Expect(ann.Tab.Page.Locator(".details h3").First).ToHaveTextAsync("People · 1");
        await Expect(bo.Tab.Page.Locator(".silent")).ToContainTextAsync("Ann removed you from", new() { Timeout = 20_000 });
        await bo.Tab.SeesAsync("the cake is ready");
        await ann.Tab.SendAsync("without Bo");
        await ann.Tab.StoredAsync("without Bo");
        await ann.Tab.OpenChannelAsync("general");
        await ann.Tab.SendAsync("hello again");
        await cem.Tab.SeesAsync("hello again");
        Assert.False(seenByBo.Saw("without Bo"));

        // A conversation of three is called by its people, can be left, and come back to.
        await ann.Tab.WriteToAsync("Bo", "Cem");
        await ann.Tab.SendAsync("the three of us");
        await cem.Tab.OpenChannelAsync("Ann and Bo");
        await cem.Tab.SeesAsync("the three of us");
        await Screens.TakeAsync(cem.Tab.Page, "conversation-of-three");
        await cem.Tab.Page.Locator(".details").GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();
        await cem.Tab.ConfirmAsync("Leave");
        await Expect(cem.Tab.Page.Locator(".silent")).ToContainTextAsync("You left this conversation");
        await Expect(cem.Tab.Page.Locator(".dock a.row", new() { HasText = "Ann and Bo" })).ToHaveCountAsync(0);
        await cem.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Come back" }).ClickAsync();
        await cem.Tab.SendAsync("here I am again");
        await ann.Tab.SeesAsync("here I am again");

        ann.Browser.Console.AssertClean();
        bo.Browser.Console.AssertClean();
        cem.Browser.Console.AssertClean();
        await bo.Browser.CloseAsync();
        await cem.Browser.CloseAsync();
        Assert.True(bo.Browser.Holds("the cake is ready"), "Bo's profile shows nothing: the search finds nothing");
        Assert.False(bo.Browser.Holds("without Bo"));
        Assert.False(cem.Browser.Holds("the cake is ready"));
        Assert.False(cem.Browser.Holds("surprise party"));
        Assert.False(cem.Browser.Holds(id));
    }

    [Fact, Trait("size", "long")]
    public async Task A_conversation_begun_apart_and_offline_is_one()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        await using var bo = await Person.JoinAsync(chromium, hub, "Bo", await ann.Tab.InviteAsync());
        ann.ExpectNoHub();
        bo.ExpectNoHub();
        await ann.Tab.KnowsAsync("Bo");
        await bo.Tab.KnowsAsync("Ann");

        await hub.StopAsync();
        await ann.Tab.OfflineAsync();
        await bo.Tab.OfflineAsync();
        await ann.Tab.WriteToAsync("Bo");
        await ann.Tab.SendAndKeepAsync("Ann, alone");
        await bo.Tab.WriteToAsync("Ann");
        await bo.Tab.SendAndKeepAsync("Bo, alone");
        Assert.Equal(ann.Tab.Page.Url, bo.Tab.Page.Url);

        await hub.StartAsync();
        await ann.Tab.SeesAsync("Bo, alone");
        await bo.Tab.SeesAsync("Ann, alone");
        Assert.Equal(await ann.Tab.TextsAsync(2), await bo.Tab.TextsAsync(2));
        await Expect(ann.Tab.Page.Locator(".dock a.row", new() { HasText = "Bo" })).ToHaveCountAsync(1);
        await Screens.TakeAsync(ann.Tab.Page, "conversation-of-two");

        await Expect(ann.Tab.Page.Locator(".tab[data-active=true] .title")).ToHaveTextAsync("Bo");
        // What the two dialogs look like.
        await ann.Tab.OpenChannelAsync("general");
        await ann.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "New message" }).ClickAsync();
        await Screens.TakeAsync(ann.Tab.Page, "new-message");
        await ann.Tab.Page.Keyboard.PressAsync("Escape");
        await ann.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "New channel" }).ClickAsync();
        await ann.Tab.Page.Locator("dialog[open] label.kind", new() { HasText = "Private channel" }).ClickAsync();
        await Screens.TakeAsync(ann.Tab.Page, "new-channel");
        await ann.Tab.Page.Keyboard.PressAsync("Escape");

        // Its tab and the switcher know it by the name of the other.
        await ann.Tab.Page.Keyboard.PressAsync("Control+k");
        await Expect(ann.Tab.Page.Locator(".dialog.switcher input")).ToBeFocusedAsync();
        await ann.Tab.Page.Keyboard.TypeAsync("bo");
        await Expect(ann.Tab.Page.Locator(".dialog.switcher [aria-selected=true] .title")).ToHaveTextAsync("Bo");
        await ann.Tab.Page.Keyboard.PressAsync("Enter");
        await ann.Tab.InChannelAsync("Bo");
        await ann.Tab.WriteToAsync("Bo");
        Assert.Equal(await ann.Tab.TextsAsync(2), await bo.Tab.TextsAsync(2));
        ann.Browser.Console.AssertClean();
        bo.Browser.Console.AssertClean();
    }

    [Fact, Trait("size", "long")]
    public async Task A_stranger_asks_first_and_can_be_accepted_declined_and_blocked()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        await using var ann = await Person.ArriveAsync(chromium, hub, "Ann");
        await using var bo = await Person.ArriveAsync(chromium, hub, "Bo");
        await using var cem = await Person.ArriveAsync(chromium, hub, "Cem");
        var key = await bo.Tab.OwnKeyAsync();
        var page = bo.Tab.Page;

        await ann.Tab.WriteToKeyAsync(key);
        await ann.Tab.SendAsync("hello, stranger");
        await ann.Tab.StoredAsync("hello, stranger");
        await cem.Tab.WriteToKeyAsync(key);
        await cem.Tab.SendAsync("buy my things");
        await page.Locator(".dock button.row", new() { HasText = "Requests" }).ClickAsync();
        await Expect(page.Locator(".asks li")).ToHaveCountAsync(2);
        await Expect(page.Locator(".rail .badge")).ToContainTextAsync("2");
        await Expect(page.GetByText("hello, stranger")).ToHaveCountAsync(0);
        await Screens.TakeAsync(page, "requests");

        // Blocked, seen to be blocked, let go again: the request is there as before, and then declined for good.
        await page.GetByRole(AriaRole.Button, new() { Name = "Block Cem", Exact = true }).ClickAsync();
        await Expect(page.Locator(".asks li")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Unblock Cem" }).ClickAsync();
        await Expect(page.Locator(".asks li")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Decline the request of Cem" }).ClickAsync();
        await Expect(page.Locator(".asks li")).ToHaveCountAsync(1);

        await page.GetByRole(AriaRole.Button, new() { Name = "Accept the request of Ann" }).ClickAsync();
        await bo.Tab.InChannelAsync("Ann");
        await bo.Tab.SeesAsync("hello, stranger");
        await bo.Tab.SendAsync("hello, Ann");
        await ann.Tab.SeesAsync("hello, Ann");
        await Expect(page.Locator(".dock a.row[aria-current=page] .name")).ToHaveTextAsync("Ann");

        // Blocked by the card: what she wrote is gone from the screen, what she writes does not come up, and she is told nothing.
        await page.Locator(".line[data-starts] button.name", new() { HasText = "Ann" }).ClickAsync();
        await Screens.TakeAsync(page, "person-card");
        var card = page.Locator("dialog[open]");
        await card.GetByRole(AriaRole.Button, new() { Name = "Block" }).ClickAsync();
        await card.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Block" }).ClickAsync();
        await card.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(page.Locator(".silent")).ToContainTextAsync("You have blocked Ann");
        Assert.Equal(["hello, Ann"], await bo.Tab.TextsAsync(1));
        await ann.Tab.SendAsync("are you there?");
        await ann.Tab.StoredAsync("are you there?");
        await page.Locator(".silent").GetByRole(AriaRole.Button, new() { Name = "Unblock" }).ClickAsync();
        await bo.Tab.SeesAsync("are you there?");
        await bo.Tab.SeesAsync("hello, stranger");
        ann.Browser.Console.AssertClean();
        bo.Browser.Console.AssertClean();
        cem.Browser.Console.AssertClean();
    }
}
