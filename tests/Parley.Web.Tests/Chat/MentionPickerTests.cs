using Parley.Web.Chat;
using Xunit;

namespace Parley.Web.Tests.Chat;

public sealed class MentionPickerTests
{
    private static readonly MentionCandidate Ada = new("did:key:ada", "Ada Lovelace");
    private static readonly MentionCandidate Adam = new("did:key:adam", "Adam", Here: true);
    private static readonly MentionCandidate Me = new("did:key:me", "Ad Hoc", Self: true);
    private static readonly MentionCandidate Grace = new("did:key:grace", "Grace");
    private static readonly MentionCandidate[] Everybody = [Me, Ada, Adam, Grace];

    private readonly MentionPicker _picker = new();

    [Theory]
    [InlineData("@", true)]
    [InlineData("hi @ad", true)]
    [InlineData("hi\n@ad", true)]
    [InlineData("mail@ad", false)]
    [InlineData("@ad hoc", false)]
    [InlineData("no sign", false)]
    [InlineData("@xyz", false)]
    public void People_are_offered_after_a_sign_that_begins_a_word(string text, bool open)
    {
        _picker.Update(text, text.Length, Everybody);

        Assert.Equal(open, _picker.IsOpen);
    }

    [Fact]
    public void Beginnings_come_before_middles_who_is_here_first_and_oneself_last()
    {
        _picker.Update("@ad", 3, [Me, new("did:key:brad", "Brad"), Ada, Adam]);

        Assert.Equal(["Adam", "Ada Lovelace", "Brad", "Ad Hoc"], _picker.Offered.Select(p => p.Label));
    }

    [Fact]
    public void No_more_than_six_are_offered()
    {
        _picker.Update("@", 1, Enumerable.Range(0, 20).Select(i => new MentionCandidate("did:key:" + i, "P" + i)));

        Assert.Equal(MentionPicker.OfferedMax, _picker.Offered.Count);
    }

    [Fact]
    public void The_selection_moves_around_the_ends()
    {
        _picker.Update("@ad", 3, Everybody);
        _picker.Move(-1);
        Assert.Equal(_picker.Offered.Count - 1, _picker.Selected);
        _picker.Move(1);
        Assert.Equal(0, _picker.Selected);
    }

    [Fact]
    public void Taking_one_puts_the_label_where_the_sign_stood()
    {
        _picker.Update("ask @gr about it", 7, Everybody);
        var (text, caret) = _picker.Take("ask @gr about it", Grace);

        Assert.Equal("ask @Grace  about it", text);
        Assert.Equal("ask @Grace ".Length, caret);
        Assert.False(_picker.IsOpen);
    }

    [Fact]
    public void A_pick_counts_while_its_label_stands()
    {
        Take("@gr", Grace);

        Assert.Equal(["did:key:grace"], _picker.For("@Grace hello")!.Dids);
        Assert.Null(_picker.For("hello"));
        Assert.Null(_picker.For("@Graceful"));
    }

    [Fact]
    public void A_name_that_was_only_typed_is_no_mention() => Assert.Null(_picker.For("@Grace hello"));

    [Fact]
    public void Clearing_forgets_the_picks()
    {
        Take("@gr", Grace);
        _picker.Clear();

        Assert.Null(_picker.For("@Grace hello"));
    }

    private void Take(string typed, MentionCandidate person)
    {
        _picker.Update(typed, typed.Length, Everybody);
        _picker.Take(typed, person);
    }
}
