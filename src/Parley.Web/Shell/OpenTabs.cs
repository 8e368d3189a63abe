namespace Parley.Web.Shell;

/// <summary>A tab: a place, and whether it is only a preview (italic, gives way to the next preview).</summary>
public sealed record OpenTab(Place Place, bool Preview);

/// <summary>
/// The tabs of this device. The router decides which is active: every navigation comes here as <see cref="Visit"/>,
/// and nothing here navigates by itself.
/// </summary>
public sealed class OpenTabs
{
    /// <summary>The most tabs kept; visiting one more closes the one least recently visited.</summary>
    public const int TabsMax = 24;

    private readonly List<OpenTab> _tabs = [];
    private readonly List<Place> _recent = [];

    /// <summary>From left to right.</summary>
    public IReadOnlyList<OpenTab> Tabs => _tabs;

    /// <summary>The place last visited, while its tab is open.</summary>
    public Place? Active { get; private set; }

    /// <summary>Activates the place's tab; opens one as a preview where there is none, in the seat of the preview before it.</summary>
    public void Visit(Place place)
    {
        Active = place;
        _recent.Remove(place);
        _recent.Add(place);
        if (IndexOf(place) >= 0)
        {
            return;
        }

        var tab = new OpenTab(place, Preview: true);
        var preview = _tabs.FindIndex(t => t.Preview);
        if (preview >= 0)
        {
            _tabs[preview] = tab;
            return;
        }

        _tabs.Add(tab);
        if (_tabs.Count > TabsMax)
        {
            var oldest = _tabs.Select(t => t.Place).OrderBy(_recent.IndexOf).First();
            _tabs.RemoveAt(IndexOf(oldest));
        }
    }

    /// <summary>Keeps the place's tab. True when it was a preview.</summary>
    public bool Pin(Place place)
    {
        var at = IndexOf(place);
        if (at < 0 || !_tabs[at].Preview)
        {
            return false;
        }

        _tabs[at] = _tabs[at] with { Preview = false };
        return true;
    }

    /// <summary>Closes the place's tab.</summary>
    /// <returns>Where to go: the place visited before it where the active tab was closed; null to stay (or where no tab is left).</returns>
    public Place? Close(Place place)
    {
        var at = IndexOf(place);
        if (at < 0)
        {
            return null;
        }

        _tabs.RemoveAt(at);
        _recent.Remove(place);
        if (Active != place)
        {
            return null;
        }

        Active = null;
        return _recent.LastOrDefault(p => IndexOf(p) >= 0) ?? _tabs.ElementAtOrDefault(Math.Min(at, _tabs.Count - 1))?.Place;
    }

    /// <summary>The neighbour of the active tab, around the ends; null where there is no other.</summary>
    public Place? Neighbour(int step)
    {
        var at = Active is null ? -1 : IndexOf(Active);
        return _tabs.Count < 2 || at < 0 ? null : _tabs[(at + step + _tabs.Count) % _tabs.Count].Place;
    }

    /// <summary>One line a tab: <c>path</c>, or <c>~path</c> for a preview.</summary>
    public string Save() => string.Join('\n', _tabs.Select(t => (t.Preview ? "~" : "") + t.Place.Path));

    /// <summary>Reads what <see cref="Save"/> wrote; lines that are no place are skipped.</summary>
    public static OpenTabs Load(string? saved)
    {
        var tabs = new OpenTabs();
        foreach (var line in (saved ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var preview = line[0] == '~';
            if (Place.TryParse(preview ? line[1..] : line) is { } place && tabs.IndexOf(place) < 0 && tabs._tabs.Count < TabsMax)
            {
                tabs._tabs.Add(new(place, preview));
                tabs._recent.Add(place);
            }
        }

        return tabs;
    }

    private int IndexOf(Place place) => _tabs.FindIndex(t => t.Place == place);
}
