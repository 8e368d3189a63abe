using Microsoft.Playwright;
using Parley.Browser.Storage;
using Parley.Browser.Tabs;
using Parley.EndToEnd.Modules;
using Parley.Storage;

namespace Parley.EndToEnd.Storage;

/// <summary>
/// The browser's driver over a real page: Parley.Browser's own C# in this process, its modules, worker and database in Chromium.
/// </summary>
internal sealed class ChromiumSqlDriver : ISqlDriver
{
    private readonly ModulePage _page;
    private readonly BrowserTabs _tabs;
    private readonly BrowserStore _store;

    private ChromiumSqlDriver(ModulePage page, BrowserTabs tabs, BrowserStore store)
    {
        _page = page;
        _tabs = tabs;
        _store = store;
    }

    public IPage Page => _page.Page;

    /// <summary>Opens a tab with a store: the leader's if it is the first.</summary>
    public static async Task<ChromiumSqlDriver> OpenAsync(IBrowserContext browser, ModuleServer server, CancellationToken cancellationToken)
    {
        var page = await ModulePage.OpenAsync(browser, server);
        return await page.RunAsync(async () =>
        {
            var tabs = new BrowserTabs(new PageTabsModule(page));
            return new ChromiumSqlDriver(page, tabs, await BrowserStore.OpenAsync(new PageStorageModule(page), tabs, cancellationToken));
        }, cancellationToken);
    }

    /// <summary>Completes when this tab leads.</summary>
    public Task LeadAsync(CancellationToken cancellationToken) => _page.RunAsync(async () =>
    {
        await _tabs.LeadAsync(cancellationToken);
        return true;
    }, cancellationToken);

    public async ValueTask<IReadOnlyList<SqlResult>> WriteAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
        await _page.RunAsync(async () => await _store.WriteAsync(statements, cancellationToken), cancellationToken);

    public async ValueTask<IReadOnlyList<SqlResult>> ReadAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
        await _page.RunAsync(async () => await _store.ReadAsync(statements, cancellationToken), cancellationToken);

    /// <summary>Closes the store, gives up the lead and closes the tab.</summary>
    public async ValueTask DisposeAsync()
    {
        await _page.RunAsync(async () =>
        {
            await _store.DisposeAsync();
            await _tabs.DisposeAsync();
            return true;
        }, CancellationToken.None);
        await Page.CloseAsync();
    }
}
