using Parley.Access;
using Parley.Chat;
using Parley.Ids;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Storage;
using Parley.Testing;
using Parley.Testing.Hubs;

namespace Parley.Scenarios.Access;

/// <summary>People with real clients around one hub in memory, each behind a link that can be cut.</summary>
internal sealed class AccessScene : IAsyncDisposable
{
    private static readonly Uri Address = new("ws://hub.test/sync");

    private readonly Dictionary<string, (Person Person, PartitionableLinks Links, ISqlDriver Store)> _people = new(StringComparer.Ordinal);

    public FakeParleyHub Hub { get; } = new();

    /// <summary>Moves only when a test moves it; the clock of everybody who is opened with it.</summary>
    public ManualTime Time { get; } = new(TimeProvider.System.GetUtcNow());

    public async Task<Person> OpenAsync(string name, ISqlDriver? store = null, TimeProvider? time = null)
    {
        if (!_people.TryGetValue(name, out var entry))
        {
            entry = (new Person(name), new PartitionableLinks(Hub), null!);
        }

        entry.Store = store ?? SqliteStore.InMemory();
        _people[name] = entry;
        await entry.Person.OpenAsync(entry.Store, Address, entry.Links, time);
        return entry.Person;
    }

    public ISqlDriver StoreOf(Person person) => _people[person.Name].Store;

    public void Cut(Person person) => _people[person.Name].Links.Cut();

    public void Heal(Person person)
    {
        _people[person.Name].Links.Heal();
        person.Client.Reconnect();
    }

    /// <summary>A space of one person that others joined by one link each.</summary>
    public static async Task<NodeId> SpaceOfAsync(Person owner, params Person[] members)
    {
        var space = await owner.Client.Spaces.CreateAsync("The workshop");
        foreach (var member in members)
        {
            var invite = await owner.Client.Spaces.Open(space).InviteAsync(Later);
            await member.Client.JoinAsync(invite);
        }

        foreach (var person in members.Append(owner))
        {
            await SeesMembersAsync(person, space, members.Length + 1);
        }

        return space;
    }

    public static Task SeesMembersAsync(Person person, NodeId domain, int count) =>
        Eventually.SeesAsync(() => person.Client.Spaces.Open(domain).State.Value.Members.Count, seen => seen == count);

    public static RoomChat GeneralOf(Person person, NodeId space) => person.Client.Channels.Open(RoomNames.ThreadOf(space));

    /// <summary>The texts of a channel that a person sees, oldest first.</summary>
    public static async Task<IReadOnlyList<string>> TextsAsync(Person person, NodeId channel)
    {
        var found = await person.Client.Nodes.FindAsync(NodeQuery.Of(Schemas.ChatMessage).Where("channel", channel.Value).OrderBy(NodeOrder.Timeline));
        return [.. found.Select(message => message.Text("content")!)];
    }

    public static Task SeesTextsAsync(Person person, NodeId channel, params string[] texts) =>
        Eventually.SeesAsync(() => TextsAsync(person, channel), seen => seen.Order().SequenceEqual(texts.Order()));

    public static DateTimeOffset Later => TimeProvider.System.GetUtcNow().AddDays(1);

    public async ValueTask DisposeAsync()
    {
        foreach (var (person, _, _) in _people.Values)
        {
            await person.DisposeAsync();
        }
    }
}
