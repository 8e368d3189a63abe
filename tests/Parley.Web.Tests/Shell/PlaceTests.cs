using Parley.Ids;
using Parley.Web.Shell;
using Xunit;

namespace Parley.Web.Tests.Shell;

public sealed class PlaceTests
{
    [Theory]
    [InlineData("room-123")]
    [InlineData("with space / slash ? and # é")]
    [InlineData("profile-did:key:z6Mk")]
    public void A_place_and_its_path_are_one(string id)
    {
        foreach (var place in new[] { Place.Channel(new NodeId(id)), Place.Page(new NodeId(id)), Place.Space(new NodeId(id)), Place.People, Place.Settings })
        {
            Assert.Equal(place, Place.TryParse(place.Path));
        }
    }

    [Theory]
    [InlineData("settings#words", PlaceKind.Settings)]
    [InlineData("/people?x=1", PlaceKind.People)]
    [InlineData("channel/a", PlaceKind.Channel)]
    public void Query_fragment_and_slashes_do_not_matter(string path, PlaceKind kind) => Assert.Equal(kind, Place.TryParse(path)?.Kind);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/channel")]
    [InlineData("/channel/")]
    [InlineData("/space")]
    [InlineData("/join")]
    [InlineData("/people/x")]
    [InlineData("/elsewhere")]
    public void Anything_else_is_no_place(string? path) => Assert.Null(Place.TryParse(path));
}
