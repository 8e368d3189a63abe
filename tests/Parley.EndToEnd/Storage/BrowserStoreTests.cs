using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Modules;
using Xunit;

namespace Parley.EndToEnd.Storage;

/// <summary>What the driver contract cannot ask: several tabs, reload, and the death of tab and browser.</summary>
public sealed class BrowserStoreTests(Chromium chromium, ModuleServer server) : IClassFixture<ModuleServer>
{
    private const string Table = "create table if not exists note (id integer primary key, text text not null) strict";

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_written_is_there_after_a_reload()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var first = await ChromiumSqlDriver.OpenAsync(browser.Context, server, Ending);
        await first.WriteAsync([new(Table), new("insert into note values (?1, ?2)", 1L, "kept")], Ending);

        // No closing: the page goes as it does when a person reloads it.
        await first.Page.ReloadAsync();
        await using var second = await ChromiumSqlDriver.OpenAsync(browser.Context, server, Ending);

        Assert.Equal("kept", Assert.Single((await second.ReadAsync([new("select text from note")], Ending))[0].Rows)[0]);
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task A_commit_is_flushed_before_it_is_answered()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        await using var store = await ChromiumSqlDriver.OpenAsync(browser.Context, server, Ending);

        // A kill cannot tell FULL from less, so the setting itself is asked for.
        Assert.Equal(2L, (await store.ReadAsync([new("pragma synchronous")], Ending))[0].Rows[0][0]);
    }

    [Fact]
    public async Task What_was_answered_is_there_after_the_browser_was_killed()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        long kept = 0;
        for (var round = 0; round < 3; round++)
        {
            var store = await ChromiumSqlDriver.OpenAsync(browser.Context, server, Ending);
            await store.WriteAsync([new(Table)], Ending);
            Assert.Equal(kept, await CountAsync(store));
            for (var i = 0; i < 25; i++)
            {
                await store.WriteAsync([new("insert into note values (?1, ?2)", ++kept, "written " + kept)], Ending);
            }

            // A write under way may or may not have come in when the kill does; what was answered must have.
            var underWay = store.WriteAsync([new("insert into note select value + 100000, 'unanswered' from (with recursive n(value) as (select 1 union all select value + 1 from n limit 20000) select value from n)")], Ending).AsTask();
            await browser.KillAsync();
            _ = underWay.ContinueWith(static late => late.Exception, TaskScheduler.Default);
            await browser.OpenAsync();

            await using var after = await ChromiumSqlDriver.OpenAsync(browser.Context, server, Ending);
            var rows = await after.ReadAsync([new("select count(*) from note where id <= 100000"), new("select count(*) from note where id > 100000"), new("pragma integrity_check")], Ending);
            Assert.Equal(kept, rows[0].Rows[0][0]);
            Assert.Contains((long)rows[1].Rows[0][0]!, new long[] { 0, 20000 });
            Assert.Equal("ok", rows[2].Rows[0][0]);
            await after.WriteAsync([new("delete from note where id > 100000")], Ending);
        }
    }

    [Fact]
    public async Task Another_tab_reads_through_the_leader_and_takes_over_when_it_is_gone()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var leader = await ChromiumSqlDriver.OpenAsync(browser.Context, server, Ending);
        await leader.WriteAsync([new(Table), new("insert into note values (1, 'by the first tab')")], Ending);

        await using var follower = await ChromiumSqlDriver.OpenAsync(browser.Context, server, Ending);
        Assert.Equal(1, await CountAsync(follower));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await follower.WriteAsync([new("delete from note")], Ending));

        await leader.Page.CloseAsync();
        await follower.LeadAsync(Ending);
        await follower.WriteAsync([new("insert into note values (2, 'by the second tab')")], Ending);
        Assert.Equal(2, await CountAsync(follower));
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task A_read_that_waits_while_the_leader_dies_is_answered_by_the_next()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var leader = await ChromiumSqlDriver.OpenAsync(browser.Context, server, Ending);
        await leader.WriteAsync([new(Table), new("insert into note values (1, 'kept')")], Ending);
        await using var second = await ChromiumSqlDriver.OpenAsync(browser.Context, server, Ending);
        await using var third = await ChromiumSqlDriver.OpenAsync(browser.Context, server, Ending);

        // The leader's worker is busy, so both reads wait in a worker that is about to die.
        _ = leader.ReadAsync([new("with recursive n(v) as (select 1 union all select v + 1 from n limit 30000000) select count(*) from n")], Ending).AsTask()
            .ContinueWith(static late => late.Exception, TaskScheduler.Default);
        var reads = new[] { CountAsync(second), CountAsync(third) };
        await leader.Page.CloseAsync();

        Assert.All(await Task.WhenAll(reads), count => Assert.Equal(1, count));
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task A_takeover_that_comes_too_early_deletes_nothing()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var leader = await ChromiumSqlDriver.OpenAsync(browser.Context, server, Ending);
        await leader.WriteAsync([new(Table), new("insert into note values (1, 'kept')")], Ending);
        var bystander = await ModulePage.OpenAsync(browser.Context, server);

        await bystander.Page.EvaluateAsync("""
            () => new Promise(resolve => {
              globalThis.late = new Worker('/late-worker.js', { type: 'module' });
              late.onmessage = resolve;
            })
            """);
        await leader.DisposeAsync();
        var outcome = await bystander.Page.EvaluateAsync<string>("""
            () => new Promise(resolve => {
              late.onmessage = event => {
                if (event.data.type === 'refused') return;
                late.terminate();
                resolve(event.data.error ?? event.data.type);
              };
              late.postMessage('released');
            })
            """);
        Assert.Equal("open", outcome);

        await using var again = await ChromiumSqlDriver.OpenAsync(browser.Context, server, Ending);
        Assert.Equal(1, await CountAsync(again));
    }

    [Fact, Trait("size", "long")]
    public async Task A_database_that_another_page_never_lets_go_is_in_use()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        await using var leader = await ChromiumSqlDriver.OpenAsync(browser.Context, server, Ending);

        var outcome = await leader.Page.EvaluateAsync<string>("""
            () => new Promise(resolve => {
              const second = new Worker('/_content/Parley.Browser/storage-worker.js', { type: 'module' });
              second.onmessage = event => { second.terminate(); resolve(event.data.error); };
            })
            """);

        Assert.StartsWith("StoreInUse:", outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_private_file_system_the_store_says_unsupported()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        await browser.Context.AddInitScriptAsync("delete StorageManager.prototype.getDirectory");

        var failure = await Assert.ThrowsAsync<ParleyException>(() => ChromiumSqlDriver.OpenAsync(browser.Context, server, Ending));

        Assert.Equal(ParleyErrorCode.Unsupported, failure.Code);
    }

    private static async Task<long> CountAsync(ChromiumSqlDriver store) => (long)(await store.ReadAsync([new("select count(*) from note")], Ending))[0].Rows[0][0]!;
}
