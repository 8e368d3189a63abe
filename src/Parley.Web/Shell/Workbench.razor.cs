using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using Parley.Ids;
using Parley.Nodes;
using Parley.Web.Access;

namespace Parley.Web.Shell;

/// <summary>The shell around every place. The router decides what is current; this only records where it went.</summary>
public partial class Workbench
{
    private ElementReference _root;
    private ErrorBoundary? _boundary;
    private DotNetObjectReference<Workbench>? _self;
    private Place? _at;
    private bool _isUnplaced;
    private bool _switcher;
    private bool _help;

    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required InviteAtHand AtHand { get; init; }

    [Parameter] public RenderFragment? Body { get; set; }

    // In no space there are no places but the settings.
    private bool IsNowhere => Session.Space.Value is null && _at != Place.Settings;

    protected override void OnInitialized()
    {
        if (AtHand.IsAsked)
        {
            // The app was opened by an invite that names no page.
            Navigation.NavigateTo(InviteAtHand.Path, replace: true);
        }

        Navigation.LocationChanged += Arrived;
        Arrived(this, new LocationChangedEventArgs(Navigation.Uri, false));
        Follow(Shell.Changed);
        Follow(Session.Space);
        Follow(Session.Contacts.Shown);
        Follow(Session.Index.Channels, _ => Replace());
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await ImportAsync("./Shell/Workbench.razor.js") is { } script)
        {
            _self = Own(DotNetObjectReference.Create(this));
            script.Invoke<object?>("attach", _root, _self);
        }
    }

    /// <summary>A chord that the script recognised. True when it did something, so that the browser shall not.</summary>
    [JSInvokable]
    public bool Chord(string chord)
    {
        switch (chord)
        {
            case "Mod+K" or "Mod+P":
                _switcher = !_switcher;
                break;
            case "Mod+B":
                Shell.ToggleLeft();
                break;
            case "Mod+\\":
                Shell.ToggleRight();
                break;
            case "Ctrl+Tab" or "Alt+ArrowRight":
                Go(Shell.Neighbour(1));
                break;
            case "Ctrl+Shift+Tab" or "Alt+ArrowLeft":
                Go(Shell.Neighbour(-1));
                break;
            case "Alt+ArrowUp":
                GoChannel(-1);
                break;
            case "Alt+ArrowDown":
                GoChannel(1);
                break;
            case "Mod+W" or "Alt+W" when Shell.Active is { } place:
                Navigation.NavigateTo(Shell.Close(place)?.Path ?? Session.Home);
                break;
            case "Mod+,":
                Go(Place.Settings);
                break;
            case "?":
                _help = true;
                break;
            case "Escape" when Shell.Pane != Pane.Main:
                Shell.ShowPane(Pane.Main);
                break;
            default:
                return false;
        }

        StateHasChanged();
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        Navigation.LocationChanged -= Arrived;
        base.Dispose(disposing);
    }

    private void Arrived(object? sender, LocationChangedEventArgs arrival)
    {
        _boundary?.Recover();
        _at = Place.TryParse(Navigation.ToBaseRelativePath(arrival.Location));
        _isUnplaced = false;
        if (_at is { } place)
        {
            _ = ArriveAsync(place);
        }
    }

    // A place belongs to a space: whoever comes by a link is brought into it. Almost always the lists know it, and nothing is waited for.
    private async Task ArriveAsync(Place place)
    {
        var space = place.Node is { } node ? Session.Index.SpaceOf(node) : null;
        if (place.Node is { } unlisted && space is null && !Session.Index.IsListed(unlisted))
        {
            try
            {
                space = await Session.Index.FindSpaceOfAsync(unlisted, Closed);
            }
            catch (Exception failure) when (failure is ParleyException or OperationCanceledException)
            {
                // The place itself says what is wrong.
            }

            if (_at != place || Closed.IsCancellationRequested)
            {
                return;
            }

            _isUnplaced = space is null;
        }

        Visit(place, space);
    }

    private void Visit(Place place, NodeId? space)
    {
        if (space is not null)
        {
            Session.Enter(space);
        }

        Shell.Visit(place);
        Session.Presence.View(place.Node);
    }

    // What was not here when its link was opened has come, and says where it belongs.
    private void Replace()
    {
        if (_isUnplaced && _at is { Node: { } node } place && Session.Index.SpaceOf(node) is { } space)
        {
            _isUnplaced = false;
            Visit(place, space);
        }
    }

    private void Go(Place? place)
    {
        if (place is not null)
        {
            Navigation.NavigateTo(place.Path);
        }
    }

    private void GoChannel(int step)
    {
        List<NodeId> channels = [.. Session.Contacts.ChannelsHere.Select(channel => channel.Id), .. Session.Contacts.Direct.Select(conversation => conversation.Id)];
        var at = channels.FindIndex(channel => channel == Shell.Active?.Node);
        if (channels.Count > 0)
        {
            Go(Place.Channel(channels[(at + step + channels.Count) % channels.Count]));
        }
    }

    private void Reload() => Navigation.NavigateTo(Navigation.Uri, forceLoad: true);
}
