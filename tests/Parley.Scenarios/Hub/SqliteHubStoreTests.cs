using Microsoft.Data.Sqlite;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;
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

    private const string BackToFive =
        "DROP TABLE domains; DROP TABLE members; DROP TABLE op_authors; ALTER TABLE held DROP COLUMN lamport; PRAGMA user_version = 5;";

    private const string BackToTwo = BackToFive
        + "DROP INDEX held_by_scope; ALTER TABLE held DROP COLUMN scope; ALTER TABLE held DROP COLUMN wall; ALTER TABLE held RENAME COLUMN payer TO author;"
        + "DROP TABLE standings; ALTER TABLE authors DROP COLUMN changes; DROP TABLE operations; ALTER TABLE held DROP COLUMN operation; DELETE FROM meta WHERE key = 'since'; PRAGMA user_version = 2;";

    [Theory]
    [InlineData(5, BackToFive)]
    [InlineData(2, BackToTwo)]
    public void An_older_database_is_taken_over(int version, string back)
    {
        var author = new Author(1);
        var (message, late, later) = (author.Message("c1", "old"), author.BareUpdate(new("late"), ("x", JsonValue.True)), author.Message("c2", "for a log"));
        WaitingRow Row(Change change, WaitKey key, HoldReason why) => new(change, new("xnet-channel-c1"), key, why, author.Person, Pool.Member, IsOperation: false);
        Commit(
            new Transition.Filed(new(message, null, null, Way.Live), new("xnet-channel-c1"), IsOperation: false),
            new Transition.Waits(Row(late, WaitKey.Node(new("late")), HoldReason.UnknownNode)),
            new Transition.Waits(Row(later, WaitKey.Domain(new("late")), HoldReason.UnknownMember)));
        _store.Dispose();
        Execute(back);

        using var again = SqliteHubStore.Open(_folder);
        MemberRows.Rebuild(again);

        Assert.Equal(version, again.FoundVersion);
        Assert.Equal(version == 2, again.SinceMs == 0);
        var needs = new Needs();
        needs.Changes.UnionWith([message.Hash, late.Hash, later.Hash]);
        needs.Crowds.Add(new(Pool.Member, new("xnet-channel-c1"), author.Person, 1));
        needs.Usage.Add(author.Person);
        var known = again.Load(needs);
        Assert.Equal(new(new("xnet-channel-c1"), 1), known.Changes[message.Hash].Place);
        // Whoever signed what waits is taken to have brought it, and it goes on waiting for the same.
        Assert.Equal(
            [(WaitKey.Node(new("late")), author.Person, Pool.Member), (WaitKey.Domain(new("late")), author.Person, Pool.Member)],
            new[] { late, later }.Select(change => known.Changes[change.Hash].Waiting!).Select(static row => (row.For, row.Payer, row.Pool)));
        Assert.Equal(late.Hash, Assert.Single(known.Crowds.Values.Single().Oldest).Change.Hash);
        Assert.Equal(3, known.Usage[author.Person].Changes);
        again.Release();
        again.ForgetWaiting(1_700_000_000_000);
        Assert.Equal(version == 2 ? 2 : 0, again.Awaited().Count);
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
        Transition File(Change change, string room) => new Transition.Filed(new(change, null, null, Way.Live), new(room), IsOperation: false);
        Commit(File(first, "xnet-channel-c1"));

        var second = author.Message("c1", "second");
        Assert.Equal(
            ParleyErrorCode.Storage,
            Assert.Throws<ParleyException>(() => Commit(File(second, "a room that is new"), File(first, "xnet-channel-c1"))).Code);

        Assert.Equal([first.Hash], Known());
        Assert.Equal([new(new("a room that is new"), 1)], Commit(File(second, "a room that is new")));
        Assert.Equal([first.Hash, second.Hash], Known());

        IEnumerable<ChangeHash> Known()
        {
            var needs = new Needs();
            needs.Changes.UnionWith([first.Hash, second.Hash]);
            var known = _store.Load(needs);
            _store.Release();
            return known.Changes.Keys;
        }
    }

    private IReadOnlyList<Place> Commit(params Transition[] transitions) => _store.Commit(new([], transitions, [], WaitsForTime: false), new(7, []));

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
