using Microsoft.AspNetCore.Components;

namespace Parley.Web.Shell;

/// <summary>The open tabs. A click is a link to the place: the router does the rest.</summary>
public partial class TabStrip
{
    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Parameter] public EventCallback OnSwitcher { get; set; }

    protected override void OnInitialized()
    {
        Follow(Shell.Changed);
        Follow(Session.Index.Channels);
        Follow(Session.Index.Pages);
        Follow(Session.Contacts.Changed);
    }

    private static string Flag(bool value) => value ? "true" : "false";

    private void Close(Place place)
    {
        var next = Shell.Close(place);
        if (next is not null || Shell.Active is null)
        {
            Navigation.NavigateTo(next?.Path ?? Session.Home);
        }
    }
}
