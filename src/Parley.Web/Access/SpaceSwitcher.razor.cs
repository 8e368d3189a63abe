using Microsoft.AspNetCore.Components;
using Parley.Ids;
using Parley.Web.Shell;

namespace Parley.Web.Access;

/// <summary>The space at the head of the dock, and its menu.</summary>
public partial class SpaceSwitcher
{
    private ElementReference _menu;
    private Sheet _open;

    private enum Sheet
    {
        None,
        Invite,
        Create,
        Leave,
    }

    [Inject] public required NavigationManager Navigation { get; init; }

    private NodeId Space => Session.Space.Value!.Value;

    private string Name => Session.Index.NameOf(Space);

    protected override void OnInitialized()
    {
        Follow(Session.Space);
        Follow(Session.Membership);
        Follow(Session.Index.Spaces);
        Follow(Client.Spaces.All);
        Follow(Client.Spaces.Left);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await ImportAsync("./Access/SpaceSwitcher.razor.js") is { } script)
        {
            script.Invoke<object?>("attach", _menu);
        }
    }

    private void Go(NodeId space)
    {
        Session.Enter(space);
        Navigation.NavigateTo("/");
    }

    private void Settings() => Navigation.NavigateTo(Place.Space(Space).Path);

    private void Close() => _open = Sheet.None;
}
