using Xunit;

namespace Parley.Sync;

public sealed class LamportPageTests
{
    [Fact]
    public void A_full_page_ends_before_the_group_that_shares_its_last_time()
    {
        var (changes, mark, more) = Page([1, 2, 3, 3, 3, 4], since: 0, max: 4);
        Assert.Equal([1, 2], changes);
        Assert.Equal((2, true), (mark, more));
    }

    [Fact]
    public void A_page_that_is_all_one_time_is_taken_whole()
    {
        var (changes, mark, more) = Page([5, 5, 5, 5, 5, 6], since: 0, max: 3);
        Assert.Equal([5, 5, 5, 5, 5], changes);
        Assert.Equal((5, true), (mark, more));
    }

    [Fact]
    public void The_last_page_carries_the_rooms_highest_time()
    {
        Assert.Equal((9, false), Mark(Page([1, 9, 2], since: 0, max: 4)));
        Assert.Equal((9, false), Mark(Page([1, 9, 2], since: 20, max: 4)));
        Assert.Equal((0, false), Mark(Page([], since: 0, max: 4)));
    }

    [Fact]
    public void A_full_page_says_that_there_may_be_more_even_where_it_was_the_last()
    {
        Assert.Equal((1, true), Mark(Page([1, 2], since: 0, max: 2)));
        Assert.Equal((2, false), Mark(Page([1, 2], since: 1, max: 2)));
    }

    [Fact]
    public void Page_after_page_gives_every_change_once_whatever_the_ties()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            long[] room = [.. Enumerable.Range(0, random.Next(60)).Select(_ => (long)random.Next(1, 12))];
            var max = random.Next(1, 9);
            var read = new List<long>();
            var since = 0L;
            for (var more = true; more;)
            {
                (var changes, since, more) = Page(room, since, max);
                read.AddRange(changes);
            }

            Assert.True(room.Order().SequenceEqual(read), $"seed {seed}");
        }
    }

    private static (IReadOnlyList<long> Changes, long Mark, bool More) Page(long[] room, double since, int max) =>
        LamportPage.Of(room, since, max, lamport => lamport, _ => "author");

    private static (long, bool) Mark((IReadOnlyList<long> Changes, long Mark, bool More) page) => (page.Mark, page.More);
}
