using Microsoft.Data.Sqlite;
using Parley.Chat;
using Parley.Hub.Administration;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Native.Storage;
using Parley.Scenarios.Access;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Hub;

/// <summary>A hub's data folder as one file, taken while it runs, and such a file as a data folder.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_backup_of_a_hub_that_runs_is_one_private_file_that_makes_the_same_hub_elsewhere()
    {
        await using var ada = new Person("Ada");
        NodeId space;
        string name;
        await using (var hub = await StartAsync("hub"))
        {
            await ada.OpenAsync(SqliteStore.At(_folder["ada.db"]), hub.Socket);
            space = await ada.Client.Spaces.CreateAsync("The workshop");
            await AccessScene.GeneralOf(ada, space).SendAsync("before the backup");
            await ada.Client.SettleAsync();
            name = await NameAsync(hub);
            File.WriteAllText(_folder["hub/tls.key"], "the certificate's key");
            var (changes, rooms) = HubBackup.Write(_folder["hub"], _folder["backup"], overwrite: false);
            Assert.True(changes > 2 && rooms > 1);
            await AccessScene.GeneralOf(ada, space).SendAsync("after the backup");
            await ada.Client.SettleAsync();
        }

        Assert.Equal(["backup"], Directory.GetFiles(_folder["."], "backup*").Select(Path.GetFileName));
        AssertPrivate(_folder["backup"]);

        Assert.Empty(HubBackup.Restore(_folder["elsewhere"], _folder["backup"], TimeProvider.System).Kept);
        Assert.Equal("the certificate's key", File.ReadAllText(_folder["elsewhere/tls.key"]));
        await ada.CloseAsync();
        await using (var hub = await StartAsync("elsewhere"))
        {
            Assert.Equal(name, await NameAsync(hub));
            await ada.OpenAsync(SqliteStore.At(_folder["ada.db"]), hub.Socket);
            await Eventually.SeesAsync(() => RoomAsync(hub, space), count => count == 2);
            await ada.CloseAsync();
        }
    }

    [Fact]
    public async Task What_was_there_is_kept_beside_it()
    {
        await FillAsync("hub", 3);
        HubBackup.Write(_folder["hub"], _folder["backup"], overwrite: false);
        await FillAsync("hub", 4);
        File.WriteAllText(_folder["hub/hub.key"], new string('0', 64));
        var kept = HubBackup.Restore(_folder["hub"], _folder["backup"], TimeProvider.System).Kept;
        Assert.Equal(2, kept.Count);
        Assert.Equal(new string('0', 64), File.ReadAllText(kept[0]));
        Assert.Equal(7, Rows(kept[1], "SELECT count(*) FROM revoked"));
        Assert.Equal(3, Rows(_folder["hub/hub.db"], "SELECT count(*) FROM revoked"));
        Assert.All(kept, AssertPrivate);
    }

    [Fact]
    public async Task A_restored_hub_is_another_one_to_its_clients()
    {
        await FillAsync("hub", 1);
        var before = Epoch();
        HubBackup.Write(_folder["hub"], _folder["backup"], overwrite: false);
        HubBackup.Restore(_folder["hub"], _folder["backup"], TimeProvider.System);
        Assert.NotEqual(before, Epoch());
    }

    [Fact]
    public async Task While_a_hub_runs_nothing_is_restored()
    {
        await FillAsync("hub", 1);
        HubBackup.Write(_folder["hub"], _folder["backup"], overwrite: false);
        await using var hub = await StartAsync("hub");
        var refused = Assert.Throws<ParleyException>(() => HubBackup.Restore(_folder["hub"], _folder["backup"], TimeProvider.System));
        Assert.Equal(ParleyErrorCode.StoreInUse, refused.Code);
    }

    [Fact]
    public async Task A_file_that_exists_is_taken_the_place_of_only_if_asked()
    {
        await FillAsync("hub", 1);
        File.WriteAllText(_folder["backup"], "yesterday's");
        Assert.Equal(ParleyErrorCode.Invalid, Assert.Throws<ParleyException>(() => HubBackup.Write(_folder["hub"], _folder["backup"], overwrite: false)).Code);
        Assert.Equal("yesterday's", File.ReadAllText(_folder["backup"]));
        HubBackup.Write(_folder["hub"], _folder["backup"], overwrite: true);
        Assert.Equal(1, Rows(_folder["backup"], "SELECT count(*) FROM revoked"));
    }

    [Theory]
    [InlineData("nothing", ParleyErrorCode.NotFound)]
    [InlineData("text", ParleyErrorCode.Invalid)]
    [InlineData("empty", ParleyErrorCode.Invalid)]
    [InlineData("a replica", ParleyErrorCode.Invalid)]
    [InlineData("damaged", ParleyErrorCode.Invalid)]
    [InlineData("newer", ParleyErrorCode.NewerStore)]
    public async Task What_is_no_backup_that_it_can_read_changes_nothing(string what, ParleyErrorCode code)
    {
        await FillAsync("hub", 1);
        var file = _folder["backup"];
        switch (what)
        {
            case "text":
                File.WriteAllText(file, new string('x', 5_000));
                break;
            case "empty":
                File.WriteAllText(file, "");
                break;
            case "a replica":
                await using (var ada = new Person("Ada"))
                {
                    await ada.OpenAsync(SqliteStore.At(file));
                }

                break;
            case "damaged":
                HubBackup.Write(_folder["hub"], file, overwrite: false);
                var bytes = File.ReadAllBytes(file);
                bytes.AsSpan(8_192, 12_288).Fill(0xAA);
                File.WriteAllBytes(file, bytes);
                break;
            case "newer":
                HubBackup.Write(_folder["hub"], file, overwrite: false);
                Rows(file, $"PRAGMA user_version={SqliteHubSchema.Version + 1}");
                break;
        }

        var before = File.ReadAllBytes(_folder["hub/hub.db"]);
        Assert.Equal(code, Assert.Throws<ParleyException>(() => HubBackup.Restore(_folder["hub"], file, TimeProvider.System)).Code);
        Assert.Equal(before, File.ReadAllBytes(_folder["hub/hub.db"]));
        Assert.DoesNotContain(Directory.GetFiles(_folder["hub"]), static path => Path.GetFileName(path) is not ("hub.db" or "hub.key" or "hub.lock" or "hub.epoch"));
    }

    private Task<HubFixture> StartAsync(string folder) => HubFixture.StartAsync(o => o.DataFolder = _folder[folder]);

    private static async Task<string> NameAsync(HubFixture hub)
    {
        using var http = new HttpClient { BaseAddress = hub.Http };
        using var health = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync("/health", TestContext.Current.CancellationToken));
        return health.RootElement.GetProperty("hubDid").GetString()!;
    }

    private Task<long> RoomAsync(HubFixture hub, NodeId space)
    {
        Assert.NotNull(hub);
        return Task.FromResult(Rows(
            _folder["elsewhere/hub.db"],
            $"SELECT count(*) FROM entries WHERE room = (SELECT id FROM rooms WHERE name = '{RoomNames.Channel(RoomNames.ThreadOf(space)).Value}')"));
    }

    // Whatever a hub keeps: tokens out of service are quick to make.
    private async Task FillAsync(string folder, int count)
    {
        await using (await StartAsync(folder))
        {
        }

        using var store = SqliteHubStore.Open(_folder[folder]);
        for (var i = 0; i < count; i++)
        {
            store.Revoke(Guid.NewGuid().ToString(), 1);
        }
    }

    private string Epoch()
    {
        using var store = SqliteHubStore.Open(_folder["hub"]);
        return store.Epoch;
    }

    private static long Rows(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as long? ?? 0;
    }

    private static void AssertPrivate(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }
}
