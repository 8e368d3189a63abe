using Parley.Calls;

namespace Parley.Web.Calls;

/// <summary>One picture or face of a call.</summary>
/// <param name="Key">Names it across renders.</param>
/// <param name="Session">Whose; null for one's own.</param>
/// <param name="Source">Camera or screen.</param>
/// <param name="Did">Whose colours.</param>
/// <param name="Name">Whose name.</param>
/// <param name="HasPicture">There is one to show; else a face.</param>
/// <param name="Media">What the person sends.</param>
/// <param name="Other">The participant; null for oneself.</param>
public sealed record CallTileFace(
    string Key, SessionId? Session, MediaSource Source, string Did, string Name, bool HasPicture, CallMedia Media, CallParticipant? Other);

/// <summary>How the pictures of a call stand: which is large, and the others in their order.</summary>
/// <param name="Featured">The one that is large; null where all are alike.</param>
/// <param name="Others">The others.</param>
public sealed record CallStage(CallTileFace? Featured, IReadOnlyList<CallTileFace> Others)
{
    /// <summary>Every tile, the large one first.</summary>
    public IEnumerable<CallTileFace> All => Featured is null ? Others : Others.Prepend(Featured);

    /// <summary>Lays the pictures out: what was pinned is large, else a shared screen, else, where that is wished, whoever spoke last.</summary>
    /// <param name="view">The call.</param>
    /// <param name="me">One's own DID.</param>
    /// <param name="nameOf">What people are called, by DID.</param>
    /// <param name="pinned">The key of the tile that was pinned.</param>
    /// <param name="showsSpeaker">Whoever speaks is large.</param>
    /// <param name="spokeLast">Who did.</param>
    public static CallStage Of(CallView view, string me, Func<string, string> nameOf, string? pinned, bool showsSpeaker, SessionId? spokeLast)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(nameOf);
        List<CallTileFace> tiles = [];
        foreach (var other in view.Others)
        {
            var did = other.Who;
            var name = other.Person is null ? Strings.Call_Guest : nameOf(did);
            if (other.Media.Screen)
            {
                tiles.Add(new(KeyOf(other.Session, MediaSource.Screen), other.Session, MediaSource.Screen, did, name, true, other.Media, other));
            }

            tiles.Add(new(KeyOf(other.Session, MediaSource.Camera), other.Session, MediaSource.Camera, did, name, other.Media.Video, other.Media, other));
        }

        if (view.Media.Screen)
        {
            tiles.Add(new(KeyOf(null, MediaSource.Screen), null, MediaSource.Screen, me, nameOf(me), true, view.Media, null));
        }

        tiles.Add(new(KeyOf(null, MediaSource.Camera), null, MediaSource.Camera, me, nameOf(me), view.Media.Video, view.Media, null));
        var featured = tiles.Find(tile => tile.Key == pinned)
            ?? tiles.Find(tile => tile is { Source: MediaSource.Screen, Session: not null })
            ?? (showsSpeaker && view.Others.Count > 0
                ? tiles.Find(tile => tile.Session is { } session && session == spokeLast && tile.Source == MediaSource.Camera) ?? tiles[0]
                : null);
        return new(featured, featured is null ? tiles : [.. tiles.Where(tile => tile != featured)]);
    }

    /// <summary>The key of a tile.</summary>
    public static string KeyOf(SessionId? session, MediaSource source) => $"{source}:{session?.Value}";
}
