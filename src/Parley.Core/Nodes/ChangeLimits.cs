using Parley.Ids;

namespace Parley.Nodes;

/// <summary>The protocol's bounds on one change. What breaks one is refused by every replica, for good.</summary>
/// <remarks>Lengths count UTF-16 units. <see cref="NodeId.LengthMax"/> and <see cref="Mentions.DidsMax"/> belong here too.</remarks>
public static class ChangeLimits
{
    /// <summary>The highest Lamport time ever taken: 2^48 (W8).</summary>
    public const long LamportMax = 1L << 48;

    /// <summary>The longest id of a change or of a batch.</summary>
    public const int IdLengthMax = 256;

    /// <summary>The longest schema IRI.</summary>
    public const int SchemaIdLengthMax = 256;

    /// <summary>The longest <c>parentHash</c>.</summary>
    public const int ParentLengthMax = 128;

    /// <summary>The most properties that one change writes.</summary>
    public const int PropertiesMax = 1024;

    /// <summary>The longest property name.</summary>
    public const int PropertyNameLengthMax = 256;

    /// <summary>The largest batch that a change may say it belongs to.</summary>
    public const int BatchSizeMax = 1_000_000;

    /// <summary>The deepest nesting of a payload, which leaves room for any envelope within <see cref="Json.JsonReader.DepthMax"/>.</summary>
    public const int PayloadDepthMax = 48;

    /// <summary>The largest canonical form, bytes: below a frame's limit, with room for the envelope.</summary>
    public const int CanonicalBytesMax = 4 << 20;
}
