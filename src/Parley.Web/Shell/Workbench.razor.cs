using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace Parley.Web.Shell;

/// <summary>The shell around every place. The router decides what is current; this only records where it went.</summary>
public partial class Workbench
{
    private ElementReference _root;
    private ErrorBoundary? _boundary;
    private DotNetObjectReference<Workbench>? _self;
    private bool _switcher;
    private bool _help;

    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }

    [Parameter] public RenderFragment? Body { get; set; }

    protected override void OnInitialized()
    {
        Navigation.LocationChanged += Arrived;
        Arrived(this, new LocationChangedEventArgs(Navigation.Uri, false));
        Follow(Shell.Changed);
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
                Go(Shell.Close(place) ?? Place.Channel(Session.Index.General));
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
        if (Place.TryParse(Navigation.ToBaseRelativePath(arrival.Location)) is { } place)
        {
            Shell.Visit(place);
            Session.Presence.View(place.Node);
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
        var channels = Session.Index.Channels.Value;
        var at = channels.ToList().FindIndex(c => c.Id == Shell.Active?.Node);
        if (channels.Count > 0)
        {
            Go(Place.Channel(channels[(at + step + channels.Count) % channels.Count].Id));
        }
    }

    private void Reload() => Navigation.NavigateTo(Navigation.Uri, forceLoad: true);
}
