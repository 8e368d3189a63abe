using Parley.Web.Shell;
using Xunit;

namespace Parley.Web.Tests.Shell;

public sealed class SwitcherTests
{
    private static readonly SwitcherEntry[] Entries =
        [.. new[] { "general", "design review", "engineering", "random", "release notes", "Ringing" }.Select(title => new SwitcherEntry(Place.People, title))];

    [Theory]
    [InlineData("gen", "general")]
    [InlineData("#gen", "general")]
    [InlineData("rev", "design review")]
    [InlineData("ndom", "random")]
    [InlineData("rlnts", "release notes")]
    public void The_best_answer_comes_first(string typed, string title) => Assert.Equal(title, Switcher.Rank(Entries, typed)[0].Title);

    [Fact]
    public void Beginnings_beat_middles() => Assert.Equal(["Ringing", "engineering"], Switcher.Rank(Entries, "rin").Select(e => e.Title));

    [Fact]
    public void Nothing_typed_keeps_the_order() => Assert.Equal(Entries, Switcher.Rank(Entries, " "));

    [Fact]
    public void What_does_not_fit_is_not_shown() => Assert.Empty(Switcher.Rank(Entries, "xyzzy"));
}
