using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Web.Shell;

/// <summary>Goes to a channel, page or place by a few letters of its name.</summary>
public partial class QuickSwitcher
{
    private string _typed = "";
    private int _selected;
    private IReadOnlyList<SwitcherEntry> _shown = [];

    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required ShellState Shell { get; init; }
    [Parameter] public EventCallback OnClose { get; set; }

    protected override void OnInitialized() => Rank();

    private void Typed(ChangeEventArgs change)
    {
        _typed = change.Value as string ?? "";
        Rank();
    }

    private void Rank()
    {
        var index = Session.Index;
        var entries = Session.Contacts.Direct.Select(c => Entry(c.Id)).Concat(index.ChannelsHere.Select(n => Entry(n.Id))).Concat(Session.Contacts.Left.Select(c => Entry(c.Id)))
            .Concat(index.Pages.Value.Select(n => new SwitcherEntry(Place.Page(n.Id), SpaceIndex.TitleOf(n), Strings.Switcher_Page)))
            .Append(new SwitcherEntry(Place.People, Strings.People))
            .Append(new SwitcherEntry(Place.Settings, Strings.Settings))
            .Concat(index.Mine.Select(space => new SwitcherEntry(
                Place.Space(space), space == index.Space ? Strings.Space_Settings : index.NameOf(space), space == index.Space ? null : Strings.Switcher_Space)));
        // The current place is the one nobody wants to go to.
        _shown = Switcher.Rank(entries.Where(e => e.Place != Shell.Active), _typed);
        _selected = 0;
    }

    private SwitcherEntry Entry(NodeId channel)
    {
        var face = Session.Index.FaceOf(channel);
        return new(Place.Channel(channel), face.Title, Session.Contacts.HasLeft(channel) ? Strings.Channel_Left : face.KindName);
    }

    private void Key(KeyboardEventArgs press)
    {
        if (_shown.Count == 0)
        {
            return;
        }

        switch (press.Key)
        {
            case "ArrowDown":
                _selected = (_selected + 1) % _shown.Count;
                break;
            case "ArrowUp":
                _selected = (_selected + _shown.Count - 1) % _shown.Count;
                break;
            case "Enter":
                Go(_shown[_selected]);
                break;
        }
    }

    private void Go(SwitcherEntry entry)
    {
        _ = OnClose.InvokeAsync();
        if (entry.Place is { Kind: PlaceKind.Space, Node: { } space } && space != Session.Space.Value)
        {
            // Another space is gone into; of the current one its people and rules are shown.
            Session.Enter(space);
            Navigation.NavigateTo("/");
            return;
        }

        Navigation.NavigateTo(entry.Place.Path);
    }
}
