using Parley.Web.Access;
using Xunit;

namespace Parley.Web.Tests.Access;

public sealed class InviteTermsTests
{
    [Fact]
    public void Every_choice_has_its_words_and_the_first_ones_are_among_them()
    {
        var terms = new InviteTerms();
        Assert.Contains(terms.Days, InviteTerms.DaysOffered);
        Assert.Contains(terms.Uses, InviteTerms.UsesOffered);
        Assert.Equal(InviteTerms.DaysOffered.Count, InviteTerms.DaysOffered.Select(InviteTerms.DaysText).Distinct().Count());
        Assert.Equal(InviteTerms.UsesOffered.Count, InviteTerms.UsesOffered.Select(InviteTerms.UsesText).Distinct().Count());
        Assert.Equal(DateTimeOffset.UnixEpoch.AddDays(7), terms.Ends(DateTimeOffset.UnixEpoch));
        Assert.Equal("Lets in 10 people, for 7 days.", terms.Text);
    }
}
