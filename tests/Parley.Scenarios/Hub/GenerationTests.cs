using Parley.Hub.Storage;
using Parley.Ledger;
using Parley.Nodes;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

/// <summary>By what name a hub's database goes once it is an older copy of itself.</summary>
public sealed class GenerationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-hub").FullName;
    private readonly ManualTime _time = new();
    private readonly Author _author = new(1);

    private string Database => Path.Combine(_folder, "hub.db");

    private string Beside => Path.Combine(_folder, "hub.epoch");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_database_that_was_put_back_has_another_name_from_then_on()
    {
        var (first, made) = Run(1);
        File.Copy(Database, Database + ".old");
        Run(1);
        PutBack();
        _time.Advance(TimeSpan.FromDays(1));

        var (second, since) = Run(2);

        Assert.Equal((first + "-1", made + 86_400_000), (second, since));
        Assert.Equal((second, since), Run(0));
        // The older copy knows nothing of its generation either.
        PutBack();
        Assert.Equal(first + "-2", Run(0).Epoch);
    }

    public static TheoryData<string, Action<string>> Files => new()
    {
        { "as it was left", static _ => { } },
        { "lost", File.Delete },
        { "torn", static path => File.WriteAllText(path, "0123 ") },
        { "of another database", static path => File.WriteAllText(path, "another 7 1000000") },
        { "behind", static path => File.WriteAllText(path, File.ReadAllText(path)[..^1] + "1") },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Otherwise_it_keeps_its_name_whatever_became_of_the_file(string what, Action<string> happens)
    {
        var before = Run(3);
        happens(Beside);
        Assert.True(before == Run(1) && before == Run(0), what);
    }

    /// <summary>Whoever kills it leaves a file that is a second old, and never one that is ahead.</summary>
    [Fact]
    public void The_file_is_behind_by_a_second_at_most()
    {
        using var store = SqliteHubStore.Open(_folder, _time);
        Commit(store);
        var before = File.ReadAllText(Beside);
        Commit(store);
        Assert.Equal(before, File.ReadAllText(Beside));
        _time.Advance(TimeSpan.FromSeconds(1));
        Commit(store);
        Assert.NotEqual(before, File.ReadAllText(Beside));
    }

    private (string Epoch, long SinceMs) Run(int commits)
    {
        using var store = SqliteHubStore.Open(_folder, _time);
        for (var i = 0; i < commits; i++)
        {
            Commit(store);
        }

        return (store.Epoch, store.SinceMs);
    }

    private void Commit(SqliteHubStore store)
    {
        var change = _author.Message("c1", "hello");
        store.Commit(new([], [new Transition.Filed(new(change, null, null, Way.Live), new("xnet-channel-c1"), IsOperation: false)], [], WaitsForTime: false), new(0, []));
    }

    private void PutBack()
    {
        File.Copy(Database + ".old", Database, overwrite: true);
        File.Delete(Database + "-wal");
        File.Delete(Database + "-shm");
    }
}
