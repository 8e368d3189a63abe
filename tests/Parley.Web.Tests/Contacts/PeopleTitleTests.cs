using Parley.Web.Contacts;
using Xunit;

namespace Parley.Web.Tests.Contacts;

public sealed class PeopleTitleTests
{
    [Theory]
    [InlineData("Ann", "Ann")]
    [InlineData("Bo,Ann", "Ann and Bo")]
    [InlineData("Cem,ann,Bo", "ann, Bo and Cem")]
    [InlineData("Dee,Cem,Ann,Bo", "Ann, Bo and 2 more")]
    [InlineData("Eva,Dee,Cem,Ann,Bo", "Ann, Bo and 3 more")]
    public void A_conversation_is_called_by_its_people(string names, string title) => Assert.Equal(title, PeopleTitle.Of(names.Split(',')));

    [Fact]
    public void Without_people_it_is_called_something() => Assert.NotEmpty(PeopleTitle.Of([]));
}
