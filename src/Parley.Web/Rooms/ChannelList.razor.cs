using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Parley.Web.Shell;

namespace Parley.Web.Rooms;

/// <summary>The dock's view of the channels, and where new ones are named.</summary>
public partial class ChannelList
{
    private ElementReference _field;
    private bool _creating;
    private bool _focus;
    private string _name = "";
    private string? _problem;

    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }

    protected override void OnInitialized()
    {
        Follow(Session.Index.Channels);
        Follow(Session.Space);
        Follow(Shell.Changed);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus)
        {
            _focus = false;
            await _field.FocusAsync();
        }
    }

    private void StartCreating()
    {
        _creating = !_creating;
        _focus = _creating;
        _name = "";
        _problem = null;
    }

    private async Task Key(KeyboardEventArgs press)
    {
        if (press.Key == "Escape")
        {
            _creating = false;
        }
        else if (press.Key == "Enter" && _name.Trim().Length > 0)
        {
            await CreateAsync(_name.Trim().TrimStart('#').Trim());
        }
    }

    // A field left empty closes itself; one with a name in it stays, so that a stray click loses nothing.
    private void Abandon() => _creating = _name.Trim().Length > 0 && _creating;

    private async Task CreateAsync(string name)
    {
        if (Session.Space.Value is not { } space)
        {
            return;
        }

        _creating = false;
        _name = "";
        try
        {
            var place = Place.Channel(await Client.Channels.CreateAsync(space, name, cancellationToken: Closed));
            Shell.Keep(place);
            Navigation.NavigateTo(place.Path);
        }
        catch (ParleyException exception)
        {
            _problem = Problem.Sentence(exception);
            (_creating, _name) = (true, name);
        }
    }
}
