using System.Formats.Tar;
using System.IO.Compression;
using Parley.Identity;
using Parley.Ids;
using Parley.Native.Identity;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Testing;

namespace Parley.Scenarios.Upgrade;

/// <summary>
/// Stores that older builds left (tests/make-older-stores.sh): a hub with a workspace of eight, and the two people of a space in it, of whom one
/// has three messages that no hub has. They open, migrate and lose nothing.
/// </summary>
public sealed class OlderStoreTests
{
    public static TheoryData<string> Commits =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Upgrade"), "*.tar.gz").Select(file => Path.GetFileName(file)[..^".tar.gz".Length]).Order()];

    private static IEnumerable<string> OfAda => Enumerable.Range(1, 20).Select(n => $"ada {n}");

    private static IEnumerable<string> OfBob => Enumerable.Range(1, 13).Select(n => $"bob {n}");

    [Theory]
    [MemberData(nameof(Commits))]
    public async Task What_was_written_is_there_and_what_was_not_sent_is_sent(string commit)
    {
        using var folder = new TemporaryFolder();
        await UnpackAsync(commit, folder);
        var general = RoomNames.ThreadOf(new((await File.ReadAllTextAsync(folder["space"])).Trim()));
        await using var hub = await HubFixture.StartAsync(options => (options.DataFolder, options.Commons) = (folder["hub"], false));

        await using (var alone = await OpenAsync(folder, "bob", null))
        {
            Assert.Equal([.. OfAda, .. OfBob], await TextsAsync(alone, general));
            Assert.Equal(3, alone.Connection.Value.Unsent);
        }

        await using var bob = await OpenAsync(folder, "bob", hub.Socket);
        await using var ada = await OpenAsync(folder, "ada", hub.Socket);
        await Eventually.SeesAsync(() => bob.Connection.Value.Unsent, unsent => unsent == 0);
        await Eventually.SeesAsync(() => TextsAsync(ada, general), texts => texts.Count == 33);
        Assert.Equal([.. OfAda, .. OfBob], await TextsAsync(ada, general));
    }

    [Theory]
    [MemberData(nameof(Commits))]
    public async Task A_hub_serves_all_that_it_had(string commit)
    {
        using var folder = new TemporaryFolder();
        await UnpackAsync(commit, folder);
        var general = RoomNames.ThreadOf(new((await File.ReadAllTextAsync(folder["space"])).Trim()));
        await using var hub = await HubFixture.StartAsync(options => (options.DataFolder, options.Commons) = (folder["hub"], false));

        // The same person on a device that has nothing: everything comes from the hub.
        File.Delete(Path.Combine(folder["ada"], "parley.db"));
        await using var ada = await OpenAsync(folder, "ada", hub.Socket);
        await Eventually.SeesAsync(() => TextsAsync(ada, general), texts => texts.Count == 30);
        Assert.Equal([.. OfAda, .. OfBob.Take(10)], await TextsAsync(ada, general));
    }

    private static async Task UnpackAsync(string commit, TemporaryFolder to)
    {
        await using var packed = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Upgrade", commit + ".tar.gz"));
        await using var unzipped = new GZipStream(packed, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(unzipped, to["."], overwriteFiles: false);
    }

    private static async Task<ParleyClient> OpenAsync(TemporaryFolder folder, string name, Uri? hub) => await ParleyClient.OpenAsync(new ParleyOptions
    {
        Store = SqliteStore.At(Path.Combine(folder[name], "parley.db")),
        Signer = new SodiumSigner(RecoveryPhrase.Parse((await File.ReadAllTextAsync(folder[name + ".words"])).Trim()).ToSeed()),
        Signatures = SodiumSignatures.Instance,
        Hub = hub,
    });

    private static async Task<IReadOnlyList<string>> TextsAsync(ParleyClient client, NodeId channel)
    {
        var found = await client.Nodes.FindAsync(NodeQuery.Of(Schemas.ChatMessage).Where("channel", channel.Value).OrderBy(NodeOrder.Timeline));
        return [.. found.Select(message => message.Text("content")!)];
    }
}
