using Parley.Web.Pages;
using Xunit;

namespace Parley.Web.Tests.Pages;

public sealed class PageDraftTests
{
    private readonly PageDraft _draft = new();

    [Fact]
    public void A_field_that_is_not_written_follows_the_store()
    {
        Assert.True(_draft.Receive("one"));
        Assert.True(_draft.Receive("two"));
        Assert.False(_draft.Receive("two"));
        Assert.Equal("two", _draft.Text);
        Assert.False(_draft.IsDirty);
    }

    [Fact]
    public void A_field_that_is_written_keeps_its_text_and_says_that_it_has_a_rival()
    {
        _draft.Receive("one");
        _draft.Write("one and mine");

        Assert.False(_draft.Receive("theirs"));
        Assert.Equal("one and mine", _draft.Text);
        Assert.True(_draft.IsRival);
    }

    [Fact]
    public void What_is_saved_comes_back_without_a_stir()
    {
        _draft.Receive("one");
        _draft.Write("two");

        Assert.Equal("two", _draft.Save());
        Assert.False(_draft.IsDirty);
        Assert.False(_draft.Receive("two"));
    }

    [Fact]
    public void The_echo_of_an_older_save_does_not_take_back_what_was_written_since()
    {
        _draft.Receive("");
        _draft.Write("a");
        _draft.Save();
        _draft.Write("ab");

        Assert.False(_draft.Receive("a"));
        Assert.Equal("ab", _draft.Text);
        Assert.False(_draft.IsRival);
    }
}
