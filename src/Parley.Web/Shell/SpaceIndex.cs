using Parley.Chat;
using Parley.Identity;
using Parley.Nodes;
using Parley.Rooms;

namespace Parley.Web.Shell;

/// <summary>The lists that many components show of one space: channels, pages, people. One live query each, however many read it.</summary>
public sealed class SpaceIndex : IDisposable
{
    private readonly ParleyClient _client;

    /// <summary>Begins to watch.</summary>
    public SpaceIndex(ParleyClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        Channels = client.Nodes.Watch(client.Channels.List);
        Pages = client.Nodes.Watch(NodeQuery.Of(Schemas.Page).Where("archived", false).OrderBy(NodeOrder.Updated, descending: true));
        People = client.Nodes.Watch(NodeQuery.Of(Schemas.Profile).OrderBy("displayName"));
        General = RoomNames.ThreadOf(new NodeId(client.Space));
    }

    /// <summary>The open channels, by name.</summary>
    public LiveQuery Channels { get; }

    /// <summary>The pages, latest written first.</summary>
    public LiveQuery Pages { get; }

    /// <summary>The profiles known here, by name.</summary>
    public LiveQuery People { get; }

    /// <summary>The space's first channel.</summary>
    public NodeId General { get; }

    /// <summary>A channel that is listed, or null.</summary>
    public Node? Channel(NodeId id) => Channels.Value.FirstOrDefault(n => n.Id == id);

    /// <summary>A page that is listed, or null.</summary>
    public Node? Page(NodeId id) => Pages.Value.FirstOrDefault(n => n.Id == id);

    /// <summary>What a tab of a place is called.</summary>
    public string TitleOf(Place place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return place.Kind switch
        {
            PlaceKind.Channel => NameOf(Channel(place.Node!.Value)),
            PlaceKind.Page => TitleOf(Page(place.Node!.Value)),
            PlaceKind.People => Strings.People,
            PlaceKind.Settings => Strings.Settings,
        };
    }

    /// <summary>A channel's name.</summary>
    public static string NameOf(Node? channel) => channel?.Text("name") is { Length: > 0 } name ? name : Strings.Untitled;

    /// <summary>A page's title.</summary>
    public static string TitleOf(Node? page) => page?.Text("title") is { Length: > 0 } title ? title : Strings.Untitled;

    /// <summary>The person of a Profile node, or null where its id is not a profile's: a claim in its properties proves nothing.</summary>
    public static PersonId? PersonOf(Node profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        const string Prefix = "profile-";
        return profile.Id.Value.StartsWith(Prefix, StringComparison.Ordinal) && PersonId.TryParse(profile.Id.Value[Prefix.Length..], out var person) ? person : null;
    }

    /// <summary>Everybody known here, the reader included.</summary>
    public IEnumerable<(PersonId Person, string Name)> Known =>
        People.Value.Select(PersonOf).OfType<PersonId>().Append(_client.Me).Distinct().Select(p => (p, _client.Profiles.NameOf(p)));

    /// <inheritdoc/>
    public void Dispose()
    {
        Channels.Dispose();
        Pages.Dispose();
        People.Dispose();
    }
}
