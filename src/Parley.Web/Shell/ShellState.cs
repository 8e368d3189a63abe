using Parley.Browser.Memory;
using Parley.Ids;

namespace Parley.Web.Shell;

/// <summary>What the left dock shows.</summary>
public enum DockView
{
    /// <summary>Channels.</summary>
    Chats,
    /// <summary>Pages.</summary>
    Pages,
    /// <summary>Everybody met.</summary>
    People,
    /// <summary>What strangers want, and who is blocked.</summary>
    Requests,
}

/// <summary>Which pane a phone shows.</summary>
public enum Pane
{
    /// <summary>The dock.</summary>
    List,
    /// <summary>The current tab.</summary>
    Main,
    /// <summary>The right panel.</summary>
    Details,
}

/// <summary>What the shell of this device has open: tabs of each space, dock view, panels. Kept on the device; follow <see cref="Changed"/>.</summary>
public sealed class ShellState
{
    private readonly IDeviceMemory _memory;
    private readonly LiveValue<int> _changed = new(0);
    private OpenTabs _tabs;
    private NodeId? _space;

    /// <summary>Opens what was open when the app was last used here.</summary>
    public ShellState(IDeviceMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        _memory = memory;
        _tabs = OpenTabs.Load(memory.Get(TabsKey));
        Dock = Enum.TryParse<DockView>(memory.Get("dock"), out var view) ? view : DockView.Chats;
        LeftOpen = memory.Get("left") != "closed";
        RightOpen = memory.Get("right") != "closed";
    }

    /// <summary>Counts up with every change.</summary>
    public Live<int> Changed => _changed;

    /// <summary>The tabs from left to right.</summary>
    public IReadOnlyList<OpenTab> Tabs => _tabs.Tabs;

    /// <summary>The current place; null at the root only.</summary>
    public Place? Active => _tabs.Active;

    /// <summary>What the dock shows.</summary>
    public DockView Dock { get; private set; }

    /// <summary>The dock is open.</summary>
    public bool LeftOpen { get; private set; }

    /// <summary>The right panel is open.</summary>
    public bool RightOpen { get; private set; }

    /// <summary>What a phone shows.</summary>
    public Pane Pane { get; private set; } = Pane.Main;

    /// <summary>The place to start with: the tab open last in this space, or null where there was none.</summary>
    public Place? Last => Place.TryParse(_memory.Get(LastKey));

    private string TabsKey => "tabs" + Suffix;

    private string LastKey => "last" + Suffix;

    private string Suffix => _space is { } space ? ":" + space.Value : "";

    /// <summary>Shows the tabs of another space; none of them is current until the router goes to one.</summary>
    public void Enter(NodeId? space)
    {
        _space = space;
        _tabs = OpenTabs.Load(_memory.Get(TabsKey));
        _changed.Show(_changed.Value + 1);
    }

    /// <summary>The router went to a place.</summary>
    public void Visit(Place place)
    {
        _tabs.Visit(place);
        Pane = Pane.Main;
        _memory.Set(LastKey, place.Path);
        SaveTabs();
    }

    /// <summary>Opens a tab to stay, ahead of the navigation that shows it.</summary>
    public void Keep(Place place)
    {
        Visit(place);
        Pin(place);
    }

    /// <summary>Keeps a place's tab.</summary>
    public void Pin(Place place)
    {
        if (_tabs.Pin(place))
        {
            SaveTabs();
        }
    }

    /// <summary>Closes a tab; returns where to go, null to stay.</summary>
    public Place? Close(Place place)
    {
        var next = _tabs.Close(place);
        SaveTabs();
        return next;
    }

    /// <summary>The neighbour of the active tab.</summary>
    public Place? Neighbour(int step) => _tabs.Neighbour(step);

    /// <summary>Shows a view in the dock (on a phone, as the only pane); the view already shown toggles the dock on a desktop.</summary>
    public void ShowDock(DockView view)
    {
        LeftOpen = Dock != view || !LeftOpen || Pane != Pane.Main;
        Dock = view;
        Pane = Pane.List;
        _memory.Set("dock", view.ToString());
        SavePanels();
    }

    /// <summary>Opens or closes the dock.</summary>
    public void ToggleLeft()
    {
        LeftOpen = !LeftOpen;
        SavePanels();
    }

    /// <summary>Opens or closes the right panel.</summary>
    public void ToggleRight()
    {
        RightOpen = !RightOpen;
        SavePanels();
    }

    /// <summary>Shows a pane on a phone; a desktop opens the panel where it is closed.</summary>
    public void ShowPane(Pane pane)
    {
        Pane = pane;
        RightOpen |= pane == Pane.Details;
        LeftOpen |= pane == Pane.List;
        SavePanels();
    }

    private void SavePanels()
    {
        _memory.Set("left", LeftOpen ? null : "closed");
        _memory.Set("right", RightOpen ? null : "closed");
        _changed.Show(_changed.Value + 1);
    }

    private void SaveTabs()
    {
        _memory.Set(TabsKey, _tabs.Save());
        _changed.Show(_changed.Value + 1);
    }
}
