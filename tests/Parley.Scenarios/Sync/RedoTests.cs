using Parley.Ids;
using Parley.Replica;
using Parley.Store;
using Parley.Testing;
using Parley.Views;
using Xunit;

namespace Parley.Scenarios.Sync;

/// <summary>What is kept of a room's dropped changes, through passes that end, are cut short, or drop something again.</summary>
public sealed class RedoTests
{
    private static readonly RoomId Room = new("xnet-channel-somewhere");

    [Fact]
    public void The_lowest_number_is_kept_and_one_where_there_was_none()
    {
        var redo = Drop(Drop(Drop(null, 40), 30), 50);
        Assert.Equal((30, HashOf(30), null), (redo.From, redo.FromHash, redo.End));
        var unnumbered = Drop(redo, null);
        Assert.Equal((1, null), (unnumbered.From, unnumbered.FromHash));
    }

    [Fact]
    public void Beyond_64_keys_any_node_is_a_reason()
    {
        Redo? redo = null;
        for (var i = 0; i < Redo.KeysMax; i++)
        {
            redo = Redo.Drop(redo, Dropped(i + 1, "key" + i));
        }

        Assert.True(redo!.HangsOn(new HashSet<string> { "key63" }));
        Assert.False(redo.HangsOn(new HashSet<string> { "another" }));
        redo = Redo.Drop(redo, Dropped(100, "key64"));
        Assert.True(redo.HangsOn(new HashSet<string> { "another" }));
        Assert.False(redo.HangsOn(new HashSet<string>()));
    }

    [Fact]
    public void What_came_too_early_is_due_when_both_its_times_are_reached()
    {
        var redo = Redo.Drop(Redo.Drop(null, Dropped(1) with { TooEarly = (50, 9_000) }), Dropped(2) with { TooEarly = (70, 8_000) });
        Assert.True(redo.IsInTime(8_000, 50));
        Assert.False(redo.IsInTime(7_999, 50));
        Assert.False(redo.IsInTime(8_000, 49));
        Assert.False(Drop(null, 1).IsInTime(long.MaxValue, long.MaxValue));
    }

    [Fact]
    public void A_pass_that_drops_nothing_ends_it_and_one_that_is_cut_short_goes_on_where_it_was()
    {
        var redo = Begin(Drop(null, 10).Due(cursor: 300));
        Assert.Equal((10, 300), (redo.From, redo.End));
        redo = redo.After(Page(109), 300, 0)!;
        Assert.Equal((109, HashOf(109), 300), (redo.From, redo.FromHash, redo.End));
        redo = redo.After(Page(209), 300, 0)!;
        Assert.Equal((209, HashOf(209), 300), (redo.From, redo.FromHash, redo.End));
        Assert.Null(redo.After(Page(300, isLast: true), 300, 0));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(150)]
    [InlineData(300)]
    public void A_pass_that_drops_again_keeps_the_lowest_and_waits_for_another_reason(long number)
    {
        var redo = Begin(Drop(null, 10).Due(300));
        foreach (var last in new[] { 109L, 209L, 300L })
        {
            redo = number <= last && number > last - 100 ? Redo.Drop(redo, Dropped(number, "late")) : redo;
            redo = redo.After(Page(last, isLast: last == 300), 300, 0)!;
            Assert.Equal(Math.Min(number, last), redo.From);
            Assert.Equal(HashOf(redo.From), redo.FromHash);
        }

        Assert.Null(redo.End);
        Assert.False(redo.HangsOn(new HashSet<string> { "key" }));
        Assert.True(redo.HangsOn(new HashSet<string> { "late" }));
    }

    [Theory]
    [InlineData(250)]
    [InlineData(305)]
    public void What_is_dropped_ahead_of_a_pass_leaves_what_the_pass_has_not_read(long ahead)
    {
        var redo = Drop(Begin(Drop(null, 10).Due(300)), ahead).After(Page(109), 300, 0)!;
        Assert.Equal((109, HashOf(109)), (redo.From, redo.FromHash));
        Assert.Equal(ahead, redo.After(Page(300, isLast: true), 300, 0)!.From);

        // Cut short, with nothing left but what is on disk.
        Assert.InRange(ahead, redo.From, redo.End!.Value);
    }

    [Fact]
    public void A_reason_that_comes_during_a_pass_lets_another_follow_where_something_was_dropped_again()
    {
        var begun = Begin(Drop(null, 10).Due(300));
        Assert.Null(begun.Due(300).After(Page(300, isLast: true), 300, 0));
        var again = Drop(begun, 120).Due(320).After(Page(300, isLast: true), 320, 0)!;
        Assert.Equal((120, 320), (again.From, again.End));
    }

    [Fact]
    public void What_is_dropped_beside_a_pass_while_it_was_asked_for_is_not_forgotten_with_it()
    {
        var redo = Drop(null, 100).Due(300);
        var pass = new PassBegun(Room.Value, 100, 300);

        // One that waited since long ago had to go, and one came live above the end.
        var below = Drop(redo, 7).Begin(pass).After(Page(300, isLast: true), 300, 0)!;
        Assert.Equal((7, 300), (below.From, below.End));
        var above = Drop(redo, 305).Begin(pass).After(Page(300, isLast: true), 305, 0)!;
        Assert.Equal((301, 305), (above.From, above.End));
    }

    [Fact]
    public void A_live_change_that_is_dropped_above_the_cursor_is_covered_too() => Assert.Equal(12, Drop(null, 12).Due(cursor: 5).End);

    [Fact]
    public void Passes_that_drop_again_pause_for_1_2_4_and_at_most_60_minutes()
    {
        var time = new ManualTime();
        var redo = Drop(null, 10).Due(300);
        Assert.Equal(TimeSpan.Zero, redo.Wait(time));
        foreach (var minutes in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            redo = Drop(Begin(redo), 120).After(Page(300, isLast: true), 300, time.GetTimestamp())!.Due(300);
            Assert.Equal(TimeSpan.FromMinutes(minutes), redo.Wait(time));
            time.Advance(TimeSpan.FromMinutes(minutes));
            Assert.Equal(TimeSpan.Zero, redo.Wait(time));
        }
    }

    [Fact]
    public void A_page_of_a_pass_over_numbers_that_were_forgotten_says_nothing()
    {
        var anew = Drop(null, 3);
        Assert.Same(anew, anew.After(Page(209), 0, 0));
    }

    private static Redo Drop(Redo? redo, long? number) => Redo.Drop(redo, Dropped(number, "key"));

    private static DroppedChange Dropped(long? number, params string[] keys) => new(HashOf(number ?? 0), Room, number, keys);

    private static ChangeHash HashOf(long number)
    {
        var bytes = new byte[32];
        BitConverter.TryWriteBytes(bytes, number);
        return new(bytes);
    }

    private static Redo Begin(Redo redo) => redo.Begin(new(Room.Value, redo.From, redo.End ?? 0));

    private static PassPage Page(long last, bool isLast = false) => new(Room.Value, last, HashOf(last), isLast);
}
