using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;
using Parley.Web.Rooms;

namespace Parley.Web.Shell;

/// <summary>
/// The lists that many components show: spaces, channels, pages. One live query each, however many read it. Channels are all that are here,
/// so that another space is shown without a question; pages, which carry their texts, are those of the current space.
/// </summary>
public sealed class SpaceIndex : IDisposable
{
    private readonly ParleyClient _client;

    /// <summary>Begins to watch.</summary>
    public SpaceIndex(ParleyClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        Spaces = client.Nodes.Watch(NodeQuery.Of(Schemas.Space).OrderBy("name").Take(NodeQuery.LimitMax));
        Channels = client.Nodes.Watch(NodeQuery.Of(Schemas.Channel).Where("archived", false).OrderBy("name").Take(NodeQuery.LimitMax));
        Pages = client.Nodes.Watch(PagesOf(null));
    }

    /// <summary>The space that the workbench shows; null where there is none.</summary>
    public NodeId? Space { get; private set; }

    /// <summary>The nodes that carry the names of spaces, by name.</summary>
    public LiveQuery Spaces { get; }

    /// <summary>All channels of all spaces and conversations, by name; follow it and read <see cref="ChannelsHere"/>.</summary>
    public LiveQuery Channels { get; }

    /// <summary>The pages of the current space, latest written first.</summary>
    public LiveQuery Pages { get; }

    /// <summary>The current space's first channel.</summary>
    public NodeId? General => Space is { } space ? RoomNames.ThreadOf(space) : null;

    /// <summary>The channels of the current space that are here, by name.</summary>
    public IReadOnlyList<Node> ChannelsHere => Space is { } space ? [.. Channels.Value.Where(channel => channel.Text("space") == space.Value)] : [];

    /// <summary>Completes when the first answers are here.</summary>
    public Task Ready => Task.WhenAll(Spaces.Ready, Channels.Ready);

    /// <summary>Shows another space.</summary>
    public void Enter(NodeId? space)
    {
        Space = space;
        Pages.Query = PagesOf(space);
    }

    /// <summary>A channel that is listed, or null.</summary>
    public Node? Channel(NodeId id) => Channels.Value.FirstOrDefault(n => n.Id == id);

    /// <summary>A page that is listed, or null.</summary>
    public Node? Page(NodeId id) => Pages.Value.FirstOrDefault(n => n.Id == id);

    /// <summary>What a space is called.</summary>
    public string NameOf(NodeId space) => Spaces.Value.FirstOrDefault(n => n.Id == space)?.Text("name") is { Length: > 0 } name ? name : Strings.Space_Unnamed;

    /// <summary>The spaces that I am in, by name.</summary>
    public IReadOnlyList<NodeId> Mine => ByName(_client.Spaces.All.Value);

    /// <summary>The spaces that I was in, by name.</summary>
    public IReadOnlyList<NodeId> Left => ByName(_client.Spaces.Left.Value);

    /// <summary>The people of the current space with their names.</summary>
    public IEnumerable<(PersonId Person, string Name)> Known
    {
        get
        {
            IEnumerable<PersonId> members = Space is { } space ? _client.Spaces.Open(space).State.Value.Members.Keys : [];
            return members.Append(_client.Me).Distinct().Select(p => (p, _client.Profiles.NameOf(p)));
        }
    }

    /// <summary>What a tab of a place is called.</summary>
    public string TitleOf(Place place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return place.Kind switch
        {
            PlaceKind.Channel => FaceOf(place.Node!.Value).Title,
            PlaceKind.Page => TitleOf(Page(place.Node!.Value)),
            PlaceKind.People => Strings.People,
            PlaceKind.Settings => Strings.Settings,
            PlaceKind.Space => Strings.Space_Settings,
        };
    }

    /// <summary>The icon of a place's tab.</summary>
    public string IconOf(Place place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return place.Kind switch
        {
            PlaceKind.Channel => FaceOf(place.Node!.Value).Icon,
            PlaceKind.Page => "file-text",
            PlaceKind.People => "users",
            PlaceKind.Settings => "settings",
            PlaceKind.Space => "house",
        };
    }

    /// <summary>How a channel or conversation shows itself, listed or not.</summary>
    public ChannelFace FaceOf(NodeId channel)
    {
        var node = Channel(channel);
        IEnumerable<PersonId> members = AccessDomains.KindOf(channel) is not null ? _client.Spaces.Open(channel).State.Value.Members.Keys : [];
        var face = ChannelFace.Of(channel, node, members, _client.Me, _client.Profiles.NameOf);

        // The #general of a space is there with its members; its node, which carries no more than the name, may come later.
        return node is null && channel == General ? face with { Title = Strings.General } : face;
    }

    /// <summary>
    /// The space that a channel or page belongs to, or that it is, as far as the lists tell; null where they do not, or where it belongs to none that I am or was in.
    /// </summary>
    public NodeId? SpaceOf(NodeId node) =>
        Reachable(Channel(node)) ?? Reachable(Page(node))
        ?? _client.Spaces.All.Value.Concat(_client.Spaces.Left.Value).Cast<NodeId?>()
            .FirstOrDefault(space => space == node || RoomNames.ThreadOf(space!.Value) == node);

    /// <summary>The lists hold this channel or page.</summary>
    public bool IsListed(NodeId node) => Channel(node) is not null || Page(node) is not null;

    /// <summary>What decides who writes in a channel: a private channel or conversation itself, of others their space; null where nothing does.</summary>
    public NodeId? DomainOf(NodeId channel) => AccessDomains.KindOf(channel) is not null ? channel : SpaceOf(channel);

    /// <summary>As <see cref="SpaceOf(NodeId)"/>, of a node that is not listed.</summary>
    public async Task<NodeId?> FindSpaceOfAsync(NodeId node, CancellationToken cancellationToken) =>
        Reachable(await _client.Nodes.FindAsync(node, cancellationToken));

    /// <summary>A page's title.</summary>
    public static string TitleOf(Node? page) => page?.Text("title") is { Length: > 0 } title ? title : Strings.Untitled;

    /// <inheritdoc/>
    public void Dispose()
    {
        Spaces.Dispose();
        Channels.Dispose();
        Pages.Dispose();
    }

    private NodeId? Reachable(Node? node) =>
        node is not null && NodeId.TryParse(node.Text("space"), out var space) && (_client.Spaces.All.Value.Contains(space) || _client.Spaces.Left.Value.Contains(space))
            ? space
            : null;

    private IReadOnlyList<NodeId> ByName(IReadOnlyList<NodeId> spaces) => [.. spaces.OrderBy(NameOf, StringComparer.CurrentCultureIgnoreCase).ThenBy(s => s)];

    private static NodeQuery PagesOf(NodeId? space) =>
        NodeQuery.Of(Schemas.Page).Where("space", space?.Value ?? "").Where("archived", false).OrderBy(NodeOrder.Updated, descending: true);
}
