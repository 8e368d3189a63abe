using Parley.Ids;

namespace Parley.Hub.Storage;

/// <summary>The name under which changes wait for what a membership log says next, beside those that wait for a node.</summary>
internal static class AccessWait
{
    private const string Prefix = "access:";

    /// <summary>The name for a domain's log. A node may have the same id: whatever waits is judged anew, so that a mix-up changes nothing.</summary>
    public static NodeId For(NodeId domain) => new(Prefix + domain.Value);
}
