using Microsoft.Data.Sqlite;
using Parley.Native.Storage;
using Parley.Storage;
using Parley.Testing;
using Parley.Testing.Contracts;
using Xunit;

namespace Parley.Scenarios.Storage;

public sealed class SqliteFileDriverTests : SqlDriverContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected override Task<ISqlDriver> OpenAsync() => Task.FromResult<ISqlDriver>(SqliteStore.At(_folder["driver.db"]));

    public void Dispose() => _folder.Dispose();
}

public sealed class SqliteFileNodeStoreTests : NodeStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected override Task<ISqlDriver> OpenAsync() => Task.FromResult<ISqlDriver>(SqliteStore.At(_folder["nodes.db"]));

    public void Dispose() => _folder.Dispose();
}

public sealed class SqliteFileTests
{
    [Fact]
    public async Task A_commit_is_on_disk_before_it_is_answered()
    {
        // A kill cannot tell FULL from NORMAL, so the settings themselves are asked, on the connection that writes.
        using var folder = new TemporaryFolder();
        await using var store = SqliteStore.At(folder["store.db"]);
        var answer = await store.WriteAsync([new("PRAGMA synchronous"), new("PRAGMA journal_mode")]);
        Assert.Equal(2L, answer[0].Rows[0][0]);
        Assert.Equal("wal", answer[1].Rows[0][0]);
    }

    [Fact]
    public async Task A_second_owner_is_told_that_the_store_is_in_use_until_the_first_one_closes()
    {
        using var folder = new TemporaryFolder();
        await using (SqliteStore.At(folder["store.db"]))
        {
            var failure = Assert.Throws<ParleyException>(() => SqliteStore.At(folder["store.db"]));
            Assert.Equal(ParleyErrorCode.StoreInUse, failure.Code);
            Assert.True(failure.IsTransient);
        }

        await using var second = SqliteStore.At(folder["store.db"]);
        Assert.Equal(1L, (await second.ReadAsync([new("SELECT 1")]))[0].Rows[0][0]);
    }

    [Fact]
    public async Task What_was_written_is_there_when_it_is_opened_again()
    {
        using var folder = new TemporaryFolder();
        await using (var first = SqliteStore.At(folder["store.db"]))
        {
            await first.WriteAsync([new("CREATE TABLE note (body)"), new("INSERT INTO note VALUES ('kept')")]);
        }

        await using var second = SqliteStore.At(folder["store.db"]);
        Assert.Equal("kept", (await second.ReadAsync([new("SELECT body FROM note")]))[0].Rows[0][0]);
    }

    [Fact]
    public void A_file_that_is_no_database_and_a_folder_that_cannot_be_made_are_storage_failures()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["letter.db"], new string('x', 10_000));
        Assert.Equal(ParleyErrorCode.Storage, Assert.Throws<ParleyException>(() => SqliteStore.At(folder["letter.db"])).Code);
        Assert.Equal(ParleyErrorCode.Storage, Assert.Throws<ParleyException>(() => SqliteStore.At(Path.Combine(folder["letter.db"], "inside", "store.db"))).Code);
    }

    [Fact]
    public async Task A_reader_is_not_kept_waiting_by_a_long_write()
    {
        using var folder = new TemporaryFolder();
        await using var store = SqliteStore.At(folder["store.db"]);
        await store.WriteAsync([new("CREATE TABLE note (body)")]);
        var write = store.WriteAsync([new("INSERT INTO note SELECT value FROM (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 2000000) SELECT value FROM n)")]).AsTask();
        var count = (await store.ReadAsync([new("SELECT count(*) FROM note")]))[0].Rows[0][0];
        Assert.False(write.IsCompleted);
        Assert.Equal(0L, count);
        await write;
    }

    [Fact]
    public async Task A_store_of_a_newer_Parley_is_refused_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        await using (var store = SqliteStore.At(folder["store.db"]))
        {
            await store.WriteAsync([new("PRAGMA user_version = 9999")]);
        }

        await using var alice = new Person("Alice");
        var failure = await Assert.ThrowsAsync<ParleyException>(() => alice.OpenAsync(SqliteStore.At(folder["store.db"])));
        Assert.Equal(ParleyErrorCode.NewerStore, failure.Code);
        using var file = new SqliteConnection($"Data Source={folder["store.db"]};Mode=ReadOnly;Pooling=False");
        await file.OpenAsync();
        using var tables = new SqliteCommand("SELECT count(*) FROM sqlite_schema", file);
        Assert.Equal(0L, await tables.ExecuteScalarAsync());
    }
}
