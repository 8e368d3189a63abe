namespace Parley.Hub.Access;

/// <summary>Who a socket says it is and what it understands.</summary>
/// <remarks>Belongs to the receive loop; the feature flags may be read from anywhere.</remarks>
internal sealed class Session
{
    /// <summary>The DID it claims, or null. Nothing proves it yet: see <see cref="HubAccess"/>.</summary>
    public string? Did { get; set; }

    /// <summary>True where it takes <c>node-ack</c> (<c>parley.ack/1</c>).</summary>
    public bool TakesAcks { get; set; }
}
