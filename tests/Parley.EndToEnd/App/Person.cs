using Microsoft.Playwright;
using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Calls;
using static Microsoft.Playwright.Assertions;

namespace Parley.EndToEnd.App;

/// <summary>A person in a browser of their own, doing what people do.</summary>
internal sealed class Person : IAsyncDisposable
{
    // For what Playwright itself waits for without an end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Uri _address;

    private Person(BrowserProfile browser, Uri address, string name)
    {
        Browser = browser;
        _address = address;
        Name = name;
    }

    public string Name { get; }

    public BrowserProfile Browser { get; }

    public Tab Tab { get; private set; } = null!;

    /// <summary>Opens the app for the first time and gives the name: they are in a space of their own.</summary>
    /// <param name="hasDevices">Their computer has a microphone, a camera and a screen, and what comes of them can be measured.</param>
    public static async Task<Person> ArriveAsync(Chromium chromium, HubProcess hub, string name, bool hasDevices = false)
    {
        var person = await BeginAsync(chromium, hub, name, hasDevices);
        person.Tab = await person.OpenTabAsync();
        await person.Tab.IntroduceAsync(name);
        return person;
    }

    /// <summary>Comes for the first time by the link of an invite, and gives the name: they are in the space of whoever made it.</summary>
    public static async Task<Person> JoinAsync(Chromium chromium, HubProcess hub, string name, string link, bool hasDevices = false)
    {
        var person = await BeginAsync(chromium, hub, name, hasDevices);
        person.Tab = await person.OpenTabAsync(link);
        await person.Tab.IntroduceAsync(name, "Join");
        return person;
    }

    /// <summary>Comes with the words of a person who was here before, on an empty device.</summary>
    public static async Task<Person> RestoreAsync(Chromium chromium, HubProcess hub, string name, string words)
    {
        var person = new Person(await BrowserProfile.OpenAsync(chromium), hub.Address, name);
        person.Tab = await person.OpenTabAsync();
        await person.Tab.RestoreAsync(name, words);
        return person;
    }

    /// <summary>Opens the app in a further tab.</summary>
    public async Task<Tab> OpenTabAsync(string path = "")
    {
        var page = await Browser.Context.NewPageAsync().WaitAsync(Patience);
        await page.GotoAsync(new Uri(_address, path).ToString());
        return new Tab(page);
    }

    /// <summary>Starts the browser again after a kill or a close, and the app in it.</summary>
    public async Task ReturnAsync(string path = "")
    {
        await Browser.OpenAsync();
        Tab = await OpenTabAsync(path);
    }

    /// <summary>The hub will be away: what browsers report of that is no error of the app.</summary>
    public void ExpectNoHub() => Browser.Console.Allow("ERR_CONNECTION_REFUSED|WebSocket connection to .* failed|Failed to load resource");

    /// <summary>Waits until the service worker holds a whole build, so that the app opens without the hub.</summary>
    public Task AppIsKeptAsync() => Tab.Page.EvaluateAsync("""
        async () => {
          const { active } = await navigator.serviceWorker.ready;
          if (active.state !== 'activated') await new Promise(resolve => active.addEventListener('statechange', () => active.state === 'activated' && resolve()));
        }
        """).WaitAsync(Patience);

    public ValueTask DisposeAsync() => Browser.DisposeAsync();

    private static async Task<Person> BeginAsync(Chromium chromium, HubProcess hub, string name, bool hasDevices) =>
        new(await BrowserProfile.OpenAsync(chromium, hasDevices: hasDevices, probe: hasDevices ? CallProbe.Script : null), hub.Address, name);
}

/// <summary>One tab with the app in it.</summary>
internal sealed class Tab(IPage page)
{
    public IPage Page => page;

    private ILocator Composer => page.Locator(".composer textarea");

    private ILocator Lines => page.Locator("article.line");

    public async Task IntroduceAsync(string name, string button = "Begin")
    {
        await page.GetByLabel("Your name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        await ReadyAsync();
    }

    /// <summary>Makes an invite to the space shown, and gives its link.</summary>
    /// <param name="picture">Pictures of both steps are taken under this name, where given.</param>
    public async Task<string> InviteAsync(string? picture = null)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Invite somebody" }).First.ClickAsync();
        await PictureAsync(picture, "terms");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        var link = await page.GetByLabel("Link of the invite").InputValueAsync();
        await PictureAsync(picture, "link");
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        return link;
    }

    public async Task RestoreAsync(string name, string words)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "I was here before" }).ClickAsync();
        await page.Locator("form.card textarea").FillAsync(words);
        await page.GetByLabel("Your name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
    }

    /// <summary>The words as the app shows them.</summary>
    public async Task<string> RecoveryWordsAsync()
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep your recovery words" }).ClickAsync();
        var list = page.Locator("dialog[open] ol li");
        await Expect(list).ToHaveCountAsync(24);
        var words = await list.AllInnerTextsAsync();
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Later" }).ClickAsync();
        return string.Join(' ', words.Select(word => word.Trim()));
    }

    public Task InSpaceAsync(string name) => Expect(page.Locator(".switch .space .name")).ToHaveTextAsync(name);

    public Task OpenMenuAsync() => page.Locator(".switch .space").ClickAsync();

    public async Task SwitchAsync(string name)
    {
        await OpenMenuAsync();
        await page.GetByRole(AriaRole.Menuitemradio, new() { Name = name }).ClickAsync();
        await InSpaceAsync(name);
    }

    /// <summary>The names of the spaces in the menu.</summary>
    public async Task<IReadOnlyList<string>> SpacesAsync()
    {
        await OpenMenuAsync();
        var names = await page.Locator(".menu [role=menuitemradio] .name").AllInnerTextsAsync();
        await page.Keyboard.PressAsync("Escape");
        return names;
    }

    /// <summary>Opens members and settings of the space shown.</summary>
    public async Task OpenSpaceAsync()
    {
        await OpenMenuAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Members and settings" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Members" })).ToBeVisibleAsync();
    }

    /// <summary>Removes a member, in the members of the space.</summary>
    public async Task RemoveAsync(string name)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove " + name }).ClickAsync();
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
    }

    public async Task LeaveSpaceAsync()
    {
        await OpenMenuAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Leave this space" }).ClickAsync();
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();
    }

    /// <summary>The composer can be typed into.</summary>
    public Task ReadyAsync() => Expect(Composer).ToBeVisibleAsync();

    public Task OnlineAsync() => PhaseAsync("online");

    public Task OfflineAsync() => PhaseAsync("offline");

    public async Task CreateChannelAsync(string name)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "New channel" }).ClickAsync();
        await page.GetByLabel("Name of the channel").FillAsync(name);
        await page.Keyboard.PressAsync("Enter");
        await InChannelAsync(name);
    }

    public async Task CreatePrivateChannelAsync(string name, params string[] people)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "New channel" }).ClickAsync();
        await page.GetByLabel("Name of the channel").FillAsync(name);
        await page.Locator("dialog[open] label.kind", new() { HasText = "Private channel" }).ClickAsync();
        await ChooseAsync("People of the space", people);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await InChannelAsync(name);
    }

    /// <summary>Opens the conversation with people known, by a few keys each.</summary>
    public async Task WriteToAsync(params string[] people)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "New message" }).ClickAsync();
        await ChooseAsync("To", people);
        await page.Keyboard.PressAsync("Enter");
        await InChannelAsync(string.Join(" and ", people));
    }

    /// <summary>Opens the conversation with somebody never met, by their key.</summary>
    public async Task WriteToKeyAsync(string key)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "New message" }).ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "To", Exact = true }).FillAsync(key);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await ReadyAsync();
    }

    /// <summary>Waits until somebody can be written to.</summary>
    public async Task KnowsAsync(string name)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "New message" }).ClickAsync();
        await Expect(Option(name)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
    }

    /// <summary>Says yes to the dialog that is open.</summary>
    public Task ConfirmAsync(string action) => page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = action, Exact = true }).ClickAsync();

    /// <summary>The person's DID, as the settings show it.</summary>
    public async Task<string> OwnKeyAsync()
    {
        await page.Locator(".rail a[href=settings]").ClickAsync();
        var key = await page.Locator(".settings code").First.InnerTextAsync();
        await page.GoBackAsync();
        await ReadyAsync();
        return key.Trim();
    }

    /// <summary>Waits until the channel is in the list, and opens it.</summary>
    public async Task OpenChannelAsync(string name)
    {
        await page.Locator(".rows a.row", new() { HasText = name }).ClickAsync();
        await InChannelAsync(name);
    }

    public async Task InChannelAsync(string name)
    {
        await Expect(page.Locator("section.channel h1")).ToHaveTextAsync(name);
        await ReadyAsync();
    }

    public async Task SendAsync(string text)
    {
        await Composer.FillAsync(text);
        await Composer.PressAsync("Enter");
    }

    /// <summary>Sends and waits until the app shows it as kept on this device or further.</summary>
    public async Task SendAndKeepAsync(string text)
    {
        await SendAsync(text);
        await Expect(page.Locator("article.line:is([data-delivery=local], [data-delivery=stored])", new() { HasText = text })).ToBeVisibleAsync();
    }

    /// <summary>Waits until a message with exactly this text is shown.</summary>
    public Task SeesAsync(string text) => Expect(Lines.Locator(".text").GetByText(text, new() { Exact = true })).ToBeVisibleAsync();

    /// <summary>Waits until the hub has the message.</summary>
    public Task StoredAsync(string text) => Expect(page.Locator("article.line[data-delivery=stored]", new() { HasText = text })).ToBeVisibleAsync();

    /// <summary>The texts shown, from top to bottom.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync() => [.. (await Lines.Locator(".text").AllInnerTextsAsync()).Select(text => text.Trim())];

    /// <summary>Waits until so many messages are shown, and gives their texts.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync(int count)
    {
        await Expect(Lines).ToHaveCountAsync(count);
        return await TextsAsync();
    }

    private Task PictureAsync(string? name, string step) => name is null ? Task.CompletedTask : Screens.TakeAsync(page, $"{name}-{step}");

    private async Task ChooseAsync(string field, params string[] people)
    {
        foreach (var person in people)
        {
            await page.GetByRole(AriaRole.Combobox, new() { Name = field, Exact = true }).FillAsync(person);
            await Expect(Option(person)).ToBeVisibleAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("dialog[open] .chip", new() { HasText = person })).ToBeVisibleAsync();
        }
    }

    private ILocator Option(string name) => page.Locator("dialog[open] [role=option]", new() { HasText = name });

    private Task PhaseAsync(string phase) => Expect(page.Locator($"footer.status[data-phase={phase}]")).ToBeVisibleAsync();
}
