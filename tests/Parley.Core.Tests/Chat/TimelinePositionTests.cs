using Parley.Nodes;
using Xunit;

namespace Parley.Chat;

[Trait("weak-spot", "W19")]
public sealed class TimelinePositionTests
{
    [Fact]
    public void A_reply_never_stands_above_what_it_answers_however_slow_its_authors_clock()
    {
        var first = TimelinePosition.Of(Message(Written.Ann, 50_000), afterT: null);
        var reply = TimelinePosition.Of(Message(Written.Bob, 1_000), first.T);

        Assert.Equal(50_001, reply.T);
        Assert.True(reply.CompareTo(first) > 0);
    }

    [Fact]
    public void A_later_clock_stands_where_it_says()
    {
        Assert.Equal(9_000, TimelinePosition.Of(Message(Written.Ann, 9_000), afterT: 4_000).T);
        Assert.Equal(9_000, TimelinePosition.Of(Message(Written.Ann, 9_000), afterT: null).T);
    }

    [Fact]
    public void The_text_order_of_sort_keys_is_the_order_of_positions()
    {
        var random = new Random(19);
        var authors = new[] { Written.Ann, Written.Bob, Written.Cem };
        var positions = Enumerable.Range(0, 400).Select(i => TimelinePosition.Of(
            Message(authors[random.Next(3)], random.Next(4) switch { 0 => 0, 1 => 15, 2 => 16, _ => 1L << 52 }, random.Next(3) * 11, $"m{i}"),
            afterT: random.Next(2) == 0 ? null : 15)).ToArray();

        Assert.Equal(
            positions.Order().Select(p => p.ToSortKey()),
            positions.Select(p => p.ToSortKey()).Order(StringComparer.Ordinal));
        Assert.Equal(positions.Length, positions.Select(p => p.ToSortKey()).Distinct().Count());
    }

    private static Change Message(Ids.PersonId author, long wallTime, int index = 0, string id = "m") => Written.By(
        author, new(id), """{"channel":"c","content":"hi"}""", Schemas.ChatMessage, wallTime: wallTime, id: id, batch: new("batch", index, 40));
}
