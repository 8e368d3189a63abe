using Parley.Web.Identity;
using Xunit;

namespace Parley.Web.Tests.Identity;

public sealed class PersonMarkTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 97 % 7)]
    [InlineData("did:key:z6Mk", 1110 % 7)]
    public void The_hue_is_the_sum_of_the_units_modulo_seven(string did, int hue) => Assert.Equal(hue, PersonMark.HueOf(did));

    [Theory]
    [InlineData("Ada Lovelace", "AL")]
    [InlineData("ada", "A")]
    [InlineData("Jean  van  der Berg", "JB")]
    [InlineData("(Grace) \"Amazing\" Hopper", "GH")]
    [InlineData("👩‍🚀 Sally Ride", "👩‍🚀R")]
    [InlineData("علي حسن", "عح")]
    [InlineData("  ", "·")]
    [InlineData("...", "·")]
    public void Initials_are_of_the_first_and_the_last_word(string name, string initials) => Assert.Equal(initials, PersonMark.Initials(name));
}
