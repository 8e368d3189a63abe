using System.Collections;
using Parley.Ids;

namespace Parley.Identity;

/// <summary>The lines of a token. They can only narrow what a person may do anyway, never widen it (W1).</summary>
/// <remarks>Immutable. An empty list permits nothing.</remarks>
public sealed class Capabilities : IReadOnlyList<Capability>
{
    // What the reference takes off a room's name before it asks.
    private static readonly string[] RoomPrefixes = [RoomNames.PresencePrefix, RoomNames.ChannelPrefix, RoomNames.SpacePrefix];

    private readonly Capability[] _lines;

    /// <summary>A list of lines.</summary>
    public Capabilities(IEnumerable<Capability> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        _lines = [.. lines];
    }

    /// <summary>Nothing is narrowed: for what was proved without a token.</summary>
    public static Capabilities Unrestricted { get; } = new([new("*", "*")]);

    /// <summary>What a client lists for itself: <see cref="CapabilityNames.OfClients"/>, each for every resource.</summary>
    public static Capabilities OfClients { get; } = new(CapabilityNames.OfClients.Select(can => new Capability("*", can)));

    /// <inheritdoc/>
    public int Count => _lines.Length;

    /// <inheritdoc/>
    public Capability this[int index] => _lines[index];

    /// <summary>False where these lines forbid the action. True says only that they do not: rights are decided elsewhere.</summary>
    /// <param name="action">One of <see cref="CapabilityNames"/>.</param>
    /// <param name="resource">The resource's name; <c>*</c> where the action has none.</param>
    public bool Permits(string action, string resource)
    {
        ArgumentNullException.ThrowIfNull(action);
        ArgumentNullException.ThrowIfNull(resource);
        foreach (var line in _lines)
        {
            if (line.Permits(action, resource))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>As <see cref="Permits(string, string)"/> for a room, under either of its names: as it stands, or without the prefix of its kind.</summary>
    /// <remarks>The reference asks now for the one and now for the other, so that a narrow token needs both lines (W33).</remarks>
    public bool Permits(string action, RoomId room)
    {
        var resource = Resource(room);
        return Permits(action, room.Value) || (resource.Length != room.Value.Length && Permits(action, resource));
    }

    /// <summary>True where some line names the action, for whatever resource.</summary>
    public bool Name(string action) => Array.Exists(_lines, line => line.PermitsAction(action));

    /// <inheritdoc/>
    public IEnumerator<Capability> GetEnumerator() => ((IEnumerable<Capability>)_lines).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string Resource(RoomId room)
    {
        var prefix = Array.Find(RoomPrefixes, prefix => room.Value.StartsWith(prefix, StringComparison.Ordinal));
        return prefix is null ? room.Value : room.Value[prefix.Length..];
    }
}
