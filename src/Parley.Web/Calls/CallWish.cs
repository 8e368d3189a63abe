using Parley.Ids;

namespace Parley.Web.Calls;

/// <summary>A call that somebody wants to come into.</summary>
/// <param name="Channel">Where it is.</param>
/// <param name="Video">With the camera.</param>
public sealed record CallWish(NodeId Channel, bool Video);
