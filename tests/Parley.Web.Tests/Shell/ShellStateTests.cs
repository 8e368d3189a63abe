using Parley.Ids;
using Parley.Web.Shell;
using Xunit;

namespace Parley.Web.Tests.Shell;

public sealed class ShellStateTests
{
    private static readonly Place Somewhere = Place.Channel(new NodeId("a"));

    private readonly MemoryOfDevice _memory = new();

    [Fact]
    public void What_was_open_is_open_again()
    {
        var before = new ShellState(_memory);
        before.Visit(Somewhere);
        before.Pin(Somewhere);
        before.ShowDock(DockView.Pages);
        before.ToggleRight();

        var after = new ShellState(_memory);

        Assert.Equal(before.Tabs, after.Tabs);
        Assert.Equal(Somewhere, after.Last);
        Assert.Equal(DockView.Pages, after.Dock);
        Assert.False(after.RightOpen);
        Assert.Null(after.Active);
    }

    [Fact]
    public void The_view_already_shown_toggles_the_dock()
    {
        var shell = new ShellState(_memory);
        shell.Visit(Somewhere);
        shell.ShowDock(DockView.Chats);
        Assert.False(shell.LeftOpen);

        shell.Visit(Somewhere);
        shell.ShowDock(DockView.People);
        Assert.True(shell.LeftOpen);
        Assert.Equal(DockView.People, shell.Dock);
    }

    [Fact]
    public void Going_somewhere_brings_the_main_pane_to_a_phone()
    {
        var shell = new ShellState(_memory);
        shell.ShowPane(Pane.List);
        shell.Visit(Somewhere);

        Assert.Equal(Pane.Main, shell.Pane);
    }

    [Fact]
    public void Every_change_is_told()
    {
        var shell = new ShellState(_memory);
        var before = shell.Changed.Value;
        shell.Visit(Somewhere);
        shell.ToggleLeft();

        Assert.Equal(before + 2, shell.Changed.Value);
    }

    [Fact]
    public void Every_space_has_its_own_tabs()
    {
        var shell = new ShellState(_memory);
        NodeId one = new("sp-one"), two = new("sp-two");
        shell.Enter(one);
        shell.Keep(Somewhere);
        shell.Enter(two);
        Assert.Empty(shell.Tabs);
        Assert.Null(shell.Last);
        Assert.Null(shell.Active);

        shell.Keep(Place.People);
        shell.Enter(one);
        Assert.Equal(Somewhere, Assert.Single(shell.Tabs).Place);
        Assert.Equal(Somewhere, shell.Last);
        Assert.Null(shell.Active);
    }
}
