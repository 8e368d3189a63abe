using Parley.Ids;
using Parley.Nodes;
using Parley.Web.Shell;
using Xunit;

namespace Parley.Web.Tests.Shell;

public sealed class OpenTabsTests
{
    private static readonly Place A = Place.Channel(new NodeId("a"));
    private static readonly Place B = Place.Channel(new NodeId("b"));
    private static readonly Place C = Place.Page(new NodeId("c"));

    private readonly OpenTabs _tabs = new();

    [Fact]
    public void A_visit_opens_a_preview_that_the_next_visit_replaces()
    {
        _tabs.Visit(A);
        _tabs.Visit(B);

        Assert.Equal([new OpenTab(B, Preview: true)], _tabs.Tabs);
        Assert.Equal(B, _tabs.Active);
    }

    [Fact]
    public void A_kept_tab_stays_and_is_activated_again()
    {
        _tabs.Visit(A);
        Assert.True(_tabs.Pin(A));
        Assert.False(_tabs.Pin(A));
        _tabs.Visit(B);
        _tabs.Visit(A);

        Assert.Equal([new OpenTab(A, false), new OpenTab(B, true)], _tabs.Tabs);
        Assert.Equal(A, _tabs.Active);
    }

    [Fact]
    public void Closing_the_active_tab_goes_to_the_one_visited_before()
    {
        Open(A, B, C);
        _tabs.Visit(A);

        Assert.Equal(C, _tabs.Close(A));
        Assert.Equal([B, C], _tabs.Tabs.Select(t => t.Place));
    }

    [Fact]
    public void Closing_another_tab_stays()
    {
        Open(A, B);

        Assert.Null(_tabs.Close(A));
        Assert.Equal(B, _tabs.Active);
    }

    [Fact]
    public void Closing_the_last_tab_leads_nowhere()
    {
        Open(A);

        Assert.Null(_tabs.Close(A));
        Assert.Null(_tabs.Active);
    }

    [Fact]
    public void Neighbours_go_around_the_ends()
    {
        Open(A, B, C);

        Assert.Equal(A, _tabs.Neighbour(1));
        Assert.Equal(B, _tabs.Neighbour(-1));
    }

    [Fact]
    public void What_was_saved_is_loaded_and_what_is_no_place_is_skipped()
    {
        Open(A);
        _tabs.Visit(C);

        var loaded = OpenTabs.Load(_tabs.Save() + "\n/nowhere\n\n~/channel/a");

        Assert.Equal(_tabs.Tabs, loaded.Tabs);
        Assert.Null(loaded.Active);
    }

    [Fact]
    public void One_tab_too_many_closes_the_one_least_recently_visited()
    {
        Open([.. Enumerable.Range(0, OpenTabs.TabsMax).Select(i => Place.Channel(new NodeId("n" + i)))]);
        _tabs.Visit(Place.Channel(new NodeId("n0")));
        _tabs.Visit(A);

        Assert.Equal(OpenTabs.TabsMax, _tabs.Tabs.Count);
        Assert.DoesNotContain(_tabs.Tabs, t => t.Place.Node == new NodeId("n1"));
        Assert.Contains(_tabs.Tabs, t => t.Place.Node == new NodeId("n0"));
    }

    private void Open(params Place[] places)
    {
        foreach (var place in places)
        {
            _tabs.Visit(place);
            _tabs.Pin(place);
        }
    }
}
