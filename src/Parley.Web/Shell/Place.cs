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
}

/// <summary>An address inside the app. The router's path is its only spelling; <see cref="TryParse"/> and <see cref="Path"/> are inverse.</summary>
/// <param name="Kind">What is shown.</param>
/// <param name="Node">Of which node; null for the places without one.</param>
public sealed record Place(PlaceKind Kind, NodeId? Node = null)
{
    /// <summary>Everybody met.</summary>
    public static Place People { get; } = new(PlaceKind.People);

    /// <summary>The settings.</summary>
    public static Place Settings { get; } = new(PlaceKind.Settings);

    /// <summary>A channel's conversation.</summary>
    public static Place Channel(NodeId node) => new(PlaceKind.Channel, node);

    /// <summary>A page.</summary>
    public static Place Page(NodeId node) => new(PlaceKind.Page, node);

    /// <summary>The path below the app's root, with a leading slash.</summary>
    public string Path => Kind switch
    {
        PlaceKind.Channel => "/channel/" + Uri.EscapeDataString(Node!.Value.Value),
        PlaceKind.Page => "/page/" + Uri.EscapeDataString(Node!.Value.Value),
        PlaceKind.People => "/people",
        PlaceKind.Settings => "/settings",
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
            "people" when rest.Length == 0 => People,
            "settings" when rest.Length == 0 => Settings,
            _ => null,
        };
    }
}
