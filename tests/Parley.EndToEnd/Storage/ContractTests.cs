using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Modules;
using Parley.Storage;
using Parley.Testing.Contracts;
using Xunit;

namespace Parley.EndToEnd.Storage;

/// <summary>The contract of every driver, kept by SQLite in a real browser.</summary>
public sealed class BrowserDriverTests(ChromiumStores stores) : SqlDriverContract, IClassFixture<ChromiumStores>
{
    protected override Task<ISqlDriver> OpenAsync() => stores.OpenEmptyAsync();
}

/// <summary>The contract of every store of nodes, over SQLite in a real browser.</summary>
public sealed class BrowserNodeStoreTests(ChromiumStores stores) : NodeStoreContract, IClassFixture<ChromiumStores>
{
    protected override Task<ISqlDriver> OpenAsync() => stores.OpenEmptyAsync();
}

/// <summary>One browser for all cases of a contract; each case begins with an empty file system.</summary>
public sealed class ChromiumStores(Chromium chromium) : IAsyncLifetime
{
    private readonly ModuleServer _server = new();
    private BrowserProfile? _browser;
    private ModulePage? _bystander;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _browser = await BrowserProfile.OpenAsync(chromium);
        _bystander = await ModulePage.OpenAsync(_browser.Context, _server);
    }

    internal async Task<ISqlDriver> OpenEmptyAsync()
    {
        await _bystander!.Page.EvaluateAsync("""
            async () => {
              const files = await navigator.storage.getDirectory();
              for await (const name of files.keys()) await files.removeEntry(name, { recursive: true });
            }
            """);
        return await ChromiumSqlDriver.OpenAsync(_browser!.Context, _server, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        await _server.DisposeAsync();
    }
}
