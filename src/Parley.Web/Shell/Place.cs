using Parley.Ids;
using Parley.Nodes;

namespace Parley.Web.Shell;

/// <summary>What a tab can show.</summary>
public enum PlaceKind
{
    /// <summary>A channel's conversation.</summary>
    Channel,
    /// <summary>A page.</summary>
    Page,
    /// <summary>Everybody met.</summary>
    People,
    /// <summary>The settings.</summary>
    Settings,
    /// <summary>A space's people, roles, invites and rules.</summary>
    Space,
}

/// <summary>An address inside the app. The router's path is its only spelling; <see cref="TryParse"/> and <see cref="Path"/> are inverse.</summary>
/// <param name="Kind">What is shown.</param>
/// <param name="Node">Of which node; null for the places without one.</param>
public sealed record Place(PlaceKind Kind, NodeId? Node = null)
{
    /// <summary>It has a right panel.</summary>
    public bool HasDetails => Kind is PlaceKind.Channel or PlaceKind.Page;

    /// <summary>Everybody met.</summary>
    public static Place People { get; } = new(PlaceKind.People);

    /// <summary>The settings.</summary>
    public static Place Settings { get; } = new(PlaceKind.Settings);

    /// <summary>A channel's conversation.</summary>
    public static Place Channel(NodeId node) => new(PlaceKind.Channel, node);

    /// <summary>A page.</summary>
    public static Place Page(NodeId node) => new(PlaceKind.Page, node);

    /// <summary>A space's people, roles, invites and rules.</summary>
    public static Place Space(NodeId node) => new(PlaceKind.Space, node);

    /// <summary>The path below the app's root, with a leading slash.</summary>
    public string Path => Kind switch
    {
        PlaceKind.Channel => "/channel/" + Uri.EscapeDataString(Node!.Value.Value),
        PlaceKind.Page => "/page/" + Uri.EscapeDataString(Node!.Value.Value),
        PlaceKind.People => "/people",
        PlaceKind.Settings => "/settings",
        PlaceKind.Space => "/space/" + Uri.EscapeDataString(Node!.Value.Value),
    };

    /// <summary>Reads a path, with or without a leading slash, query or fragment.</summary>
    public static Place? TryParse(string? path)
    {
        var clean = (path ?? "").Split('?', '#')[0].Trim('/');
        var slash = clean.IndexOf('/', StringComparison.Ordinal);
        var head = slash < 0 ? clean : clean[..slash];
        var rest = slash < 0 ? "" : clean[(slash + 1)..];
        return head switch
        {
            "channel" when NodeId.TryParse(Uri.UnescapeDataString(rest), out var node) => Channel(node),
            "page" when NodeId.TryParse(Uri.UnescapeDataString(rest), out var node) => Page(node),
            "space" when NodeId.TryParse(Uri.UnescapeDataString(rest), out var node) => Space(node),
            "people" when rest.Length == 0 => People,
            "settings" when rest.Length == 0 => Settings,
            _ => null,
        };
    }
}
