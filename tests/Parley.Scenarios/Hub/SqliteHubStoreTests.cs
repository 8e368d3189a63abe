using Microsoft.Data.Sqlite;
using Parley.Hub.Storage;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

public sealed class SqliteHubStoreTests : HubStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-hub").FullName;
    private readonly SqliteHubStore _store;

    public SqliteHubStoreTests() => _store = SqliteHubStore.Open(_folder);

    private protected override IHubStore Store => _store;

    public override void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A kill cannot tell FULL from NORMAL, a power cut can: so the setting itself is what is tested.</summary>
    [Fact]
    public void Every_commit_waits_for_the_disk()
    {
        Assert.Equal("wal", _store.Pragma("journal_mode"));
        Assert.Equal("2", _store.Pragma("synchronous"));
    }

    [Fact]
    public void The_epoch_and_when_it_was_made_are_the_databases_own()
    {
        var epoch = _store.Epoch;
        _store.Dispose();

        var since = _store.SinceMs;
        var time = new ManualTime();
        using (var again = SqliteHubStore.Open(_folder, time))
        {
            Assert.Equal((epoch, since), (again.Epoch, again.SinceMs));
        }

        var other = Directory.CreateTempSubdirectory("parley-hub").FullName;
        using (var fresh = SqliteHubStore.Open(other, time))
        {
            Assert.NotEqual(epoch, fresh.Epoch);
            Assert.Equal(time.GetUtcNow().ToUnixTimeMilliseconds(), fresh.SinceMs);
        }

        Directory.Delete(other, recursive: true);
    }

    [Fact]
    public void A_second_hub_on_the_folder_is_told_that_it_is_in_use()
    {
        var refused = Assert.Throws<ParleyException>(() => SqliteHubStore.Open(_folder));

        Assert.Equal(ParleyErrorCode.StoreInUse, refused.Code);
    }

    [Fact]
    public void A_database_of_a_newer_Parley_is_left_alone()
    {
        _store.Dispose();
        Execute("PRAGMA user_version = 99");

        Assert.Equal(ParleyErrorCode.NewerStore, Assert.Throws<ParleyException>(() => SqliteHubStore.Open(_folder)).Code);
    }

    [Fact]
    public void A_database_from_before_there_were_operations_is_taken_over()
    {
        var author = new Author(1);
        var (message, late) = (author.Message("c1", "old"), author.BareUpdate(new("late"), ("x", Parley.Json.JsonValue.True)));
        var writes = new StoreWrites();
        writes.Filed.Add(new(message, "xnet-channel-c1", 1, [1]));
        writes.Held.Add(new(late.Hash, new("late"), author.Did, "", 7, "xnet-channel-c1", "xnet-channel-c1", [2]));
        _store.Commit(writes);
        _store.Dispose();
        Execute("DROP TABLE operations; ALTER TABLE held DROP COLUMN operation; DROP INDEX held_by_scope; ALTER TABLE held DROP COLUMN scope; ALTER TABLE held DROP COLUMN wall; ALTER TABLE held RENAME COLUMN payer TO author; DROP TABLE standings; ALTER TABLE authors DROP COLUMN changes; DELETE FROM meta WHERE key = 'since'; PRAGMA user_version = 2");

        using var again = SqliteHubStore.Open(_folder);

        Assert.Equal(2, again.FoundVersion);
        Assert.Equal(0, again.SinceMs);
        Assert.Equal(2, again.Look([message.Hash, late.Hash], []).Changes.Count);
        // Whoever signed what waits is taken to have brought it, and it goes on waiting where it did.
        Assert.True(again.FindHeld(late.Hash) is { IsOperation: false, Scope: "xnet-channel-c1", WallMs: > 1_700_000_000_000 } waiting && waiting.Payer == author.Did);
        var (filed, held) = again.Operations();
        Assert.Empty(filed);
        Assert.Empty(held);
        Assert.Equal(1, again.Usage(author.Did).Changes);
    }

    [Fact]
    public void A_file_that_is_no_database_is_a_storage_failure()
    {
        _store.Dispose();
        File.WriteAllText(Path.Combine(_folder, "hub.db"), new string('x', 10_000));
        File.Delete(Path.Combine(_folder, "hub.db-wal"));

        Assert.Equal(ParleyErrorCode.Storage, Assert.Throws<ParleyException>(() => SqliteHubStore.Open(_folder)).Code);
    }

    [Fact]
    public void What_fails_half_way_leaves_nothing_behind()
    {
        var author = new Author(1);
        var first = author.Message("c1", "first");
        var writes = new StoreWrites();
        writes.Filed.Add(new(first, "xnet-channel-c1", 1, [1]));
        _store.Commit(writes);

        var second = author.Message("c1", "second");
        var broken = new StoreWrites();
        broken.Filed.Add(new(second, "a room that is new", 1, [2]));
        broken.Filed.Add(new(first, "xnet-channel-c1", 2, [3]));
        Assert.Equal(ParleyErrorCode.Storage, Assert.Throws<ParleyException>(() => _store.Commit(broken)).Code);

        Assert.Equal([first.Hash], _store.Look([first.Hash, second.Hash], []).Changes.Keys);
        var good = new StoreWrites();
        good.Filed.Add(new(second, "a room that is new", 1, [2]));
        _store.Commit(good);
        Assert.Equal(2, _store.Look([first.Hash, second.Hash], []).Changes.Count);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "hub.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
