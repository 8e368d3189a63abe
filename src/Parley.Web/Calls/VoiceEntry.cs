using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Parley.Ids;
using Parley.Nodes;
using Parley.Web.Shell;

namespace Parley.Web.Calls;

/// <summary>
/// Whether a voice room that is shown was opened by its person. What the app shows by itself, when it starts or goes back to where one was,
/// opens no microphone.
/// </summary>
public sealed class VoiceEntry : IDisposable
{
    private readonly NavigationManager _navigation;
    private NodeId? _opened;
    private NodeId? _opening;

    /// <summary>Begins to watch where one goes; before the router does, so that a view finds the answer.</summary>
    public VoiceEntry(NavigationManager navigation)
    {
        ArgumentNullException.ThrowIfNull(navigation);
        _navigation = navigation;
        navigation.LocationChanged += Arrived;
    }

    /// <summary>Goes to a room that its person opens otherwise than by a link.</summary>
    public void Open(NodeId room)
    {
        _opening = room;
        _navigation.NavigateTo(Place.Channel(room).Path);
    }

    /// <summary>True once for a room that its person opened.</summary>
    public bool IsWanted(NodeId room)
    {
        var isWanted = _opened == room;
        _opened = null;
        return isWanted;
    }

    /// <inheritdoc/>
    public void Dispose() => _navigation.LocationChanged -= Arrived;

    private void Arrived(object? sender, LocationChangedEventArgs arrival)
    {
        var place = Place.TryParse(_navigation.ToBaseRelativePath(arrival.Location))?.Node;
        _opened = arrival.IsNavigationIntercepted || place == _opening ? place : null;
        _opening = null;
    }
}
