using Parley.Access;
using Parley.Connection;
using Parley.Frames;
using Parley.Ids;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Peers;
using Parley.Scenarios.Access;
using Parley.Store;
using Parley.Testing.Hubs;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Sync;

/// <summary>A hub is set back to an older copy of its database: nothing that it had acknowledged is missing anywhere in the end.</summary>
[Trait("weak-spot", "W35")]
public sealed class HistoryTests : IAsyncDisposable
{
    private static readonly Uri Address = new("ws://hub.test/sync");
    private static readonly NodeId General = RoomNames.ThreadOf(new NodeId(RoomNames.MainSpace));

    private readonly FakeParleyHub _hub = new();
    private readonly Dictionary<string, (Person Person, WatchedStore Store)> _people = new(StringComparer.Ordinal);
    private readonly TemporaryFolder _folder = new();

    public async ValueTask DisposeAsync()
    {
        foreach (var (person, _) in _people.Values)
        {
            await person.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(20)]
    public async Task Its_numbers_are_used_anew_by_others(int usedByOthers)
    {
        await OpenAsync("Ada");
        await OpenAsync("Bob");
        await OpenAsync("Cyd");
        await SendAsync("Ada", "before");
        await SeeAsync(1, "Ada", "Bob", "Cyd");
        await CloseAsync("Cyd");
        var backup = _hub.Backup();
        await SendAsync("Ada", "lost 1", "lost 2");
        await SendAsync("Bob", "lost 3", "lost 4");
        await SeeAsync(5, "Ada", "Bob");
        await CloseAsync("Ada");
        await CloseAsync("Bob");

        _hub.Restore(backup);
        await OpenAsync("Cyd");
        await SendAsync("Cyd", [.. Enumerable.Range(0, usedByOthers).Select(i => $"new {i}")]);
        await CloseAsync("Cyd");

        await OpenAsync("Ada");
        await OpenAsync("Bob");
        await OpenAsync("Cyd");
        await SeeAsync(5 + usedByOthers, "Ada", "Bob", "Cyd");
        await AgreeAsync(5 + usedByOthers);
    }

    [Fact]
    public async Task While_everybody_is_connected()
    {
        await OpenAsync("Ada");
        await OpenAsync("Bob");
        await SendAsync("Ada", "before");
        await SeeAsync(1, "Ada", "Bob");
        var backup = _hub.Backup();
        await SendAsync("Ada", "lost");
        await SeeAsync(2, "Ada", "Bob");
        _hub.Restore(backup);
        foreach (var name in _people.Keys)
        {
            await Eventually.SeesAsync(() => Of(name).Connection.Value, status => status.Phase == ConnectionPhase.Offline);
            Of(name).Reconnect();
        }

        await SendAsync("Bob", "after");
        await SeeAsync(3, "Ada", "Bob");
        await AgreeAsync(3);
    }

    [Fact]
    public async Task What_is_not_asked_for_its_history_follows()
    {
        await OpenAsync("Ada");
        await OpenAsync("Bob");
        await SendAsync("Ada", "before");
        await SendAsync("Bob", "before");
        await SeeAsync(2, "Ada", "Bob");
        var backup = _hub.Backup();
        await Of("Bob").Profiles.SetNameAsync("Bob the builder");
        await SendAsync("Ada", "lost");
        await Eventually.SeesAsync(() => Of("Ada").Profiles.NameOf(_people["Bob"].Person.Id), name => name == "Bob the builder");
        await SeeAsync(3, "Ada", "Bob");
        await CloseAsync("Bob");
        await CloseAsync("Ada");
        _hub.Restore(backup);

        // Bob never returns: Ada has his name.
        await OpenAsync("Ada");
        await OpenAsync("Cyd");
        await SeeAsync(3, "Cyd");
        await Eventually.SeesAsync(() => Of("Cyd").Profiles.NameOf(_people["Bob"].Person.Id), name => name == "Bob the builder");
    }

    [Fact]
    public async Task A_hub_with_the_history_that_was_read_is_asked_for_one_change_more_and_offered_nothing()
    {
        await OpenAsync("Ada");
        await SendAsync("Ada", "one", "two", "three");
        await CloseAsync("Ada");
        var frames = _hub.Received.Count;
        await OpenAsync("Ada");
        await SettleAsync("Ada");
        var asked = _hub.Received.Skip(frames).OfType<ClientFrame.SyncRequest>().Where(r => r.Room == RoomNames.Channel(General).Value);
        Assert.Equal([2], asked.Select(request => request.SinceSeq));
        Assert.Empty(_hub.Received.Skip(frames).OfType<ClientFrame.NodeChangeBatch>());
    }

    [Fact]
    public async Task At_a_real_hub_with_somebody_who_came_after_the_copy_was_made()
    {
        var port = 0;
        await using var ada = new Person("Ada");
        await using var bob = new Person("Bob");
        await using var dee = new Person("Dee");
        Invite invite;
        NodeId space;
        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = _folder["hub"]))
        {
            port = hub.Socket.Port;
            await ada.OpenAsync(SqliteStore.At(_folder["ada.db"]), hub.Socket);
            await bob.OpenAsync(SqliteStore.At(_folder["bob.db"]), hub.Socket);
            space = await AccessScene.SpaceOfAsync(ada, bob);
            await AccessScene.GeneralOf(bob, space).SendAsync("before");
            await AccessScene.SeesTextsAsync(ada, RoomNames.ThreadOf(space), "before");
            await Task.WhenAll(ada.Client.SettleAsync(), bob.Client.SettleAsync());
        }

        Copy(_folder["hub"], _folder["copy"]);
        var general = RoomNames.ThreadOf(space);
        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = _folder["hub"], port))
        {
            ada.Client.Reconnect();
            bob.Client.Reconnect();
            await dee.OpenAsync(SqliteStore.At(_folder["dee.db"]), hub.Socket);
            invite = await ada.Client.Spaces.Open(space).InviteAsync(AccessScene.Later);
            await dee.Client.JoinAsync(invite);
            await AccessScene.GeneralOf(ada, space).SendAsync("lost 1");
            await AccessScene.GeneralOf(bob, space).SendAsync("lost 2");
            await AccessScene.SeesTextsAsync(dee, general, "before", "lost 1", "lost 2");
            await Task.WhenAll(ada.Client.SettleAsync(), bob.Client.SettleAsync(), dee.Client.SettleAsync());
        }

        await Task.WhenAll(ada.CloseAsync(), bob.CloseAsync(), dee.CloseAsync());
        Directory.Delete(_folder["hub"], recursive: true);
        Copy(_folder["copy"], _folder["hub"]);
        await using (var hub = await HubFixture.StartAsync(o => o.DataFolder = _folder["hub"], port))
        {
            // The hub does not know Dee any more. Her own replica brings what let her in, and what the others said with it.
            await dee.OpenAsync(SqliteStore.At(_folder["dee.db"]), hub.Socket);
            var said = await AccessScene.GeneralOf(dee, space).SendAsync("from Dee");
            await Eventually.SeesAsync(() => dee.Client.Nodes.FindAsync(said), node => node!.Delivery == Delivery.Stored);
            await bob.OpenAsync(SqliteStore.At(_folder["bob.db"]), hub.Socket);
            await ada.OpenAsync(SqliteStore.At(_folder["ada.db"]), hub.Socket);
            foreach (var person in new[] { ada, bob, dee })
            {
                await AccessScene.SeesTextsAsync(person, general, "before", "lost 1", "lost 2", "from Dee");
            }

            var order = await AccessScene.TextsAsync(ada, general);
            Assert.Equal(order, await AccessScene.TextsAsync(bob, general));
            Assert.Equal(order, await AccessScene.TextsAsync(dee, general));
            await Task.WhenAll(ada.CloseAsync(), bob.CloseAsync(), dee.CloseAsync());
        }
    }

    private ParleyClient Of(string name) => _people[name].Person.Client;

    private async Task OpenAsync(string name)
    {
        var person = _people.TryGetValue(name, out var known) ? known.Person : new Person(name);
        var store = new WatchedStore(SqliteStore.At(_folder[name + ".db"]), _hub);
        _people[name] = (person, store);
        await person.OpenAsync(store, Address, _hub);
        person.Client.Channels.Open(General);
        await SettleAsync(name);
    }

    private Task<ConnectionStatus> SettleAsync(string name) =>
        Eventually.SeesAsync(() => Of(name).Connection.Value, status => status is { Phase: ConnectionPhase.Online, Unsent: 0 });

    private async Task CloseAsync(string name)
    {
        await SettleAsync(name);
        await _people[name].Person.CloseAsync();
    }

    private async Task SendAsync(string name, params IReadOnlyList<string> texts)
    {
        foreach (var text in texts)
        {
            await Of(name).Channels.Open(General).SendAsync(text);
        }
    }

    private async Task SeeAsync(int count, params IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            await Eventually.SeesAsync(() => AccessScene.TextsAsync(_people[name].Person, General), texts => texts.Count == count);
        }
    }

    private async Task AgreeAsync(int count)
    {
        Assert.Equal(count, _hub.CountOf(RoomNames.Channel(General).Value));
        var order = await AccessScene.TextsAsync(_people.Values.First().Person, General);
        foreach (var (person, store) in _people.Values)
        {
            Assert.Equal(order, await AccessScene.TextsAsync(person, General));
            Assert.Empty(store.PassedOver);
            await Eventually.SeesAsync(store.UnreadAsync, unread => unread.Count == 0);
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
