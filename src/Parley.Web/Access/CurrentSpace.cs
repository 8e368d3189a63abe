using Parley.Browser.Memory;
using Parley.Ids;

namespace Parley.Web.Access;

/// <summary>Which space this device shows: kept on the device, and found again at the next start.</summary>
public static class CurrentSpace
{
    private const string Key = "space";

    /// <summary>
    /// The space to begin with: the one shown last, also where one is in it no more and only reads; else the first that one is in; null where
    /// there is none.
    /// </summary>
    public static NodeId? First(IDeviceMemory memory, IReadOnlyList<NodeId> mine, IReadOnlyList<NodeId> left)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(mine);
        ArgumentNullException.ThrowIfNull(left);
        return NodeId.TryParse(memory.Get(Key), out var kept) && (mine.Contains(kept) || left.Contains(kept)) ? kept
            : mine.Count > 0 ? mine[0]
            : null;
    }

    /// <summary>Keeps the choice.</summary>
    public static void Keep(IDeviceMemory memory, NodeId? space)
    {
        ArgumentNullException.ThrowIfNull(memory);
        memory.Set(Key, space?.Value);
    }
}
