using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>How far an own write has come.</summary>
public enum Delivery
{
    /// <summary>On disk here.</summary>
    Local,
    /// <summary>On disk at a hub or another replica too. Also for everything that others wrote.</summary>
    Stored,
    /// <summary>Refused for good; see <see cref="Node.DeliveryError"/>.</summary>
    Failed,
}

/// <summary>A node as a query returns it: one snapshot.</summary>
/// <param name="Id">Its id.</param>
/// <param name="SchemaId">Its schema.</param>
/// <param name="Room">Its home room.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When, by the maker's clock, ms.</param>
/// <param name="UpdatedAt">The latest wall time among its changes, ms.</param>
/// <param name="Deleted">Tombstoned.</param>
/// <param name="Properties">All properties as one object.</param>
/// <param name="SortKey">The timeline position of its create (<c>TimelinePosition.ToSortKey</c>).</param>
/// <param name="Delivery">How far the newest own write to it has come.</param>
/// <param name="DeliveryError">The code with which it was refused.</param>
/// <param name="ArrivedLate">It arrived above something that was here already.</param>
public sealed record Node(
    NodeId Id,
    string SchemaId,
    RoomId Room,
    PersonId CreatedBy,
    long CreatedAt,
    long UpdatedAt,
    bool Deleted,
    JsonValue Properties,
    string SortKey,
    Delivery Delivery,
    string? DeliveryError,
    bool ArrivedLate)
{
    /// <summary>The text of a property, or null.</summary>
    public string? Text(string property) => Properties[property]?.Text;

    /// <summary>The truth of a property; absent is false.</summary>
    public bool Flag(string property) => Properties[property]?.Boolean ?? false;
}
