using Parley.Calls;
using Parley.Nodes;

namespace Parley.Web.Calls;

/// <summary>A call that somebody wants to come into.</summary>
/// <param name="Channel">Where it is.</param>
/// <param name="Video">With the camera.</param>
public sealed record CallWish(NodeId Channel, bool Video);

/// <summary>Somebody who is in a call, as it is seen from here.</summary>
/// <param name="Did">Who; of a foreign client whose session does not say so, that session.</param>
/// <param name="Name">The name that their presence shows.</param>
/// <param name="IsSelf">It is the reader, here or on another device.</param>
/// <param name="Media">What they send.</param>
public sealed record CallGuest(string Did, string? Name, bool IsSelf, CallMedia Media);
